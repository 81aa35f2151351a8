import { createHash } from "node:crypto";
import { join } from "@std/path";
import type { VaultStore } from "./vault_store.ts";

/**
 * Keeps sealed vaults as files that only their owner can read, one a session. A file is written
 * beside its place and then moved there, so that a crash leaves the old one or the new one.
 *
 * @param folder is made when the first vault is saved
 */
export function createFileVaultStore(folder: string): VaultStore {
  const pathOf = (session: string) => join(folder, `${fileName(session)}.vault`);
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
      const part = `${path}.${crypto.randomUUID()}.part`;
      try {
        await writeAndSync(part, sealed);
        await Deno.rename(part, path);
      } catch (error) {
        await Deno.remove(part).catch(() => {});
        throw error;
      }
    },
    async remove(session) {
      try {
        await Deno.remove(pathOf(session));
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    },
  };
}

async function writeAndSync(path: string, bytes: Uint8Array): Promise<void> {
  using file = await Deno.open(path, { write: true, createNew: true, mode: 0o600 });
  let written = 0;
  while (written < bytes.length) written += await file.write(bytes.subarray(written));
  await file.syncData();
}

/** A session's name may be anything, a path too. */
function fileName(session: string): string {
  return createHash("sha256").update(session).digest("hex").slice(0, 40);
}
