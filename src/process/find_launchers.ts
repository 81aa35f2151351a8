/** Commands that each run the rest of the line, outermost first. */
export type Launchers = readonly (readonly string[])[];

const CANDIDATES: Launchers = [
  // A worker may signal itself, and SIGUSR1 opens Deno's debugger to everybody on the machine.
  ["env", "--block-signal=USR1"],
  // A core dump would leave the program's data on the disk.
  ["prlimit", "--core=0"],
  // The kernel ends the worker with the host, at whatever moment.
  ["setpriv", "--pdeathsig", "KILL"],
];

const FOLDERS = ["/usr/bin", "/bin"];

/** Finds the launchers that this machine has, by running each once. */
export async function findLaunchers(): Promise<Launchers> {
  const found = await Promise.all(CANDIDATES.map(async ([name, ...args]) => {
    const path = await findCommand(name!);
    return path !== undefined && await runs(path, args) ? [[path, ...args]] : [];
  }));
  return found.flat();
}

async function findCommand(name: string): Promise<string | undefined> {
  for (const folder of FOLDERS) {
    const stat = await Deno.stat(`${folder}/${name}`).catch(() => undefined);
    if (stat?.isFile) return `${folder}/${name}`;
  }
  return undefined;
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
