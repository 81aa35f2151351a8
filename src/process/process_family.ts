/** A launcher, its child, and the worker; whatever has more is no worker of ours. */
const MAX_PROCESSES = 64;

/** A process and all that it has started, and what that has, as `/proc` tells it. */
export function familyOf(pid: number): number[] {
  const family = [pid];
  for (let at = 0; at < family.length && family.length < MAX_PROCESSES; at++) {
    family.push(...childrenOf(family[at]!));
  }
  return family;
}

/** A child is written down with the thread that started it, which need not be the first. */
export function childrenOf(pid: number): number[] {
  const threads = entriesOf(`/proc/${pid}/task`);
  const lists = threads.map((thread) => readProc(pid, `task/${thread}/children`));
  return lists.join(" ").split(" ").filter(Boolean).map(Number);
}

/** Names in a folder of `/proc`; none where it is gone. */
export function entriesOf(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name);
  } catch {
    return [];
  }
}

/** A file of a process in `/proc`; empty where it is gone. */
export function readProc(pid: number, file: string): string {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/${file}`);
  } catch {
    return "";
  }
}
