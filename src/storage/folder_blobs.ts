import { join } from "@std/path";
import { replaceFile } from "./atomic_file.ts";
import type { Blobs, BlobTail } from "./ports.ts";

const ENDING = ".vault";
/** What a write leaves that came to no end; the next one writes over it. */
const PART = ".part";

/**
 * Blobs as files that only their owner can read. A file is written beside its place and then moved
 * there, so that a crash leaves the old one or the new one.
 */
export class FolderBlobs implements Blobs {
  readonly #folder: string;

  /** @param folder Made with the first blob. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  async get(name: string): Promise<Uint8Array | undefined> {
    try {
      return await Deno.readFile(this.#pathOf(name));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
  }

  async put(name: string, bytes: Uint8Array, { sync }: { readonly sync: boolean }): Promise<void> {
    const path = this.#pathOf(name);
    await replaceFile(path, bytes, { temporary: `${path}${PART}`, sync });
  }

  async extend(name: string): Promise<BlobTail> {
    const file = await Deno.open(this.#pathOf(name), { read: true, write: true });
    return new FileTail(file, (await file.stat()).size);
  }

  async remove(name: string): Promise<void> {
    for (const path of [this.#pathOf(name), `${this.#pathOf(name)}${PART}`]) {
      await Deno.remove(path).catch((error) => {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      });
    }
  }

  async list(): Promise<string[]> {
    const files = await Array.fromAsync(Deno.readDir(this.#folder)).catch(() => []);
    const names = files.filter(({ name }) => name.endsWith(ENDING) || name.endsWith(PART));
    return [...new Set(names.map(({ name }) => name.slice(0, name.indexOf(ENDING))))];
  }

  #pathOf(name: string): string {
    return join(this.#folder, `${name}${ENDING}`);
  }
}

/** Small writes are done at once: a turn of the event loop takes longer. */
class FileTail implements BlobTail {
  readonly #file: Deno.FsFile;
  #end: number;

  constructor(file: Deno.FsFile, end: number) {
    this.#file = file;
    this.#end = end;
  }

  async write(bytes: Uint8Array, at: number): Promise<void> {
    // What a crash or a full disk left of another part.
    if (this.#end !== at) await this.#file.truncateSync(at);
    this.#end = NaN;
    await this.overwrite(bytes, at);
    this.#end = at + bytes.length;
  }

  async overwrite(bytes: Uint8Array, at: number): Promise<void> {
    await this.#file.seekSync(at, Deno.SeekMode.Start);
    let written = 0;
    while (written < bytes.length) written += this.#file.writeSync(bytes.subarray(written));
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#file.close();
    return Promise.resolve();
  }
}
