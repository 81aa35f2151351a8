/** Options of {@linkcode copyDocument}. */
export interface CopyOptions {
  /** Reads one part of the source: calls the tool. The first one begins at 0. */
  readonly readPart: (offset: number) => Promise<{ text: string; nextOffset?: number | null }>;
  /** Writes the whole to its new place: calls the tool. */
  readonly write: (text: string) => Promise<unknown>;
  /** Reads it back, to see that it arrived; absent where nothing can. */
  readonly readBack?: () => Promise<string>;
  /** Default: 20,000,000. */
  readonly maxCharacters?: number;
}

/** Copies a document from one server to another, whole, without a model reading it. */
export async function copyDocument(
  { readPart, write, readBack, maxCharacters = 20_000_000 }: CopyOptions,
): Promise<{ characters: number; parts: number; checked: boolean }> {
  const parts: string[] = [];
  let characters = 0;
  for (let offset = 0;;) {
    const { text, nextOffset } = await readPart(offset);
    parts.push(text);
    characters += text.length;
    if (characters > maxCharacters) {
      throw new Error(`Cannot copy: the document has more than ${maxCharacters} characters`);
    }
    if (nextOffset === undefined || nextOffset === null) break;
    if (nextOffset <= offset) {
      throw new Error("Cannot copy: the next part begins where this one did");
    }
    offset = nextOffset;
  }
  const whole = parts.join("");
  await write(whole);
  if (readBack === undefined) return { characters, parts: parts.length, checked: false };
  const arrived = await readBack();
  if (arrived !== whole) {
    throw new Error(`Cannot copy: ${arrived.length} of ${whole.length} characters arrived as sent`);
  }
  return { characters, parts: parts.length, checked: true };
}
