/**
 * `node:string_decoder` of a program.
 *
 * @module
 */
import { bytesOf, type Encoding, encodingOf, textOf } from "./bytes.ts";

/** Bytes that are decoded together. */
const GROUP: Readonly<Partial<Record<Encoding, number>>> = { base64: 3, base64url: 3, utf16le: 2 };

export class StringDecoder {
  readonly encoding: Encoding;
  readonly #utf8: TextDecoder | undefined;
  #rest: Uint8Array = new Uint8Array();

  constructor(encoding?: string) {
    this.encoding = encodingOf(encoding);
    this.#utf8 = this.encoding === "utf8"
      ? new TextDecoder("utf-8", { ignoreBOM: true })
      : undefined;
  }

  write(bytes: string | Uint8Array): string {
    if (typeof bytes === "string") return bytes;
    if (this.#utf8 !== undefined) return this.#utf8.decode(bytes, { stream: true });
    const all = new Uint8Array([...this.#rest, ...bytes]);
    let whole = all.length - all.length % (GROUP[this.encoding] ?? 1);
    if (this.encoding === "utf16le" && isLead(all, whole)) whole -= 2;
    this.#rest = all.subarray(whole);
    return textOf(all.subarray(0, whole), this.encoding);
  }

  end(bytes?: string | Uint8Array): string {
    const text = bytes === undefined ? "" : this.write(bytes);
    if (this.#utf8 !== undefined) return text + this.#utf8.decode();
    const rest = this.#rest;
    this.#rest = bytesOf("", "utf8");
    return text + textOf(rest, this.encoding);
  }
}

export default { StringDecoder };

function isLead(bytes: Uint8Array, end: number): boolean {
  return end >= 2 && (bytes[end - 1]! & 0xfc) === 0xd8;
}
