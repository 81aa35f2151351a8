import type { WorkspaceLeft } from "./watch_folders.ts";
import { entriesOf, familyOf } from "../process/process_family.ts";

/** Options of {@linkcode createUnlinkedReader}. */
export interface UnlinkedReaderOptions {
  /** Name of the file without a place in which a guest kernel keeps the memory of its processes. */
  readonly memoryFile?: string | undefined;
}

/**
 * Makes what measures the files that a process and its children keep open and that have no name any
 * more, or never had one: they take room until they are closed, and no folder shows them.
 */
export function createUnlinkedReader(
  pid: number,
  { memoryFile }: UnlinkedReaderOptions = {},
): () => WorkspaceLeft {
  return () => {
    const seen = new Set<string>();
    let bytes = 0;
    for (const process of familyOf(pid)) {
      for (const fd of entriesOf(`/proc/${process}/fd`)) {
        const path = `/proc/${process}/fd/${fd}`;
        const stat = unlinkedAt(path);
        // Two descriptors of one file are one file.
        if (stat === undefined || seen.has(`${stat.dev} ${stat.ino}`)) continue;
        if (memoryFile !== undefined && linkOf(path).startsWith(`/memfd:${memoryFile} `)) continue;
        seen.add(`${stat.dev} ${stat.ino}`);
        bytes += stat.size;
      }
    }
    return { files: seen.size, bytes };
  };
}

/** The file that a descriptor leads to, where no folder names it. */
function unlinkedAt(path: string): Deno.FileInfo | undefined {
  try {
    const stat = Deno.statSync(path);
    return stat.isFile && stat.nlink === 0 ? stat : undefined;
  } catch {
    return undefined; // closed by now, or no file of this kind
  }
}

/** Where a descriptor leads to, as the system says it; empty where it is gone. */
export function linkOf(path: string): string {
  try {
    return Deno.readLinkSync(path);
  } catch {
    return "";
  }
}
