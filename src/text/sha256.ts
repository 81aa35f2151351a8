import { createHash } from "node:crypto";

/** SHA-256 over all parts, one behind the other, in hexadecimal digits; text counts as UTF-8. */
export function sha256(...parts: readonly (string | Uint8Array)[]): string {
  return hashOf(parts).digest("hex");
}

/** {@linkcode sha256} as 32 bytes. */
export function sha256Bytes(...parts: readonly (string | Uint8Array)[]): Uint8Array {
  return hashOf(parts).digest();
}

/** {@linkcode sha256} of parts that come one by one. */
export function startSha256(): { add(part: string | Uint8Array): void; digest(): string } {
  const hash = createHash("sha256");
  return { add: (part) => void hash.update(part), digest: () => hash.digest("hex") };
}

function hashOf(parts: readonly (string | Uint8Array)[]) {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash;
}
