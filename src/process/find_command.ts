import { isAbsolute, join } from "@std/path";

/** Options of {@linkcode findCommand}. */
export interface FindCommandOptions {
  /** The directories to search, as in the variable PATH. */
  readonly path: string;
  /** Where a command with a slash starts from. */
  readonly cwd: string;
}

/** Resolves to the absolute path of the program that `command` starts, if there is one. */
export async function findCommand(
  command: string,
  { path, cwd }: FindCommandOptions,
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
