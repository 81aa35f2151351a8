import { join } from "@std/path";
import { ensureDir } from "@std/fs";

/** Tells which hosts are alive: their runs must not be taken over. */
export interface HostLock extends Disposable {
  /** Names this host in what it owns. */
  readonly hostId: string;
  /** Whether the host of the id is alive, be it this one. */
  isAlive(hostId: string): boolean;
}

/** The folder of the locks, in that of the state. */
export const HOSTS_FOLDER = "hosts";

/** The owner of a run that any host may take over. */
export const NOBODY = "";

const YOUNG = ".new";

/**
 * Takes this host's lock: one on a file, which the system gives back however the process ends.
 *
 * @param folder of the locks; undefined where no other host can know of this one
 */
export async function takeHostLock(folder: string | undefined): Promise<HostLock> {
  const hostId = crypto.randomUUID();
  if (folder === undefined) {
    return { hostId, isAlive: (other) => other === hostId, [Symbol.dispose]() {} };
  }
  await ensureDir(folder);
  const path = join(folder, hostId);
  const young = `${path}${YOUNG}`;
  const file = await Deno.open(young, { createNew: true, write: true, read: true, mode: 0o600 });
  await file.lock(true);
  // It is locked by the time that it has the name by which others look for it.
  await Deno.rename(young, path);
  const isAlive = (other: string) =>
    other === hostId || (other !== NOBODY && isLocked(join(folder, other)));
  await removeStale(folder, isAlive);
  return {
    hostId,
    isAlive,
    [Symbol.dispose]() {
      // Removed while it is locked: another host cannot take it for a dead one's.
      try {
        Deno.removeSync(path);
      } catch (error) {
        // Its folder may have gone before it.
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
      file.close();
    },
  };
}

function isLocked(path: string): boolean {
  try {
    using file = Deno.openSync(path, { read: true, write: true });
    return !file.tryLockSync(true);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function removeStale(folder: string, isAlive: (id: string) => boolean): Promise<void> {
  for await (const { name } of Deno.readDir(folder)) {
    if (!name.endsWith(YOUNG) && !isAlive(name)) {
      await Deno.remove(join(folder, name)).catch(() => {});
    }
  }
}
