import { isAbsolute, join } from "@std/path";

/** Resolves to the absolute path of the program that `command` starts, if there is one. */
export async function findCommand(
  command: string,
  { path, cwd }: {
    /** The directories to search, as in the variable PATH. */
    readonly path: string;
    /** Where a command with a slash starts from. */
    readonly cwd: string;
  },
): Promise<string | undefined> {
  const candidates = command.includes("/")
    ? [isAbsolute(command) ? command : join(cwd, command)]
    : path.split(":").filter(isAbsolute).map((dir) => join(dir, command));
  for (const candidate of candidates) {
    if (await isProgram(candidate)) return candidate;
  }
  return undefined;
}

async function isProgram(path: string): Promise<boolean> {
  try {
    const { isFile, mode } = await Deno.stat(path);
    return isFile && ((mode ?? 0o111) & 0o111) !== 0;
  } catch {
    return false;
  }
}

/** Commands that each run the rest of the line, outermost first. */
export type Launchers = readonly (readonly string[])[];

const CANDIDATES: Launchers = [
  // A worker may signal itself, and SIGUSR1 opens Deno's debugger to every user of the machine.
  ["env", "--block-signal=USR1"],
  // A core dump would leave the program's data on the disk.
  ["prlimit", "--core=0"],
  // The kernel ends the worker with the host, at whatever moment.
  ["setpriv", "--pdeathsig", "KILL"],
];

/** Finds the launchers that this machine has, by running each once. */
export async function findLaunchers(): Promise<Launchers> {
  const found = await Promise.all(CANDIDATES.map(async ([name, ...args]) => {
    const path = await findCommand(name!, { path: "/usr/bin:/bin", cwd: "/" });
    return path !== undefined && await runs(path, args) ? [[path, ...args]] : [];
  }));
  return found.flat();
}

async function runs(command: string, args: readonly string[]): Promise<boolean> {
  try {
    const { success } = await new Deno.Command(command, {
      args: [...args, "true"],
      stdout: "null",
      stderr: "null",
    }).output();
    return success;
  } catch {
    return false;
  }
}
