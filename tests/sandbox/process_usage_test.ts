import { assert, assertEquals } from "@std/assert";
import { createUsageReader } from "../../src/sandbox/measure_process.ts";

const ignore = Deno.build.os !== "linux";

Deno.test("createUsageReader counts the children of every thread", { ignore }, async () => {
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

Deno.test("createUsageReader tells nothing of a process that is gone", async () => {
  const child = new Deno.Command(Deno.execPath(), { args: ["--version"], stdout: "null" }).spawn();
  const usage = createUsageReader(child.pid);
  await child.status;
  const { memoryBytes, cpuMs, threads } = await usage();
  assertEquals([memoryBytes, cpuMs, threads], [null, null, null]);
});
