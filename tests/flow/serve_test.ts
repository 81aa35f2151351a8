import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { oddServer } from "../fixtures/test_runtime.ts";

const SERVE = new URL("../../src/serve.ts", import.meta.url).pathname;
const CRM = new URL("../../examples/servers/crm.ts", import.meta.url).pathname;
const linux = { ignore: Deno.build.os !== "linux" };

function command(args: readonly string[], root: string): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", SERVE, ...args],
    cwd: root,
    env: { TMPDIR: root, INIT_CWD: root },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

/** A gateway in a process of its own. */
interface Served {
  readonly root: string;
  readonly host: Deno.ChildProcess;
  /** What it said when it was ready. */
  readonly line: string;
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Starts a program whose events are read one by one. */
  stream(code: string): Promise<Events>;
}

/** The text of a stream of events, read as far as it is needed. */
interface Events {
  /** Reads until it has `text`; gives all that was read. */
  until(text: string): Promise<string>;
  rest(): Promise<string>;
}

async function withServe(
  gateway: Record<string, number>,
  test: (served: Served) => Promise<void>,
): Promise<void> {
  const root = await Deno.makeTempDir();
  // Every process of this gateway has the folder in its command line.
  const odd = oddServer("--log", join(root, "odd.log"));
  const crm = { command: "deno", args: ["run", "--no-prompt", CRM] };
  const config = join(root, "airlock.json");
  await Deno.writeTextFile(config, JSON.stringify({ mcpServers: { odd, crm }, gateway }));
  const host = command(["--port", "0", "--config", config], root).spawn();
  const said = host.stderr.pipeTo(new WritableStream());
  const lines = host.stdout.pipeThrough(new TextDecoderStream()).getReader();
  try {
    const line = (await lines.read()).value ?? "";
    const [, url, tokenPath] = /(http:\S+) \(token: (.+)\)\n$/.exec(line) ?? [];
    const token = (await Deno.readTextFile(tokenPath!)).trim();
    const send = (path: string, init: RequestInit = {}) =>
      fetch(url + path, {
        ...init,
        headers: {
          authorization: `Bearer ${token}`,
          "content-type": "application/json",
          ...init.headers as Record<string, string>,
        },
      });
    const stream = async (code: string) => {
      const body = JSON.stringify({ code });
      const headers = { accept: "text/event-stream" };
      return readEvents(await send("/v1/runs", { method: "POST", body, headers }));
    };
    await test({ root, host, line, fetch: send, stream });
  } finally {
    try {
      host.kill("SIGKILL");
    } catch {
      // It has ended, as it should.
    }
    await host.status;
    await lines.cancel();
    await said;
    await Deno.remove(root, { recursive: true });
  }
}

function readEvents({ body }: Response): Events {
  const reader = body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  return {
    async until(expected) {
      while (!text.includes(expected)) {
        const { done, value } = await reader.read();
        assert(!done, `the stream ended before ${expected}: ${text}`);
        text += value;
      }
      return text;
    },
    async rest() {
      for (let read; !(read = await reader.read()).done;) text += read.value;
      return text;
    },
  };
}

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

Deno.test("serve says in one line where it listens and where the token is", linux, async () => {
  await withServe({}, async ({ line, root, fetch: send }) => {
    assertMatch(
      line,
      /^Airlock listens on http:\/\/127\.0\.0\.1:\d+ \(token: .+gateway-token\)\n$/,
    );
    const path = join(root, ".airlock", "gateway-token");
    assertStringIncludes(line, path);
    assert(!line.includes((await Deno.readTextFile(path)).trim()));
    assertEquals(await (await send("/readyz")).json(), { status: "ready" });
  });
});

Deno.test(
  "serve runs a program that calls a real server, and shows the server's tools",
  linux,
  async () => {
    await withServe({}, async ({ fetch: send }) => {
      const code = `import { echo } from "./servers/odd/echo.ts";
console.log("asking");
await echo({ n: 1 });
return 6 * 7;`;
      const response = await send("/v1/runs", { method: "POST", body: JSON.stringify({ code }) });
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
    });
  },
);

Deno.test(
  "the program that the API's document shows gives the result that it shows",
  linux,
  async () => {
    await withServe({}, async ({ fetch: send }) => {
      const { components: { schemas } } = await (await send("/openapi.json")).json();
      const body = JSON.stringify(schemas.RunRequest.example);
      const result = await (await send("/v1/runs", { method: "POST", body })).json();
      const shown = schemas.RunResult.example;
      assertEquals([result.status, result.value], [shown.status, shown.value]);
      assertEquals(result.logs[0].text, shown.logs[0].text);
      assertEquals(result.calls.map(callOf), shown.calls.map(callOf));
    });
  },
);

function callOf({ server, tool, outcome }: Record<string, unknown>): unknown[] {
  return [server, tool, outcome];
}

Deno.test("a program is cancelled through the API while it is under way", linux, async () => {
  await withServe({}, async ({ fetch: send, stream }) => {
    const events = await stream(FOREVER);
    const read = await events.until("under way");
    const { runId } = JSON.parse(/event: started\ndata: (.+)\n/.exec(read)![1]!);
    const cancelled = await send(`/v1/runs/${runId}/cancel`, { method: "POST" });
    assertEquals(cancelled.status, 202);
    await cancelled.body?.cancel();
    assertMatch(await events.rest(), /event: result\ndata: .*"status":"cancelled"/);
  });
});

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
      [["extra"], "argument"],
      [["--config", join(root, "none.json")], "none.json"],
      [["--host", "192.0.2.1", "--port", "0"], "192.0.2.1"],
    ];
    for (const [args, named] of wrong) {
      const { code, stdout, stderr } = await command(args, root).output();
      const said = new TextDecoder().decode(stderr);
      assertEquals([args, code, stdout.length], [args, 2, 0]);
      assertStringIncludes(said, named);
      assert(!said.includes("    at "), said);
    }
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
