import type { Launchers } from "../process/find_launchers.ts";

/** Starts the process that turns TypeScript into JavaScript, without any right at all. */
export function startStripChild(guestDir: string, launchers: Launchers): Deno.ChildProcess {
  const [command, ...args] = [
    ...launchers.flat(),
    Deno.execPath(),
    "run",
    "--no-prompt",
    "--no-config",
    "--no-lock",
    "--no-remote",
    "--no-npm",
    "--v8-flags=--max-old-space-size=256",
    `${guestDir}/strip_child.js`,
  ];
  return new Deno.Command(command!, {
    args,
    env: { DENO_DIR: "/dev/null", DENO_NO_UPDATE_CHECK: "1", HOME: "/nonexistent" },
    clearEnv: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
}
