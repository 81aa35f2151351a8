import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { join } from "@std/path";
import { LineProcess } from "../fixtures/servers/line_process.ts";
import { ProcessTransport } from "../fixtures/servers/process_transport.ts";
import { testEach } from "../fixtures/test_each.ts";
import {
  CLIENT_KINDS,
  type ClientKind,
  connectClient,
  type TestClient,
} from "../gateway/mcp/mcp_clients.ts";

const MCP = new URL("../../src/commands/mcp.ts", import.meta.url).pathname;
const CRM = new URL("../../examples/servers/crm.ts", import.meta.url).pathname;

const COUNT = `import { list_leads } from "./servers/crm/list_leads.ts";
console.log("counting");
const { leads } = await list_leads({ limit: 5 });
return leads.length;`;

/** A folder with a configuration, for as long as the test lasts. */
async function withFolder(
  gateway: Record<string, number>,
  test: (root: string, args: string[]) => Promise<void>,
): Promise<void> {
  const root = await Deno.makeTempDir();
  const crm = { command: "deno", args: ["run", "--no-prompt", CRM] };
  const config = join(root, "airlock.json");
  const pool = { idleWorkers: 0, idleSessions: 0 };
  await Deno.writeTextFile(config, JSON.stringify({ mcpServers: { crm }, gateway, pool }));
  try {
    await test(root, ["run", "-A", MCP, "--config", config]);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

async function withClient(
  kind: ClientKind,
  test: (client: TestClient) => Promise<void>,
  after: (root: string) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  // One run at once: the next one is let in only when that before it has ended.
  await withFolder({ concurrentRuns: 1 }, async (root, args) => {
    {
      // Its end fails where the server does not go by itself.
      await using client = await connectClient(kind, new ProcessTransport(new LineProcess(args)));
      await test(client);
    }
    await after(root);
  });
}

const each = testEach("clients over standard input", 3);

for (const kind of CLIENT_KINDS) {
  each.test(
    kind,
    `a ${kind} client works over standard input: finds, reads, runs, and is told`,
    async () => {
      await withClient(kind, async (client) => {
        assertMatch(client.instructions!, /crm \(\d+\)/);
        const found = await client.call("search_tools", { query: "list leads", detail: "name" });
        assertStringIncludes(found.text, "list_leads.ts");
        const read = await client.call("read_tools", { names: ["crm/list_leads"] });
        assertStringIncludes(read.text, "export type ListLeadsInput");
        assertStringIncludes(
          await client.read("airlock://servers/crm/list_leads.ts"),
          "export type ListLeadsInput",
        );
        const heard: string[] = [];
        const onprogress = ({ message }: { message?: string | undefined }) => heard.push(message!);
        const ran = await client.call("run_program", { code: COUNT }, { onprogress });
        assertEquals([ran.text, ran.structured!.calls], ["counting\n5", ["crm/list_leads ok"]]);
        assert(
          heard.includes("counting") && heard.some((line) => line.startsWith("crm/list_leads")),
        );
        const denied = await client.call("run_program", { code: 'import "npm:zod";' });
        assertMatch(denied.text, /^IMPORT_REFUSED: /);
        assertEquals(denied.isError, true);
      });
    },
  );

  each.test(
    kind,
    `a ${kind} client that cancels a call over standard input ends its run`,
    async () => {
      await withClient(kind, async (client) => {
        const controller = new AbortController();
        const onprogress = ({ message }: { message?: string | undefined }) => {
          if (message === "now") controller.abort();
        };
        const args = { code: 'console.log("now"); for (;;);', timeoutMs: 300_000 };
        const options = { signal: controller.signal, onprogress };
        await assertRejects(() => client.call("run_program", args, options));
        assertEquals((await client.call("run_program", { code: "return 1;" })).text, "1");
      });
    },
  );
}

each.register();

Deno.test("a connection that began with a handshake is one session, which keeps its files, a stateless one is none", async () => {
  const write = { code: 'await Deno.writeTextFile("./workspace/a.txt", "kept");' };
  const read = { code: 'return await Deno.readTextFile("./workspace/a.txt").catch(() => "none");' };
  for (const [kind, expected] of [["sdk1", "kept"], ["stateless", "none"]] as const) {
    await withClient(
      kind,
      async (client) => {
        await client.call("run_program", write);
        assertEquals((await client.call("run_program", read)).text, expected);
      },
      async (root) => assertEquals(await countSessions(root), 1),
    );
  }
});

Deno.test("a session that has written nothing leaves no folder", async () => {
  await withClient(
    "sdk1",
    async (client) => void await client.call("run_program", { code: "return 1;" }),
    async (root) => assertEquals(await countSessions(root), 0),
  );
});

async function countSessions(root: string): Promise<number> {
  return (await Array.fromAsync(Deno.readDir(join(root, "workspace")))).length;
}

Deno.test("hostile lines change nothing, standard output has messages only, and its end is the end", async () => {
  await withFolder({}, async (_root, args) => {
    const { lines, code } = await talk(args, [
      "\u0000\u0001",
      "{",
      "[]",
      "null",
      '{"jsonrpc":"2.0","id":1}',
      "[".repeat(50_000),
      JSON.stringify({
        jsonrpc: "2.0",
        id: 1,
        method: "initialize",
        params: {
          protocolVersion: "2025-03-26",
          capabilities: {},
          clientInfo: { name: "raw", version: "1" },
        },
      }),
    ]);
    const messages = lines.map((line) => JSON.parse(line));
    assert(messages.every(({ jsonrpc }) => jsonrpc === "2.0"));
    assertEquals(messages.at(-1).result.protocolVersion, "2025-03-26");
    assertEquals(code, 0);
  });
});

const INITIALIZE = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: {
    protocolVersion: "2025-03-26",
    capabilities: {},
    clientInfo: { name: "raw", version: "1" },
  },
};

Deno.test("what is too large or no message is refused, by its id where it has one, and the next is answered", async () => {
  const large = { name: "run_program", arguments: { code: `"id":7,{"${"x".repeat(6_000_000)}` } };
  const names = Array.from({ length: 200_000 }, (_, at) => `"k${at}":1`).join(",");
  await withFolder({}, async (_root, args) => {
    const { lines, code } = await talk(args, [
      JSON.stringify({ method: "tools/call", params: large, jsonrpc: "2.0", id: "last" }),
      JSON.stringify({ jsonrpc: "2.0", id: 5, method: "tools/call", params: large }),
      "x".repeat(6_000_000),
      "{{{",
      '[{"jsonrpc":"2.0","id":2,"method":"ping"}]',
      '{"jsonrpc":"2.0","id":null,"method":"ping"}',
      `{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"x","arguments":{${names}}}}`,
      JSON.stringify(INITIALIZE),
    ]);
    const messages = lines.map((line) => JSON.parse(line));
    assertEquals(messages.map(({ id, error }) => [id, error?.code]), [
      ["last", -32_600],
      [5, -32_600],
      [null, -32_600],
      [null, -32_700],
      [null, -32_600],
      [null, -32_600],
      [3, -32_600],
      [1, undefined],
    ]);
    assertMatch(messages[0].error.message, /^Cannot read message: it has more than \d+ bytes$/);
    assertEquals(code, 0);
  });
});

Deno.test("SIGTERM ends a run that is under way, and the server with it", async () => {
  await withFolder({}, async (_root, args) => {
    await using server = new LineProcess(args);
    await server.write(JSON.stringify(INITIALIZE));
    await server.read();
    await server.write('{"jsonrpc":"2.0","method":"notifications/initialized"}');
    const loop = { code: 'console.log("now"); for (;;);', timeoutMs: 300_000 };
    const params = { name: "run_program", arguments: loop, _meta: { progressToken: 1 } };
    await server.write(JSON.stringify({ jsonrpc: "2.0", id: 2, method: "tools/call", params }));
    for (let line; (line = await server.read()) !== undefined && !line.includes('"now"'););
    const began = performance.now();
    server.child.kill("SIGTERM");
    const { code, signal } = await server.child.status;
    assertEquals([code, signal], [0, null]);
    assert(performance.now() - began < 9_000);
  });
});

/** Says lines to a server until it answers the last or goes, and gives what it said. */
async function talk(
  args: string[],
  said: readonly string[],
): Promise<{ lines: string[]; code: number }> {
  await using server = new LineProcess(args);
  for (const line of said) await server.write(line).catch(() => {});
  const lines: string[] = [];
  for (let line; (line = await server.read()) !== undefined;) {
    lines.push(line);
    if (line.includes('"protocolVersion"')) await server.endInput();
  }
  return { lines, code: (await server.child.status).code };
}
