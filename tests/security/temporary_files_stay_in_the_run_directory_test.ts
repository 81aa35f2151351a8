import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { parseConfig } from "../../src/config/config.ts";
import { createRunDirectory } from "../../src/sandbox/run_directory.ts";
import { workerCommand } from "../../src/sandbox/worker_command.ts";

/** Makes temporary files in every way that the runtime knows, and tells where they lie. */
const PROGRAM = `
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
const open = () => [...Deno.readDirSync("/proc/self/fd")].flatMap(({ name }) => {
  try { return [Deno.readLinkSync("/proc/self/fd/" + name)]; } catch { return []; }
});
const before = new Set(open());
const database = new DatabaseSync("");
database.exec("PRAGMA temp_store = 1; PRAGMA cache_size = 1; CREATE TEMP TABLE t (x)");
const insert = database.prepare("INSERT INTO t VALUES (zeroblob(100000))");
for (let i = 0; i < 50; i++) insert.run();
const unlinked = open().filter((path) => path.endsWith(" (deleted)") && !before.has(path));
console.log(JSON.stringify([Deno.makeTempFileSync(), Deno.makeTempDirSync(), tmpdir(), ...unlinked]));
`;

Deno.test("temporary files of a worker's runtime lie in its run directory", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  const dir = await Deno.makeTempDir();
  const runDir = await createRunDirectory(join(dir, "run"), { servers: dir, show: "links" });
  const { env } = workerCommand({
    denoPath: Deno.execPath(),
    guestDir: dir,
    modulesDir: dir,
    runDir,
    address: { transport: "unix", path: join(runDir.dir, "rpc") },
    limits: (await parseConfig({})).limits,
  });
  await Deno.writeTextFile(join(dir, "program.js"), PROGRAM);
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-config", join(dir, "program.js")],
    env: { ...env },
    clearEnv: true,
  }).output();
  const places = JSON.parse(new TextDecoder().decode(stdout)) as string[];
  const outside = places.filter((place) => `${place}/`.startsWith(`${runDir.skills}/`) === false);
  assertEquals(outside, [], new TextDecoder().decode(stderr));
  assertEquals(places.length > 3, true);
  await Deno.remove(dir, { recursive: true });
});
