import { assertEquals } from "@std/assert";
import { parseConfig } from "../../src/config/config.ts";
import { startTestRuntime } from "../fixtures/test_runtime.ts";

Deno.test("a program has no network, not even to its own host", async () => {
  let touched = 0;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => {
    touched++;
    return new Response("CANARY");
  });
  try {
    const { port } = server.addr;
    await using runtime = await startTestRuntime();
    const { status, value } = await runtime.run({
      code: `const url = "http://127.0.0.1:${port}/";
const attempts = {
  fetch: () => fetch(url),
  webSocket: () => new WebSocket(url.replace("http", "ws")),
  eventSource: () => new EventSource(url),
  connect: () => Deno.connect({ port: ${port} }),
  listen: () => Deno.listen({ port: 0 }),
  serve: () => Deno.serve(() => new Response()),
  resolveDns: () => Deno.resolveDns("example.com", "A"),
  importUrl: () => import(url + "x.ts".slice(0)),
  request: () => new XMLHttpRequest(),
  ownSocket: () => Deno.connect({ transport: "unix", path: "./rpc" }),
  readOwnSocket: () => Deno.open("./rpc"),
};
const through = [];
for (const [name, attempt] of Object.entries(attempts)) {
  try { await attempt(); through.push(name); } catch {}
}
return through;`,
    });
    assertEquals([status, value, touched], ["completed", [], 0]);
  } finally {
    await server.shutdown();
  }
});

Deno.test("without our list of globals, the permissions alone leave no network", async () => {
  const { limits } = await parseConfig({});
  const { workerCommand } = await import("../../src/sandbox/worker_command.ts");
  const { args } = workerCommand({
    denoPath: "deno",
    guestDir: "/guest",
    modulesDir: "/modules",
    runDir: {
      show: "links",
      dir: "/run",
      servers: "/run/servers",
      skills: "/run/skills",
      workspace: "/run/workspace",
      linked: "/run/linked",
      targets: { servers: "/servers", workspace: "/sessions/s1" },
    },
    address: { transport: "unix", path: "/run/rpc" },
    limits,
  });
  assertEquals(args.filter((arg) => arg.startsWith("--allow-")), [
    "--allow-read=/run/servers,/run/skills,/run/workspace,/servers,/sessions/s1," +
    "/run/linked,/guest,/modules,/run/rpc",
    "--allow-write=/run/workspace,/run/skills,/sessions/s1,/run/rpc",
    "--allow-net=unix:/run/rpc",
  ]);
});
