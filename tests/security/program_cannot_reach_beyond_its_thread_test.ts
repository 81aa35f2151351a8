import { assertEquals } from "@std/assert";
import { startTestRuntime } from "../fixtures/test_runtime.ts";

Deno.test("a program finds no way to processes, threads, the environment, native code or new code", async () => {
  Deno.env.set("AIRLOCK_TEST_SECRET", "CANARY");
  await using runtime = await startTestRuntime();
  Deno.env.delete("AIRLOCK_TEST_SECRET");
  const { status, value } = await runtime.run({
    code: `const attempts = {
  command: () => new Deno.Command("ls").outputSync(),
  run: () => Deno.run({ cmd: ["ls"] }),
  dlopen: () => Deno.dlopen("libc.so.6", {}),
  env: () => Deno.env.toObject(),
  process: () => process.env,
  globalProcess: () => globalThis.process.env,
  exec: () => Deno.execPath(),
  kill: () => Deno.kill(Deno.pid, "SIGUSR1"),
  permissions: () => Deno.permissions.requestSync({ name: "net" }),
  internal: () => Deno[Deno.internal].core,
  symbols: () => { if (Object.getOwnPropertySymbols(Deno).length === 0) throw new Error("none"); },
  worker: () => new Worker("data:text/javascript,1", { type: "module" }),
  broadcast: () => new BroadcastChannel("x"),
  gpu: () => navigator.gpu.requestAdapter(),
  wasm: () => new WebAssembly.Memory({ initial: 1 }),
  caches: () => caches.open("x"),
  storage: () => localStorage.setItem("a", "b"),
  evalCode: () => eval("1"),
  newFunction: () => new Function("return 1")(),
  constructorFunction: () => (async () => {}).constructor("return 1")(),
  require: () => require("node:fs"),
  importScripts: () => importScripts("data:text/javascript,1"),
};
const through = [];
for (const [name, attempt] of Object.entries(attempts)) {
  try { await attempt(); through.push(name); } catch {}
}
return through;`,
  });
  assertEquals([status, value], ["completed", []]);
});

Deno.test("a program runs in a thread beside the main one, whose imports ask the permissions", async () => {
  await using runtime = await startTestRuntime();
  const { value } = await runtime.run({
    code: "return Object.prototype.toString.call(globalThis);",
  });
  assertEquals(value, "[object DedicatedWorkerGlobalScope]");
});
