/** A source of bytes that are cryptographically secure, and that a seed makes again. */
export interface SecureBits {
  fill(bytes: Uint8Array): void;
}

const BLOCK_BYTES = 64;

/** "expand 32-byte k", the constant of the cipher. */
const CONSTANTS = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574] as const;

/** The words that each quarter of a double round mixes. */
const QUARTERS = [
  [0, 4, 8, 12],
  [1, 5, 9, 13],
  [2, 6, 10, 14],
  [3, 7, 11, 15],
  [0, 5, 10, 15],
  [1, 6, 11, 12],
  [2, 7, 8, 13],
  [3, 4, 9, 14],
] as const;

const DOUBLE_ROUNDS = 10;

/** Makes the key stream of ChaCha20 (RFC 8439) with a nonce of zeros: one seed, one stream. */
export function createSecureBits(seed: Uint8Array): SecureBits {
  const words = new Uint32Array(16);
  words.set(CONSTANTS);
  const key = new DataView(seed.buffer, seed.byteOffset, 32);
  for (let index = 0; index < 8; index++) words[4 + index] = key.getUint32(index * 4, true);
  const mixed = new Uint32Array(16);
  const block = new Uint8Array(BLOCK_BYTES);
  const view = new DataView(block.buffer);
  let used = BLOCK_BYTES;

  function nextBlock(): void {
    mixed.set(words);
    for (let round = 0; round < DOUBLE_ROUNDS; round++) {
      for (const [a, b, c, d] of QUARTERS) mixQuarter(mixed, [a, b, c, d]);
    }
    for (let index = 0; index < 16; index++) {
      view.setUint32(index * 4, mixed[index]! + words[index]!, true);
    }
    words[12]!++;
    if (words[12] === 0) words[13]!++;
    used = 0;
  }

  return {
    fill(bytes) {
      for (let at = 0; at < bytes.length;) {
        if (used === BLOCK_BYTES) nextBlock();
        const part = block.subarray(used, used + bytes.length - at);
        bytes.set(part, at);
        used += part.length;
        at += part.length;
      }
    },
  };
}

function mixQuarter(words: Uint32Array, [a, b, c, d]: [number, number, number, number]): void {
  words[a]! += words[b]!;
  words[d] = turn(words[d]! ^ words[a]!, 16);
  words[c]! += words[d]!;
  words[b] = turn(words[b]! ^ words[c]!, 12);
  words[a]! += words[b]!;
  words[d] = turn(words[d]! ^ words[a]!, 8);
  words[c]! += words[d]!;
  words[b] = turn(words[b]! ^ words[c]!, 7);
}

function turn(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
