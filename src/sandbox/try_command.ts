import type { WorkerCommand } from "./worker_command.ts";

const TIMEOUT_MS = 10_000;

/** Runs a command once; gives the last line of its complaint where it fails. */
export async function tryCommand(
  { command, args, env }: WorkerCommand,
): Promise<string | undefined> {
  try {
    const { success, code, stderr } = await new Deno.Command(command, {
      args: [...args],
      env: { ...env },
      clearEnv: true,
      stdin: "null",
      stdout: "null",
      stderr: "piped",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).output();
    if (success) return undefined;
    return new TextDecoder().decode(stderr).trim().split("\n").at(-1) || `exit code ${code}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
