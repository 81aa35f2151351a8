import { createHash } from "node:crypto";
import { join } from "@std/path";
import type { VaultStore, VaultTail } from "./vault_store.ts";

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
      const part = partOf(path);
      try {
        await writeAndSync(part, sealed);
        await Deno.rename(part, path);
      } catch (error) {
        await Deno.remove(part).catch(() => {});
        throw error;
      }
    },
    begin(session, sealed) {
      Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
      const path = pathOf(session);
      const part = partOf(path);
      try {
        using file = Deno.openSync(part, { write: true, createNew: true, mode: 0o600 });
        writeAll(file, sealed);
        Deno.renameSync(part, path);
      } catch (error) {
        removeIfThere(part);
        throw error;
      }
    },
    extend: (session) => openTail(pathOf(session)),
    async remove(session) {
      try {
        await Deno.remove(pathOf(session));
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    },
  };
}

function partOf(path: string): string {
  return `${path}.${crypto.randomUUID()}.part`;
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
  using file = await Deno.open(path, { write: true, createNew: true, mode: 0o600 });
  let written = 0;
  while (written < bytes.length) written += await file.write(bytes.subarray(written));
  await file.syncData();
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // What made it fail may also keep it from being there.
  }
}

function digestOf(session: string): string {
  return createHash("sha256").update(session).digest("hex").slice(0, 40);
}
