import { exists } from "@std/fs";
import { join } from "@std/path";
import { readAuditKeys } from "./audit_keys.ts";
import { AuditLog } from "./audit_log.ts";
import { openAuditStore } from "./audit_store.ts";

/** Options of {@linkcode openAuditLog}. */
export interface OpenAuditLogOptions {
  /** Folder of the log and its key. */
  readonly folder: string;
  /** Milliseconds since the epoch. Default: the system's clock. */
  readonly now?: () => number;
}

/**
 * Opens the log of a folder: `audit.db` and `audit.key`.
 *
 * @throws {AirlockError} CONFIG_INVALID
 */
export async function openAuditLog(
  { folder, now = Date.now }: OpenAuditLogOptions,
): Promise<AuditLog> {
  const path = join(folder, "audit.key");
  // Under its own name the key says that there is a log: it gets it when there is.
  const young = `${path}${YOUNG}`;
  const log = await exists(path) ? undefined : await openFirst(young, { path, folder, now });
  if (log !== undefined) return log;
  await removeYoung(young);
  return (await open(path, { folder, now })).begun("again");
}

const YOUNG = ".new";

/** Undefined where another host was quicker, maybe with another key. */
async function openFirst(
  young: string,
  { path, ...options }: Required<OpenAuditLogOptions> & { readonly path: string },
): Promise<AuditLog | undefined> {
  try {
    using opening = new DisposableStack();
    const log = opening.use(await open(young, options));
    if (await exists(path)) return undefined;
    log.begun("first");
    await Deno.link(young, path);
    await removeYoung(young);
    opening.move();
    return log;
  } catch (error) {
    if (await exists(path)) return undefined;
    throw error;
  }
}

async function removeYoung(young: string): Promise<void> {
  await Deno.remove(young).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
}

async function open(
  keyPath: string,
  { folder, now }: Required<OpenAuditLogOptions>,
): Promise<AuditLog> {
  const keys = await readAuditKeys(keyPath);
  return new AuditLog(await openAuditStore(join(folder, "audit.db")), { keys, now });
}
