import { findCommand } from "./find_command.ts";

/** The host goes first, and programs, which are less urgent, get no more than this work does. */
const NICENESS = 2;

/** What a command line begins with whose process is to leave the processor to the host. */
export async function niceLauncher(): Promise<readonly string[]> {
  const nice = await findCommand("nice", { path: "/usr/bin:/bin", cwd: "/" });
  return nice === undefined ? [] : [nice, "-n", String(NICENESS)];
}

/** Where the kernel shares by sessions, the niceness of a process counts within its own alone. */
export function makeSessionNice(pid: number): void {
  try {
    Deno.writeTextFileSync(`/proc/${pid}/autogroup`, String(NICENESS));
  } catch {
    // There is no such sharing.
  }
}
