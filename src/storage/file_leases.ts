import { dirname, join } from "@std/path";
import type { Lease, LeaseMode, Leases } from "./ports.ts";

const YOUNG = ".new-";

/** Leases on files of a folder, which the system gives back however a process ends. */
export class FileLeases implements Leases {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async take(name: string, mode: LeaseMode): Promise<Lease | undefined> {
    const path = join(this.#folder, name);
    await Deno.mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const isAlone = mode === "exclusive";
    for (;;) {
      const file = await makeLocked(path, isAlone) ?? await openLocked(path, isAlone);
      if (file === undefined) return undefined;
      // The holder before may have taken the file away while this one waited at it.
      if (((await file.stat()).nlink ?? 1) > 0) return leaseOf(file, { path, isAlone });
      file.close();
    }
  }

  async isHeld(name: string): Promise<boolean> {
    try {
      using file = await Deno.open(join(this.#folder, name), { read: true, write: true });
      return !await file.tryLock(true);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  }

  async sweep(prefix: string): Promise<void> {
    const folder = join(this.#folder, prefix);
    for (const { name } of await Array.fromAsync(Deno.readDir(folder)).catch(() => [])) {
      if (name.includes(YOUNG) || await this.isHeld(`${prefix}/${name}`)) continue;
      await Deno.remove(join(folder, name)).catch(() => {});
    }
  }
}

/** Makes a file that is locked by the time that it has its name; undefined where there is one. */
async function makeLocked(path: string, isAlone: boolean): Promise<Deno.FsFile | undefined> {
  if (await Deno.lstat(path).then(() => true, () => false)) return undefined;
  const young = `${path}${YOUNG}${crypto.randomUUID()}`;
  const file = await Deno.open(young, { createNew: true, write: true, read: true, mode: 0o600 });
  await file.lock(isAlone);
  try {
    await Deno.link(young, path);
    return file;
  } catch (error) {
    file.close();
    if (error instanceof Deno.errors.AlreadyExists) return undefined;
    throw error;
  } finally {
    await Deno.remove(young);
  }
}

/** Opens a file and locks it; undefined where another holds it otherwise. */
async function openLocked(path: string, isAlone: boolean): Promise<Deno.FsFile | undefined> {
  const file = await Deno.open(path, { create: true, read: true, write: true, mode: 0o600 });
  if (await file.tryLock(isAlone)) return file;
  file.close();
  return undefined;
}

function leaseOf(
  file: Deno.FsFile,
  { path, isAlone }: { readonly path: string; readonly isAlone: boolean },
): Lease {
  return {
    async [Symbol.asyncDispose]() {
      // Removed while it is locked: another process cannot take it for a free one.
      if (isAlone) await Deno.remove(path).catch(() => {});
      // A child that is just being started has the file open too until it is another program.
      await file.unlock();
      file.close();
    },
  };
}
