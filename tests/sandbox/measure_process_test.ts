import { assert, assertEquals } from "@std/assert";
import { findCommand } from "../../src/process/find_command.ts";
import { createUnlinkedReader, createUsageReader } from "../../src/sandbox/measure_process.ts";
import { runAsNobody } from "../fixtures/run_as_nobody.ts";

const ignore = Deno.build.os !== "linux";

Deno.test("createUsageReader() counts the children of every thread", { ignore }, async () => {
  const large = `x=$(head -c 150000000 /dev/zero | tr "\\0" a); echo ready; read y`;
  const thread = `const child = new Deno.Command("sh", {
    args: ["-c", ${JSON.stringify(large)}], stdin: "piped", stdout: "piped",
  }).spawn();
  await child.stdout.getReader().read();
  postMessage(child.pid);`;
  const program = `const worker = new Worker(${
    JSON.stringify(`data:text/javascript,${encodeURIComponent(thread)}`)
  }, {
    type: "module" });
  worker.onmessage = ({ data }) => console.log(data);`;
  const host = new Deno.Command(Deno.execPath(), {
    args: ["eval", program],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
    detached: true,
  }).spawn();
  const reader = host.stdout.getReader();
  const { value } = await reader.read();
  const child = Number(new TextDecoder().decode(value));
  const all = await createUsageReader(host.pid)();
  const own = await createUsageReader(child)();
  const [whole, part] = [all.memoryBytes ?? 0, own.memoryBytes ?? 0];
  assert(part > 150_000_000 && whole > part, `${whole} ${part}`);
  Deno.kill(-host.pid, "SIGKILL");
  await host.status;
  await reader.cancel();
  await host.stdin.close().catch(() => {});
});

Deno.test("createUsageReader() gives null for a process that is gone", async () => {
  const child = new Deno.Command(Deno.execPath(), { args: ["--version"], stdout: "null" }).spawn();
  const usage = createUsageReader(child.pid);
  await child.status;
  const { memoryBytes, cpuMs, threads } = await usage();
  assertEquals([memoryBytes, cpuMs, threads], [null, null, null]);
});

/** Keeps a file of 3 MiB without a name twice, one of 1 MiB in a child, and one that has its name. */
const HOLDS = `cd "$0"; exec 5<>a; exec 6<>a; exec 8>named; rm a
head -c 3145728 /dev/zero >&5; head -c 9999 /dev/zero >&8
(exec 7>b; rm b; head -c 1048576 /dev/zero >&7; echo ready; exec sleep 20); echo done`;

Deno.test("createUnlinkedReader() measures the open files of a family, each once", {
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

Deno.test("createUnlinkedReader() sees into a user namespace, also without being root", {
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
