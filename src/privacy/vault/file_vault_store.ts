import { join } from "@std/path";
import type { VaultStore, VaultTail } from "./vault_store.ts";
import { replaceFile, replaceFileSync } from "../../storage/atomic_file.ts";
import { sha256 } from "../../text/sha256.ts";

/** What is left where a save comes to no end; the next one writes over it. */
const PART = ".part";

/** Options of {@linkcode createFileVaultStore}. */
export interface CreateFileVaultStoreOptions {
  /** The file of a session, without its ending. Default: a digest, for it may be a path too. */
  readonly nameOf?: (session: string) => string;
}

/**
 * Keeps sealed vaults as files that only their owner can read, one a session. A file is written
 * beside its place and then moved there, so that a crash leaves the old one or the new one.
 *
 * @param folder is made when the first vault is saved
 */
export function createFileVaultStore(
  folder: string,
  { nameOf = digestOf }: CreateFileVaultStoreOptions = {},
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
