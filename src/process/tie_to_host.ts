import { findCommand } from "./find_command.ts";

/**
 * Wraps a command line so that the kernel kills the process when its parent dies, where the system
 * has util-linux's `setpriv`; elsewhere gives it back unchanged. The children of that process are
 * the reaper's.
 */
export async function tieToHost(commandLine: readonly string[]): Promise<readonly string[]> {
  setpriv ??= findSetpriv();
  const path = await setpriv;
  return path === undefined ? commandLine : [path, "--pdeathsig", "KILL", ...commandLine];
}

// A fact about the machine, asked once.
let setpriv: Promise<string | undefined> | undefined;

async function findSetpriv(): Promise<string | undefined> {
  const path = await findCommand("setpriv", { path: "/usr/bin:/bin", cwd: "/" });
  if (path === undefined) return undefined;
  // The setpriv of busybox does not know the option.
  const { success } = await new Deno.Command(path, {
    args: ["--pdeathsig", "KILL", "true"],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).output();
  return success ? path : undefined;
}
