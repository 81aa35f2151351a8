const PART_LENGTH = 1024 * 1024;

/** The bytes of a text of any length, in UTF-8. Pauses now and then, so that others have their turn. */
export function* encodeInSteps(text: string): Generator<void, Uint8Array> {
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  for (let at = 0; at < text.length;) {
    // No character is cut in two.
    const isCut = isHighSurrogate(text.charCodeAt(at + PART_LENGTH - 1));
    const end = at + PART_LENGTH + (isCut ? 1 : 0);
    parts.push(encoder.encode(text.slice(at, end)));
    at = end;
    yield;
  }
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let place = 0;
  for (const part of parts) {
    bytes.set(part, place);
    place += part.length;
    yield;
  }
  return bytes;
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
