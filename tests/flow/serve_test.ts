import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { sampled } from "../fixtures/sampled.ts";
import { serveCommand, withServe } from "../fixtures/served_gateway.ts";

const linux = { ignore: Deno.build.os !== "linux" };

/** Command lines that have `text`. */
async function processesWith(text: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    const line = await Deno.readTextFile(`/proc/${name}/cmdline`).catch(() => "");
    if (line.includes(text)) found.push(line.replaceAll("\0", " "));
  }
  return found;
}

/** Resolves to those that are left, as soon as there are none, or after ten seconds. */
async function leftOver(text: string): Promise<string[]> {
  let found = await processesWith(text);
  for (let tries = 0; tries < 500 && found.length > 0; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    found = await processesWith(text);
  }
  return found;
}

async function temporaryFolders(root: string): Promise<string[]> {
  const names = await Array.fromAsync(Deno.readDir(root), ({ name }) => name);
  return names.filter((name) => name.startsWith("airlock-"));
}

const FOREVER = `import { echo } from "./servers/odd/echo.ts";
await echo({ n: 1 });
console.log("under way");
await new Promise((resolve) => setTimeout(resolve, 600_000));`;

Deno.test(
  "serve answers all that its callers ask, and goes on until it is ended",
  linux,
  async (t) => {
    const preload = new URL("../fixtures/faults_nobody_waits_for.ts", import.meta.url).pathname;
    await withServe({ preload }, async ({ line, root, host, fetch: send, stream, said }) => {
      await t.step("it says in one line where it listens and where the token is", async () => {
        assertMatch(
          line,
          /^Airlock listens on http:\/\/127\.0\.0\.1:\d+ \(token: .+gateway-token\)\n$/,
        );
        const path = join(root, ".airlock", "gateway-token");
        assertStringIncludes(line, path);
        assert(!line.includes((await Deno.readTextFile(path)).trim()));
        assertEquals(await (await send("/readyz")).json(), { status: "ready" });
      });
      await t.step(
        "it runs a program that calls a real server, and shows the server's tools",
        async () => {
          const code = `import { echo } from "./servers/odd/echo.ts";
console.log("asking");
await echo({ n: 1 });
return 6 * 7;`;
          const response = await send("/v1/runs", {
            method: "POST",
            body: JSON.stringify({ code }),
          });
          assertEquals(response.status, 200);
          const result = await response.json();
          assertEquals([result.status, result.value, result.error], ["completed", 42, null]);
          assertEquals(result.logs[0].text, "asking");
          assertEquals(result.calls[0].outcome, "ok");
          const known = await (await send(`/v1/runs/${result.runId}`)).json();
          assertEquals(known, { runId: result.runId, state: "finished", result });
          const { servers: [server] } = await (await send("/v1/servers")).json();
          assertEquals([server.name, server.state], ["odd", "connected"]);
          const { tools, total } = await (await send("/v1/tools?server=odd")).json();
          assertEquals(tools.length, Math.min(total, 100));
          const tool = await (await send("/v1/tools/odd/echo")).json();
          assertEquals(tool.module, "./servers/odd/echo.ts");
          assertStringIncludes(tool.wrapper, "export ");
        },
      );
      await t.step(
        "the program that the API's document shows gives the result that it shows",
        async () => {
          const { components: { schemas } } = await (await send("/openapi.json")).json();
          const body = JSON.stringify(schemas.RunRequest.example);
          const result = await (await send("/v1/runs", { method: "POST", body })).json();
          const shown = schemas.RunResult.example;
          assertEquals([result.status, result.value], [shown.status, shown.value]);
          assertEquals(result.logs[0].text, shown.logs[0].text);
          assertEquals(result.calls.map(callOf), shown.calls.map(callOf));
        },
      );
      await t.step("a program is cancelled through the API while it is under way", async () => {
        const events = await stream(FOREVER);
        const read = await events.until("under way");
        const { runId } = JSON.parse(/event: started\ndata: (.+)\n/.exec(read)![1]!);
        const cancelled = await send(`/v1/runs/${runId}/cancel`, { method: "POST" });
        assertEquals(cancelled.status, 202);
        await cancelled.body?.cancel();
        assertMatch(await events.rest(), /event: result\ndata: .*"status":"cancelled"/);
      });
      await t.step("a fault that nothing waits for ends no gateway, and is told of", async () => {
        host.kill("SIGUSR2");
        for (const fault of ["a promise that is lost", "a listener that throws"]) {
          while (!said().includes(fault)) await new Promise((resolve) => setTimeout(resolve, 5));
        }
        assertEquals(await (await send("/healthz")).json(), { status: "ok" });
      });
      await t.step("it goes on at SIGHUP, and says what ends it", async () => {
        host.kill("SIGHUP");
        while (!said().includes("SIGHUP")) await new Promise((resolve) => setTimeout(resolve, 5));
        assertEquals(await (await send("/healthz")).json(), { status: "ok" });
        host.kill("SIGTERM");
        assertEquals((await host.status).code, 0);
      });
    });
  },
);

