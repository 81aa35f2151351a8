import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { type FakeProgram, fakeSkills, untilCancelled } from "../fake_runtime.ts";
import { sendRaw } from "../raw_http.ts";
import { CLIENT_KINDS } from "./mcp_clients.ts";
import { withMcpGateway } from "./mcp_gateway.ts";

const crm = [
  { name: "list_leads", description: "Lists leads", inputSchema: { type: "object" } },
  { name: "send_email", description: "Sends an e-mail", inputSchema: { type: "object" } },
];
const servers = { crm };

/** The session that a run was in, or the word that says it had none. */
const inSession: FakeProgram = ({ request }) => request.session ?? "none";

const INITIALIZE = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: "raw", version: "1" },
  },
};

for (const kind of CLIENT_KINDS) {
  Deno.test(`a ${kind} client is offered five tools over HTTP, told how, and runs a program`, async () => {
    await withMcpGateway({ servers, programs: { six: () => 6 } }, async ({ connect }) => {
      await using client = await connect(kind);
      assertEquals(await client.toolNames(), [
        "search_tools",
        "read_tools",
        "search_skills",
        "save_skill",
        "run_program",
      ]);
      assertStringIncludes(client.instructions!, "crm (2)");
      assertStringIncludes(client.instructions!, "run_program");
      const { text, structured, isError } = await client.call("run_program", { code: "six" });
      assertEquals([text, structured!.value, structured!.status, isError], [
        "6",
        6,
        "completed",
        false,
      ]);
    });
  });

  Deno.test(`a ${kind} client finds tools, reads them, and reads wrappers as resources`, async () => {
    await withMcpGateway({ servers }, async ({ connect }) => {
      await using client = await connect(kind);
      const found = await client.call("search_tools", { query: "leads", detail: "name" });
      assertEquals(
        found.text,
        "# crm ./servers/crm/\ntool_0.ts (list_leads)\ntool_1.ts (send_email)",
      );
      const read = await client.call("read_tools", { names: ["crm/send_email", "crm/nothing"] });
      assertStringIncludes(read.text, "export function tool_1() {}");
      assertStringIncludes(read.text, 'No tool "crm/nothing".');
      const { uris } = await client.resources();
      assertEquals(uris, [
        "airlock://servers/crm/tool_0.ts",
        "airlock://servers/crm/tool_1.ts",
      ]);
      assertEquals(await client.read(uris[1]!), "export function tool_1() {}");
      await assertRejects(() => client.read("airlock://servers/crm/../../../etc/passwd"));
      await assertRejects(() => client.read("file:///etc/passwd"));
    });
  });

  Deno.test(`a ${kind} client hears of logs and calls while a run lasts`, async () => {
    const told = Promise.withResolvers<void>();
    const programs = {
      async talks({ emit }: Parameters<FakeProgram>[0]) {
        emit({ type: "log", line: { level: "info", text: "half of it", atMs: 1 } });
        const call = { seq: 1, server: "crm", tool: "list_leads", outcome: "ok" as const };
        emit({ type: "call", call: { ...call, ms: 2.4, argumentBytes: 2, resultBytes: 2 } });
        // It goes on only when its client has heard both.
        await told.promise;
        return "done";
      },
    };
    await withMcpGateway({ programs }, async ({ connect }) => {
      await using client = await connect(kind);
      const heard: string[] = [];
      const { text } = await client.call("run_program", { code: "talks" }, {
        onprogress({ message, progress }) {
          heard.push(`${progress} ${message}`);
          if (heard.length === 3) told.resolve();
        },
      });
      assertEquals(text, "done");
      assertMatch(heard[0]!, /^1 started run_/);
      assertEquals(heard.slice(1), ["2 half of it", "3 crm/list_leads: ok, 2 ms"]);
    });
  });

  Deno.test(`a ${kind} client that cancels a call over HTTP cancels the run`, async () => {
    const cancelled = Promise.withResolvers<string>();
    const programs = {
      async waits(run: Parameters<FakeProgram>[0]) {
        const outcome = await untilCancelled(run);
        cancelled.resolve(outcome);
        return outcome;
      },
    };
    await withMcpGateway({ programs }, async ({ connect, runtime }) => {
      await using client = await connect(kind);
      const controller = new AbortController();
      const options = { signal: controller.signal, onprogress: () => controller.abort() };
      await assertRejects(() => client.call("run_program", { code: "waits" }, options));
      assertEquals(await cancelled.promise, "cancelled");
      await client.call("run_program", { code: "next" });
      assertEquals(runtime.runningCount, 0);
    });
  });

  Deno.test(`a ${kind} client learns by a code what is wrong in its arguments`, async () => {
    await withMcpGateway({ programs: { busy: () => 0 } }, async ({ connect }) => {
      await using client = await connect(kind);
      for (
        const [tool, args, expected] of [
          ["run_program", {}, /^REQUEST_INVALID: .+\n- code: expected string/],
          ["run_program", { code: "", extra: 1 }, /\n- code: .+\n- unrecognized key: "extra"/],
          ["run_program", { code: "a", session: "../b" }, /\n- session: expected 1 to 64 letters/],
          ["run_program", { code: "a", timeoutMs: 1e9 }, /\n- timeoutMs: too big/],
          ["search_tools", { query: "a", detail: "all" }, /\n- detail: invalid option/],
          ["search_tools", { query: 5 }, /\n- query: expected string/],
          ["read_tools", { names: [] }, /\n- names: too small/],
          ["run_program", { code: "busy" }, /^BUSY: Cannot start run: not now$/],
        ] as const
      ) {
        const { text, isError } = await client.call(tool, args);
        assertMatch(text, expected);
        assert(isError);
      }
      await assertRejects(() => client.call("list_leads", {}), Error, "search_tools");
    });
  });
}

