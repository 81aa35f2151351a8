/**
 * `node:string_decoder` of a program.
 *
 * @module
 */
import { bytesOf, type Encoding, encodingOf, textOf } from "./bytes.ts";

/** How many bytes stand for something together. */
const GROUP: Readonly<Partial<Record<Encoding, number>>> = { base64: 3, base64url: 3, utf16le: 2 };

/** Reads a text whose parts may end within a character. */
export class StringDecoder {
  readonly encoding: Encoding;
  readonly #utf8: TextDecoder | undefined;
  #rest: Uint8Array = new Uint8Array();

  /** Of UTF-8 where no encoding is named. */
  constructor(encoding?: string) {
    this.encoding = encodingOf(encoding);
    this.#utf8 = this.encoding === "utf8"
      ? new TextDecoder("utf-8", { ignoreBOM: true })
      : undefined;
  }

  /** The text up to the last whole character. */
  write(bytes: string | Uint8Array): string {
    if (typeof bytes === "string") return bytes;
    if (this.#utf8 !== undefined) return this.#utf8.decode(bytes, { stream: true });
    const all = new Uint8Array([...this.#rest, ...bytes]);
    let whole = all.length - all.length % (GROUP[this.encoding] ?? 1);
    if (this.encoding === "utf16le" && isLead(all, whole)) whole -= 2;
    this.#rest = all.subarray(whole);
    return textOf(all.subarray(0, whole), this.encoding);
  }

  /** What is left. */
  end(bytes?: string | Uint8Array): string {
    const text = bytes === undefined ? "" : this.write(bytes);
    if (this.#utf8 !== undefined) return text + this.#utf8.decode();
    const rest = this.#rest;
    this.#rest = bytesOf("", "utf8");
    return text + textOf(rest, this.encoding);
  }
}

export default { StringDecoder };

/** Whether the last unit is the first half of a pair. */
function isLead(bytes: Uint8Array, end: number): boolean {
  return end >= 2 && (bytes[end - 1]! & 0xfc) === 0xd8;
}
