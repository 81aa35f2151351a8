import { statfsSync } from "node:fs";

/** What a file system has left; 0 of what it does not count. */
export interface FreeSpace {
  readonly files: number;
  readonly bytes: number;
}

/** Reads what the file system of a folder has left: one call of the system, whatever is in it. */
export function freeSpace(dir: string): FreeSpace {
  try {
    const { ffree, bavail, bsize } = statfsSync(dir);
    return { files: ffree, bytes: bavail * bsize };
  } catch {
    return { files: 0, bytes: 0 };
  }
}