Deno.test("a client saves a skill by its code, or from a run by its id", async () => {
  const dir = await Deno.makeTempDir();
  await withMcpGateway({}, async ({ connect, runtime }) => {
    runtime.skills = fakeSkills(dir);
    await using client = await connect("stateless");
    const save = async (name: string, from: object) =>
      (await client.call("save_skill", { name, description: "Counts", ...from })).text;
    assertMatch(await save("by-code", { code: "export const a = 1;" }), /^Saved: .*by-code/);
    assertMatch(await save("by-run", { runId: "run_1" }), /^Saved: .*by-run/);
    assertMatch(await save("by-none", { runId: "run_2" }), /^NOT_FOUND: /);
    for (const from of [{}, { code: "export const a = 1;", runId: "run_1" }]) {
      assertMatch(await save("wrong", from), /^REQUEST_INVALID: .* either code or runId/);
    }
    await runtime.skills[Symbol.asyncDispose]();
  });
  await Deno.remove(dir, { recursive: true });
});

Deno.test("each session of a handshake is an Airlock session of its own", async () => {
  await withMcpGateway({ programs: { inSession } }, async ({ connect }) => {
    await using first = await connect("sdk1");
    await using second = await connect("handshake");
    const sessions = [];
    for (const client of [first, first, second]) {
      sessions.push((await client.call("run_program", { code: "inSession" })).structured!.value);
    }
    assertMatch(String(sessions[0]), /^mcp-[0-9a-f-]{36}$/);
    assertEquals(sessions[0], sessions[1]);
    assert(sessions[0] !== sessions[2]);
    const named = await first.call("run_program", { code: "inSession", session: "mine" });
    assertEquals(named.structured!.value, "mine");
  });
});

Deno.test("a stateless client has no session but the one that it names", async () => {
  await withMcpGateway({ programs: { inSession } }, async ({ connect }) => {
    await using client = await connect("stateless");
    const own = await client.call("run_program", { code: "inSession" });
    const named = await client.call("run_program", { code: "inSession", session: "mine" });
    assertEquals([own.structured!.value, named.structured!.value], ["none", "mine"]);
  });
});

Deno.test("a session's id is not its name, ends with DELETE, and admits no other client", async () => {
  await withMcpGateway({ programs: { inSession } }, async ({ post, url, authorization }) => {
    const begun = await post(JSON.stringify(INITIALIZE));
    await begun.text();
    const id = begun.headers.get("mcp-session-id")!;
    const run = JSON.stringify({
      jsonrpc: "2.0",
      id: 2,
      method: "tools/call",
      params: { name: "run_program", arguments: { code: "inSession" } },
    });
    const ran = await (await post(run, { "mcp-session-id": id })).text();
    assertStringIncludes(ran, '"status":"completed"');
    assert(!ran.includes(id), "the key is in a result");

    for (const headers of [{}, { "mcp-session-id": crypto.randomUUID() }]) {
      const refused = await post(run, headers);
      assertEquals(refused.status, "mcp-session-id" in headers ? 404 : 400);
      assertEquals((await refused.json()).jsonrpc, "2.0");
    }
    const headers = { authorization, "mcp-session-id": id };
    const deleted = await fetch(url, { method: "DELETE", headers });
    await deleted.body?.cancel();
    assertEquals(deleted.status, 200);
    const ended = await post(run, { "mcp-session-id": id });
    await ended.body?.cancel();
    assertEquals(ended.status, 404);
  });
});

