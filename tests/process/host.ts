// A host with one stubborn child: prints the ids of all that it started, then waits to be killed.
import { fromFileUrl } from "@std/path";
import { spawnGroup } from "../../src/process/spawn_group.ts";
import { startReaper } from "../../src/process/start_reaper.ts";

const [removeAtEnd = ""] = Deno.args;
const reaper = await startReaper({ removeAtEnd });
const script = fromFileUrl(new URL("./stubborn.sh", import.meta.url));
const group = await spawnGroup(["/bin/sh", script], {
  env: { PATH: "/usr/bin:/bin" },
  cwd: "/",
  reaper,
});
console.log(reaper.pid);
await group.stdout.pipeTo(Deno.stdout.writable);
