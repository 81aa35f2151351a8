/** What a value looks like within something longer that is written in base64, wherever it begins. */
export function base64Forms(value: string): string[] {
  const bytes = new TextEncoder().encode(value);
  return [0, 1, 2].map((before) => {
    const shifted = new Uint8Array(before + bytes.length);
    shifted.set(bytes, before);
    const [begin, end] = [Math.ceil(before * 8 / 6), Math.floor(shifted.length * 8 / 6)];
    return shifted.toBase64().slice(begin, end);
  });
}
