import { join } from "@std/path";
import { replaceFile, replaceFileSync } from "../../storage/atomic_file.ts";
import { sha256 } from "../../text/sha256.ts";
import { AirlockError } from "../../model/errors.ts";

/** Where sealed vaults are kept: bytes by the name of a session. SQLite or a folder can be one. */
export interface VaultStore {
  /** The bytes of a session, or nothing. */
  load(session: string): Promise<Uint8Array | undefined>;
  /** Keeps bytes in the place of the ones before, wholly or not at all. */
  save(session: string, sealed: Uint8Array): Promise<void>;
  /** Like `save`, for a call that waits for it: it may be lost when the machine's power is. */
  begin(session: string, sealed: Uint8Array): void;
  /** Opens what is kept of a session, to write behind it. */
  extend(session: string): VaultTail;
  remove(session: string): Promise<void>;
}

/** A session's sealed vault, open for more parts. */
export interface VaultTail extends Disposable {
  /** Writes bytes at a place, in the place of all that stood behind it. */
  write(bytes: Uint8Array, at: number): void;
  /** Writes bytes over others. */
  overwrite(bytes: Uint8Array, at: number): void;
}

/** What is left where a save comes to no end; the next one writes over it. */
const PART = ".part";

/**
 * Keeps sealed vaults as files that only their owner can read, one a session. A file is written
 * beside its place and then moved there, so that a crash leaves the old one or the new one.
 *
 * @param folder is made when the first vault is saved
 */
export function createFileVaultStore(
  folder: string,
  { nameOf = digestOf }: {
    /** The file of a session, without its ending. Default: a digest, for it may be a path too. */
    readonly nameOf?: (session: string) => string;
  } = {},
): VaultStore {
  const pathOf = (session: string) => join(folder, `${nameOf(session)}.vault`);
  return {
    async load(session) {
      try {
        return await Deno.readFile(pathOf(session));
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) return undefined;
        throw error;
      }
    },
    async save(session, sealed) {
      const path = pathOf(session);
      await replaceFile(path, sealed, { temporary: `${path}${PART}`, sync: true });
    },
    begin(session, sealed) {
      const path = pathOf(session);
      replaceFileSync(path, sealed, { temporary: `${path}${PART}` });
    },
    extend: (session) => openTail(pathOf(session)),
    async remove(session) {
      const path = pathOf(session);
      await removeIfThere(path);
      await removeIfThere(`${path}${PART}`);
    },
  };
}

function openTail(path: string): VaultTail {
  const file = Deno.openSync(path, { read: true, write: true });
  let end = file.statSync().size;
  const overwrite = (bytes: Uint8Array, at: number) => {
    file.seekSync(at, Deno.SeekMode.Start);
    writeAll(file, bytes);
  };
  return {
    write(bytes, at) {
      // What a crash or a full disk left of another part.
      if (end !== at) file.truncateSync(at);
      end = NaN;
      overwrite(bytes, at);
      end = at + bytes.length;
    },
    overwrite,
    [Symbol.dispose]: () => file.close(),
  };
}

function writeAll(file: Deno.FsFile, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) written += file.writeSync(bytes.subarray(written));
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function digestOf(session: string): string {
  return sha256(session).slice(0, 40);
}

/** A file that only this process works with, until it is closed or the process ends. */
export interface LockedFile {
  read(): Promise<string>;
  write(text: string): Promise<void>;
  close(): void;
}

/**
 * Opens a file that no other process has open in this way.
 *
 * @param owner of what it stands for, for people: `session "a"`
 * @throws {AirlockError} BUSY
 */
export async function lockFile(path: string, owner: string): Promise<LockedFile> {
  const file = await Deno.open(path, { create: true, read: true, write: true, mode: 0o600 });
  if (!await file.tryLock(true)) {
    file.close();
    throw new AirlockError(
      "BUSY",
      `Cannot open ${owner}: another process is working with it`,
    );
  }
  return {
    read: () => Deno.readTextFile(path),
    async write(text) {
      await file.truncate();
      await file.seek(0, Deno.SeekMode.Start);
      await file.write(new TextEncoder().encode(text));
    },
    close() {
      // A child that is just being started has the file open too until it is another program.
      file.unlockSync();
      file.close();
    },
  };
}
