import { assertEquals } from "@std/assert";
import { createUnlinkedReader } from "../../src/sandbox/measure_process.ts";
import { findCommand } from "../../src/process/find_command.ts";
import { runAsNobody } from "../fixtures/run_as_nobody.ts";

const ignore = Deno.build.os !== "linux";

/** Keeps a file of 3 MiB without a name twice, one of 1 MiB in a child, and one that has its name. */
const HOLDS = `cd "$0"; exec 5<>a; exec 6<>a; exec 8>named; rm a
head -c 3145728 /dev/zero >&5; head -c 9999 /dev/zero >&8
(exec 7>b; rm b; head -c 1048576 /dev/zero >&7; echo ready; exec sleep 20); echo done`;

Deno.test("createUnlinkedReader measures what a family keeps open, each file once", {
  ignore,
}, async () => {
  const dir = await Deno.makeTempDir();
  const child = new Deno.Command("/bin/sh", {
    args: ["-c", HOLDS, dir],
    stdout: "piped",
    detached: true,
  }).spawn();
  const output = child.stdout.getReader();
  await output.read();
  assertEquals(createUnlinkedReader(child.pid)(), { files: 2, bytes: 4 * 1024 * 1024 });
  Deno.kill(-child.pid, "SIGKILL");
  await Promise.all([output.cancel(), child.status]);
  assertEquals(createUnlinkedReader(child.pid)(), { files: 0, bytes: 0 });
  await Deno.remove(dir, { recursive: true });
});

const bwrap = await findCommand("bwrap", { path: "/usr/bin:/bin", cwd: "/" });

Deno.test("createUnlinkedReader sees into a namespace of users, also without being root", {
  ignore: ignore || bwrap === undefined,
}, async () => {
  const said = await runAsNobody(`
import { createUnlinkedReader } from "./src/sandbox/measure_process.ts";
const dir = await Deno.makeTempDir();
const child = new Deno.Command(${JSON.stringify(bwrap)}, {
  args: ["--unshare-user", "--unshare-pid", "--uid", "65534", "--gid", "65534", "--cap-drop", "ALL",
    "--die-with-parent", "--dev-bind", "/", "/",
    "/bin/sh", "-c", ${JSON.stringify(HOLDS)}, dir],
  stdout: "piped",
}).spawn();
await child.stdout.getReader().read();
console.log(JSON.stringify(createUnlinkedReader(child.pid)()));
child.kill("SIGKILL");
Deno.exit();`);
  assertEquals(JSON.parse(said), { files: 2, bytes: 4 * 1024 * 1024 });
});
