/** What became of a command. */
export interface CommandOutcome {
  readonly code: number;
  /** All that it said on standard output. */
  readonly stdout: string;
  /** All that it said, without colours, for whoever must see why it failed. */
  readonly text: string;
}

/** Options of {@linkcode runCommand}. */
export interface RunCommandOptions {
  readonly cwd: string;
  readonly env?: Record<string, string>;
}

const MAX_MS = 240_000;
const COLOURS = new RegExp("\u001b\\[[0-9;]*m", "g");

/** Runs a command to its end, or ends it after some minutes. */
export async function runCommand(
  [command, ...args]: readonly [string, ...string[]],
  { cwd, env = {} }: RunCommandOptions,
): Promise<CommandOutcome> {
  const { code, stdout, stderr } = await new Deno.Command(command, {
    args,
    cwd,
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
    signal: AbortSignal.timeout(MAX_MS),
  }).output();
  const [said, complained] = [stdout, stderr].map((bytes) =>
    new TextDecoder().decode(bytes).replaceAll(COLOURS, "")
  );
  return { code, stdout: said!, text: `${said}\n${complained}`.slice(-6_000) };
}
