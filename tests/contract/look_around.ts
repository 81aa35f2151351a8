import { join } from "@std/path";
import { parseConfig } from "../../src/config/config.ts";
import type { Isolation } from "../../src/config/limits.ts";
import { findLaunchers } from "../../src/process/find_command.ts";
import { openTier } from "../../src/sandbox/open_tier.ts";
import { RecordPipes } from "../../src/sandbox/record_permissions.ts";
import { createRunDirectory, recordPath } from "../../src/sandbox/run_directory.ts";

/** What a program saw of its machine. */
export interface Seen {
  readonly root: string[];
  readonly secret: string;
  readonly passwd: string;
  readonly writesOutside: string[];
  readonly workspace: string;
  readonly loopback: string;
  readonly kill: string;
  readonly environment: string[];
}

/** Runs a program with all of Deno's rights in the tier; what it sees is what the tier shows. */
export async function look(isolation: Isolation): Promise<Seen> {
  const dir = await Deno.makeTempDir();
  const secret = join(dir, "secret.txt");
  await Deno.writeTextFile(secret, "CANARY");
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const folders = ["guest", "modules", "servers"].map((name) => join(dir, name));
  await Promise.all(folders.map((folder) => Deno.mkdir(folder)));
  const [guestDir, modulesDir, servers] = folders as [string, string, string];
  const program = new URL("../fixtures/programs/looks_around.js", import.meta.url);
  await Deno.copyFile(program, join(guestDir, "looks_around.js"));
  const tier = await openTier(isolation, { dir, launchers: await findLaunchers() });
  const runDir = await createRunDirectory(join(dir, "run"), { servers, show: tier.folders });
  using _record = await new RecordPipes(dir).open(recordPath(runDir));
  const socket = Deno.listen({ transport: "unix", path: join(runDir.dir, "rpc") });
  const { command, args, env } = tier.enclose({
    command: Deno.execPath(),
    args: [
      ...["run", "-A", "--no-config", "--no-lock", join(guestDir, "looks_around.js")],
      JSON.stringify({
        secret,
        runDir: runDir.dir,
        folders,
        port: listener.addr.port,
        pid: Deno.pid,
      }),
    ],
    env: { DENO_DIR: "/dev/null" },
  }, { runDir, guestDir, modulesDir, limits: (await parseConfig({})).limits });
  try {
    const { stdout, stderr } = await new Deno.Command(command, {
      args: [...args],
      env: { ...env },
      clearEnv: true,
      cwd: runDir.dir,
      stdin: "null",
    }).output();
    if (stdout.length === 0) throw new Error(new TextDecoder().decode(stderr));
    return JSON.parse(new TextDecoder().decode(stdout));
  } finally {
    socket.close();
    listener.close();
    await Deno.remove(dir, { recursive: true });
  }
}