function callOf({ server, tool, outcome }: Record<string, unknown>): unknown[] {
  return [server, tool, outcome];
}

Deno.test("on SIGTERM a program gets its time, and then nothing is left", linux, async () => {
  await withServe({}, async ({ root, host, stream }) => {
    const events = await stream(`import { echo } from "./servers/odd/echo.ts";
import { sleep } from "airlock";
await echo({ n: 1 });
console.log("under way");
await sleep(300);
return "in time";`);
    await events.until("under way");
    // The gateway, its reaper, the server and the worker at least.
    assert((await processesWith(root)).length >= 4);
    assertEquals((await temporaryFolders(root)).length, 1);
    host.kill("SIGTERM");
    assertMatch(await events.rest(), /event: result\ndata: .*"value":"in time"/);
    assertEquals((await host.status).code, 0);
    assertEquals(await leftOver(root), []);
    assertEquals(await temporaryFolders(root), []);
  });
});

Deno.test(
  "a program that does not end in its time is cancelled, and nothing is left",
  linux,
  async () => {
    await withServe({ shutdownMs: 1 }, async ({ root, host, stream }) => {
      const events = await stream(FOREVER);
      await events.until("under way");
      host.kill("SIGINT");
      assertMatch(await events.rest(), /event: result\ndata: .*"status":"cancelled"/);
      assertEquals((await host.status).code, 0);
      assertEquals(await leftOver(root), []);
      assertEquals(await temporaryFolders(root), []);
    });
  },
);

Deno.test("a second signal ends the gateway at once, and nothing is left", linux, async () => {
  await withServe({}, async ({ root, host, fetch: send, stream }) => {
    const events = await stream(FOREVER);
    await events.until("under way");
    host.kill("SIGTERM");
    while ((await (await send("/readyz")).json()).code !== "BUSY");
    host.kill("SIGTERM");
    assertEquals((await host.status).code, 130);
    await events.rest().catch(() => {});
    assertEquals(await leftOver(root), []);
    assertEquals(await temporaryFolders(root), []);
  });
});

Deno.test("serve names what is wrong with its command or configuration, and exits with 2", async () => {
  const root = await Deno.makeTempDir();
  try {
    const config = join(root, "airlock.json");
    await Deno.writeTextFile(config, "{}");
    const wrong: readonly [string[], string][] = [
      [["--port", "65536"], "--port"],
      [["--port", "-1"], "--port"],
      [["--port", ""], "--port"],
      [["--no-token"], "--no-token"],
      [["extra"], "serve extra"],
      [["--config", join(root, "none.json")], "none.json"],
      [["--host", "192.0.2.1", "--port", "0"], "192.0.2.1"],
    ];
    for (const [args, named] of sampled(wrong, { keep: 1, name: "commands of serve" })) {
      const { code, stdout, stderr } = await serveCommand(args, { root }).output();
      const said = new TextDecoder().decode(stderr);
      assertEquals([args, code, stdout.length], [args, 2, 0]);
      assertStringIncludes(said, named);
      assert(!said.includes("    at "), said);
    }
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
