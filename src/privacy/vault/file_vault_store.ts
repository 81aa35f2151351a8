import { createHash } from "node:crypto";
import { join } from "@std/path";
import type { VaultStore, VaultTail } from "./vault_store.ts";

/** What is left where a save comes to no end; the next one writes over it. */
const PART = ".part";
const NEW_FILE = { write: true, create: true, truncate: true, mode: 0o600 };

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
      await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
      const path = pathOf(session);
      const part = `${path}${PART}`;
      try {
        await writeAndSync(part, sealed);
        await Deno.rename(part, path);
      } catch (error) {
        await removeIfThere(part).catch(() => {});
        throw error;
      }
    },
    begin(session, sealed) {
      Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
      const path = pathOf(session);
      const part = `${path}${PART}`;
      using file = Deno.openSync(part, NEW_FILE);
      writeAll(file, sealed);
      Deno.renameSync(part, path);
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

async function writeAndSync(path: string, bytes: Uint8Array): Promise<void> {
  using file = await Deno.open(path, NEW_FILE);
  let written = 0;
  while (written < bytes.length) written += await file.write(bytes.subarray(written));
  await file.syncData();
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function digestOf(session: string): string {
  return createHash("sha256").update(session).digest("hex").slice(0, 40);
}