Deno.test("the endpoint refuses requests without a token, from another host or another origin", async () => {
  await withMcpGateway({}, async ({ post, url, authorization }) => {
    const message = JSON.stringify(INITIALIZE);
    for (
      const [headers, status] of [
        [{ authorization: "" }, 401],
        [{ authorization: "Bearer wrong" }, 401],
        [{ origin: "https://evil.example" }, 403],
        [{ origin: "null" }, 403],
        [{ "sec-fetch-site": "cross-site" }, 403],
      ] as const
    ) {
      const response = await post(message, headers);
      await response.body?.cancel();
      assertEquals(response.status, status, JSON.stringify(headers));
      assertEquals(response.headers.get("mcp-session-id"), null);
    }
    const head = `POST /mcp HTTP/1.1\r\nAuthorization: ${authorization}\r\nConnection: close\r\n` +
      `Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\n` +
      `Content-Length: ${message.length}\r\nHost: `;
    const { host } = new URL(url);
    for (const [name, status] of [["evil.example", "403"], [host, "200"]]) {
      assertEquals(await sendRaw(url, `${head}${name}\r\n\r\n${message}`), [status]);
    }
  });
});

Deno.test("hostile messages are refused one by one, and the endpoint survives", async () => {
  const limits = { gateway: { bodyBytes: 200_000 } };
  await withMcpGateway({ config: limits, programs: { inSession } }, async ({ post, connect }) => {
    const deep = "[".repeat(90_000) + "]".repeat(90_000);
    const call = (args: string) =>
      `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"run_program","arguments":${args},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}`;
    for (
      const [body, statuses] of [
        ["", [400]],
        ["{", [400]],
        ["null", [400]],
        ["[]", [400]],
        ['"initialize"', [400]],
        ["\u0000", [400]],
        [deep, [413]],
        [call(deep), [413]],
        ['{"jsonrpc":"2.0","id":1,"method":"initialize"}', [400]],
        ['{"jsonrpc":"2.0","id":{},"method":"initialize","params":{}}', [400]],
        [`{"__proto__":{"jsonrpc":"2.0"},"method":"initialize"}`, [400]],
        [" ".repeat(200_001), [413]],
      ] as const
    ) {
      const response = await post(body);
      await response.body?.cancel();
      assert(
        (statuses as readonly number[]).includes(response.status),
        `${response.status} ${body.slice(0, 60)}`,
      );
    }
    const wrongType = await post(JSON.stringify(INITIALIZE), { "content-type": "text/plain" });
    await wrongType.body?.cancel();
    assertEquals(wrongType.status, 415);
    await using client = await connect("stateless");
    const args = '{"code":"inSession","__proto__":{"session":"b"}}';
    assertEquals((await client.call("run_program", JSON.parse(args))).text, "none");
  });
});

Deno.test("wrappers are listed by pages, each once", async () => {
  const tools = Array.from({ length: 230 }, (_, at) => ({
    name: `tool_${at}`,
    inputSchema: { type: "object" },
  }));
  await withMcpGateway({ servers: { crm: tools } }, async ({ connect }) => {
    await using client = await connect("sdk1");
    const uris: string[] = [];
    const sizes: number[] = [];
    let cursor: string | undefined;
    do {
      const page = await client.resources(cursor);
      uris.push(...page.uris);
      sizes.push(page.uris.length);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    assertEquals(sizes, [100, 100, 30]);
    assertEquals(new Set(uris).size, 230);
    await assertRejects(() => client.resources("elsewhere"));
  });
});

Deno.test("the endpoint ends with its gateway: sessions, streams and runs end", async () => {
  const ended = Promise.withResolvers<string>();
  const started = Promise.withResolvers<void>();
  const programs = {
    async waits(run: Parameters<FakeProgram>[0]) {
      started.resolve();
      const outcome = await untilCancelled(run);
      ended.resolve(outcome);
      return outcome;
    },
  };
  const config = { gateway: { shutdownMs: 0 } };
  let call: Promise<unknown> = Promise.resolve();
  await withMcpGateway({ programs, config }, async ({ connect }) => {
    const client = await connect("sdk1");
    call = client.call("run_program", { code: "waits" }).then(() => {}, () => {});
    await started.promise;
    call = call.then(() => client[Symbol.asyncDispose]());
  });
  assertEquals(await ended.promise, "cancelled");
  await call;
});

Deno.test("run_program passes on permission and fallback, and takes either code or a run", async () => {
  const asked: FakeProgram = ({ request: { permission, mode, fallback } }) => ({
    permission,
    mode,
    fallback,
  });
  await withMcpGateway({ programs: { asked } }, async ({ connect }) => {
    await using client = await connect("stateless");
    const permission = "read_only";
    const fallback = { server: "crm", tool: "list_leads" };
    const { structured } = await client.call("run_program", {
      code: "asked",
      permission,
      mode: "auto",
      fallback,
    });
    assertEquals(structured!.value, {
      permission,
      mode: "auto",
      fallback: { ...fallback, arguments: {} },
    });
    const again = await client.call("run_program", { resume: structured!.runId });
    assertEquals(again.structured, structured);
    for (const args of [{}, { code: "asked", resume: "run_1" }]) {
      const { text } = await client.call("run_program", args);
      assertMatch(text, /^REQUEST_INVALID: .+\n- code: expected string, or "resume"/);
    }
    const { text } = await client.call("run_program", { resume: "run_other" });
    assertMatch(text, /^NOT_FOUND: /);
  });
});
