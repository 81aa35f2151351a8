import { assert, assertEquals, assertMatch } from "@std/assert";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StreamableHTTPClientTransport as Sdk1HttpTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { join } from "@std/path";
import { createHash } from "node:crypto";
import type { ApprovalsConfig } from "../../src/config/approvals.ts";
import { startGateway } from "../../src/gateway/start_gateway.ts";
import type { Approval } from "../../src/model/approval.ts";
import { LineProcess } from "../fixtures/servers/line_process.ts";
import { ProcessTransport } from "../fixtures/servers/process_transport.ts";
import { oddServer, startTestRuntime, type TestRuntime } from "../fixtures/test_runtime.ts";
import { testEach } from "../fixtures/test_each.ts";
import {
  CLIENT_KINDS,
  type ClientKind,
  connectClient,
  type Elicit,
  type ShownForm,
  type TestClient,
} from "../gateway/mcp/mcp_clients.ts";

const MCP = new URL("../../src/commands/mcp.ts", import.meta.url).pathname;

const CODE = `import { echo } from "./servers/odd/echo.ts";
const made = [];
for (const n of [1, 2, 3]) made.push((await echo({ n })).arguments.n);
return made;`;

const ASK_AT_CALL = { rules: [{ tool: "echo", then: "require" }] } as const;
const ASK_BEFORE = { levels: { low: "require", medium: "require" } } as const;

const ONCE = { action: "accept", content: { decision: "approve once" } } as const;
const THREE = { action: "accept", content: { decision: "approve N calls", calls: 3 } } as const;

interface Asked extends AsyncDisposable {
  readonly root: string;
  readonly runtime: TestRuntime;
  /** A client of a kind whose person answers; without one, it cannot ask. */
  connect(kind: ClientKind, elicit?: Elicit): Promise<TestClient>;
  /** What the tool has been called with. */
  echoes(): Promise<number[]>;
  waiting(): Promise<Approval[]>;
  /** Makes a call as the stateless revision has it, and gives what came back. */
  call(params: Record<string, unknown>, token?: string): Promise<RawAnswer>;
}

interface RawAnswer {
  readonly error?: { readonly code: number; readonly message: string };
  readonly result?: {
    readonly content?: readonly [{ readonly text: string }];
    readonly inputRequests?: Readonly<Record<string, unknown>>;
    readonly requestState?: string;
  };
}

const CI = "ci-token-0123456789-0123456789-01234567";
const CI_SHA256 = createHash("sha256").update(CI).digest("hex");
const PRINCIPALS = { ci: { tokenSha256: CI_SHA256, permission: "full" } } as const;

/** A gateway over a real runtime whose server writes down each call that reaches it. */
async function serve(approvals: Partial<ApprovalsConfig>): Promise<Asked> {
  const root = await Deno.makeTempDir();
  const mcpServers = { odd: oddServer("--log", join(root, "odd.log")) };
  const gatewayConfig = { principals: PRINCIPALS };
  const runtime = await startTestRuntime({ root, mcpServers, approvals, gateway: gatewayConfig });
  const gateway = await startGateway(runtime, { port: 0 });
  const token = (await Deno.readTextFile(gateway.tokenPath)).trim();
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  return {
    root,
    runtime,
    async connect(kind, elicit) {
      const Transport = kind === "sdk1" ? Sdk1HttpTransport : StreamableHTTPClientTransport;
      const transport = new Transport(new URL(`${gateway.url}/mcp`), { requestInit });
      return await connectClient(kind, transport, { elicit });
    },
    echoes: () => echoesIn(root),
    call: (params, own = token) => callStateless(`${gateway.url}/mcp`, { params, token: own }),
    waiting: async () =>
      (await runtime.approvals.list()).filter(({ state }) => state === "waiting"),
    async [Symbol.asyncDispose]() {
      await gateway.stop();
      await runtime[Symbol.asyncDispose]();
      await Deno.remove(root, { recursive: true });
    },
  };
}

async function callStateless(
  url: string,
  { params, token }: { params: Record<string, unknown>; token: string },
): Promise<RawAnswer> {
  const _meta = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": { elicitation: { form: {} } },
  };
  const response = await fetch(url, {
    method: "POST",
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": "2026-07-28",
      "mcp-method": "tools/call",
      "mcp-name": "run_program",
    },
    body: JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "tools/call",
      params: { name: "run_program", ...params, _meta },
    }),
  });
  const text = await response.text();
  return JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? text);
}

async function echoesIn(root: string): Promise<number[]> {
  const text = await Deno.readTextFile(join(root, "odd.log")).catch(() => "");
  return text.split("\n").filter(Boolean).map((line) => JSON.parse(line))
    .filter(({ event, tool }) => event === "call" && tool === "echo")
    .map(({ arguments: { n } }) => n);
}

/** A person who says one thing after the other, and whose forms can be looked at. */
function person(...answers: unknown[]): { forms: ShownForm[]; elicit: Elicit } {
  const forms: ShownForm[] = [];
  const elicit: Elicit = (form) => {
    forms.push(form);
    return answers.shift() ?? { action: "cancel" };
  };
  return { forms, elicit };
}

const each = testEach("approvals of clients", 6);

for (const kind of CLIENT_KINDS) {
  each.test(
    kind,
    `the person at a ${kind} client approves a program, and its call gets the result`,
    async () => {
      await using asked = await serve(ASK_BEFORE);
      const { forms, elicit } = person(ONCE);
      await using client = await asked.connect(kind, elicit);
      const { text, isError } = await client.call("run_program", { code: CODE });
      assertEquals([text, isError], ["[1,2,3]", false]);
      assertEquals(forms.length, 1);
      const { message, requestedSchema } = forms[0]!;
      const [approval] = await asked.runtime.approvals.list();
      for (const part of ["Risk: low", "odd.echo", approval!.approvalId, "const made = [];"]) {
        assert(message.includes(part), message);
      }
      assert(message.includes(approval!.programHash.slice(0, 12)));
      assert(!JSON.stringify(requestedSchema).includes('"default"'));
      assertEquals([approval!.state, approval!.decision?.by], ["approved", "elicitation (owner)"]);
    },
  );

  each.test(kind, `the person at a ${kind} client approves call by call, or so many`, async () => {
    await using asked = await serve(ASK_AT_CALL);
    const { forms, elicit } = person(ONCE, THREE);
    await using client = await asked.connect(kind, elicit);
    const { text } = await client.call("run_program", { code: CODE, session: "one" });
    assertEquals([text, await asked.echoes()], ["[1,2,3]", [1, 2, 3]]);
    assertEquals(forms.map(({ message }) => /Call: (\S+ \S+)/.exec(message)![1]), [
      'odd.echo {"n":1}',
      'odd.echo {"n":2}',
    ]);
  });

  each.test(kind, `what the person at a ${kind} client declines is not done`, async () => {
    await using asked = await serve(ASK_BEFORE);
    await using client = await asked.connect(kind, person({ action: "decline" }).elicit);
    const { text, isError } = await client.call("run_program", { code: CODE });
    assertMatch(text, /^APPROVAL_REJECTED: /);
    assertEquals([isError, await asked.waiting(), await asked.echoes()], [true, [], []]);
  });

  each.test(
    kind,
    `what the person at a ${kind} client cancels waits on, and can be gone on with`,
    async () => {
      for (const approvals of [ASK_BEFORE, ASK_AT_CALL]) {
        await using asked = await serve(approvals);
        const { forms, elicit } = person({ action: "cancel" }, THREE);
        await using client = await asked.connect(kind, elicit);
        const { text, structured } = await client.call("run_program", { code: CODE });
        assertMatch(text, /^APPROVAL_PENDING: /);
        assertEquals((await asked.waiting()).length, 1);
        assertEquals(await asked.echoes(), []);
        const [, resume] = /\{"resume":"(\w+)"\}/.exec(text)!;
        assertEquals(structured!.runId, resume);
        const second = await client.call("run_program", { resume });
        assertEquals([second.text, forms.length], ["[1,2,3]", 2]);
        assertEquals((await client.call("run_program", { resume })).text, "[1,2,3]");
        assertEquals(await asked.echoes(), [1, 2, 3]);
      }
    },
  );

  each.test(
    kind,
    `a ${kind} client that cannot ask is told that the run waits, and how to go on`,
    async () => {
      await using asked = await serve({ ...ASK_BEFORE, waitMs: 0 });
      await using client = await asked.connect(kind);
      const { text } = await client.call("run_program", { code: CODE });
      const [, resume] = /^APPROVAL_PENDING: [^]+\{"resume":"(\w+)"\}/.exec(text)!;
      assertMatch((await client.call("run_program", { resume })).text, /^APPROVAL_PENDING: /);
      await asked.runtime.approvals.decide((await asked.waiting())[0]!.approvalId, {
        decision: "approve",
        scope: "once",
        by: "test",
      });
      assertEquals((await client.call("run_program", { resume })).text, "[1,2,3]");
    },
  );

  each.test(kind, `where elicitation is off, a ${kind} client's person is not asked`, async () => {
    await using asked = await serve({ ...ASK_BEFORE, waitMs: 0, elicitation: "off" });
    const { forms, elicit } = person(ONCE);
    await using client = await asked.connect(kind, elicit);
    assertMatch((await client.call("run_program", { code: CODE })).text, /^APPROVAL_PENDING/);
    assertEquals([forms, (await asked.waiting()).length], [[], 1]);
  });

  each.test(
    kind,
    `what was decided elsewhere while a ${kind} client's person read holds`,
    async () => {
      await using asked = await serve(ASK_BEFORE);
      const elicit = async () => {
        const [{ approvalId }] = (await asked.waiting()) as [Approval];
        await asked.runtime.approvals.decide(approvalId, { decision: "reject", by: "test" });
        return ONCE;
      };
      await using client = await asked.connect(kind, elicit);
      const { text } = await client.call("run_program", { code: CODE });
      assertMatch(text, /^APPROVAL_REJECTED: /);
      assertEquals(await asked.echoes(), []);
    },
  );

  each.test(kind, `whatever else a ${kind} client answers decides nothing`, async () => {
    const hostile = [
      { action: "accept", content: {} },
      { action: "accept" },
      { action: "accept", content: { decision: "yes" } },
      { action: "accept", content: { decision: "approve N calls" } },
      { action: "accept", content: { decision: "approve N calls", calls: -1 } },
      { action: "accept", content: { decision: "approve once", calls: "many" } },
      { action: "accept", content: { decision: "x".repeat(200_000) } },
      { action: "approve", content: { decision: "approve once" } },
      { content: { decision: "approve once" } },
      { action: "accept", content: { decision: ["approve once"] } },
    ];
    await using asked = await serve({ ...ASK_BEFORE, waitMs: 1 });
    for (const answer of hostile) {
      await using client = await asked.connect(kind, person(answer).elicit);
      // A client that does not let its person say such a thing fails by itself.
      const called = await client.call("run_program", { code: CODE }).catch(() => undefined);
      if (called !== undefined) assertMatch(called.text, /^APPROVAL_PENDING/);
    }
    assertEquals([(await asked.waiting()).length, await asked.echoes()], [hostile.length, []]);
  });

  each.test(kind, `the person at a ${kind} client over standard input is asked`, async () => {
    const root = await Deno.makeTempDir();
    const mcpServers = { odd: oddServer("--log", join(root, "odd.log")) };
    const config = join(root, "airlock.json");
    await Deno.writeTextFile(config, JSON.stringify({ mcpServers, approvals: ASK_AT_CALL }));
    try {
      const args = ["run", "-A", MCP, "--config", config];
      const transport = new ProcessTransport(new LineProcess(args));
      const { forms, elicit } = person(ONCE, THREE, { action: "decline" });
      await using client = await connectClient(kind, transport, { elicit });
      const { text } = await client.call("run_program", { code: CODE, session: "one" });
      assertEquals([text, forms.length], ["[1,2,3]", 2]);
      const again = await client.call("run_program", { code: `${CODE} //`, session: "two" });
      assertMatch(again.text, /^APPROVAL_REJECTED: /);
      assertEquals(await echoesIn(root), [1, 2, 3]);
    } finally {
      await Deno.remove(root, { recursive: true });
    }
  });
}

each.register();

/** What a client brings back that was asked and answers. */
function answered({ result }: RawAnswer, answer: unknown) {
  const { inputRequests, requestState } = result!;
  const inputResponses = Object.fromEntries(
    Object.keys(inputRequests!).map((id) => [id, answer]),
  );
  return { inputResponses, requestState };
}

Deno.test("an answer that comes twice is one, and one that contradicts it changes nothing", async () => {
  await using asked = await serve(ASK_BEFORE);
  const call = { arguments: { code: CODE } };
  const first = await asked.call(call);
  const yes = { ...call, ...answered(first, ONCE) };
  const no = { ...call, ...answered(first, { action: "decline" }) };
  for (const again of [yes, yes, no]) {
    assertEquals((await asked.call(again)).result!.content![0].text, "[1,2,3]");
  }
  assertEquals(await asked.echoes(), [1, 2, 3]);
});

Deno.test("an answer is good for nothing but the question that was asked", async () => {
  await using asked = await serve({ ...ASK_BEFORE, elicitation: "everyone" });
  const call = { arguments: { code: CODE } };
  const first = await asked.call(call);
  const answer = answered(first, ONCE);
  const { requestState } = answer;
  const other = await asked.call({ arguments: { code: `${CODE} // other` }, ...answer });
  assertMatch(other.result!.content![0].text, /^REQUEST_INVALID: .+ another program/);
  const otherRun = await asked.call({ arguments: { resume: "run_other" }, ...answer });
  assertMatch(otherRun.result!.content![0].text, /^REQUEST_INVALID: .+ another program/);
  const forged = [
    `${requestState}x`,
    requestState!.replace(".", "..").slice(0, -1),
    btoa(JSON.stringify({ p: { runId: "run_1", asked: [] } })),
    "x".repeat(100_000),
    {},
  ];
  for (const state of forged) {
    const { error } = await asked.call({ ...call, ...answer, requestState: state });
    assertEquals(error?.code, -32_602);
  }
  // Another principal has asked nothing.
  const { error } = await asked.call({ ...call, ...answer }, CI);
  assertEquals(error?.code, -32_602);
  assertEquals([(await asked.waiting()).length, await asked.echoes()], [1, []]);
  assertEquals((await asked.call({ ...call, ...answer })).result!.content![0].text, "[1,2,3]");
});

Deno.test("another principal's person is asked only where the configuration says so, of its own runs alone", async () => {
  const call = { arguments: { code: CODE } };
  {
    await using asked = await serve({ ...ASK_BEFORE, waitMs: 0 });
    const { result } = await asked.call(call, CI);
    assertMatch(result!.content![0].text, /^APPROVAL_PENDING: /);
  }
  await using asked = await serve({ ...ASK_BEFORE, elicitation: "everyone" });
  await asked.call(call);
  const [{ runId }] = (await asked.waiting()) as [Approval];
  const foreign = await asked.call({ arguments: { resume: runId } }, CI);
  assertMatch(foreign.result!.content![0].text, /^NOT_FOUND: /);
  const own = await asked.call(call, CI);
  const done = await asked.call({ ...call, ...answered(own, ONCE) }, CI);
  assertEquals(done.result!.content![0].text, "[1,2,3]");
  assertEquals((await asked.waiting()).map((waiting) => waiting.runId), [runId]);
});

Deno.test("what a program calls at once is asked at once, and who is not decided is not asked again", async () => {
  await using asked = await serve(ASK_AT_CALL);
  const code = `import { echo } from "./servers/odd/echo.ts";
return (await Promise.all([1, 2, 3].map((n) => echo({ n })))).length;`;
  const call = { arguments: { code } };
  const first = await asked.call(call);
  const ids = Object.keys(first.result!.inputRequests!);
  assertEquals(ids.length, 3);
  const { requestState } = first.result!;
  const inputResponses = { [ids[0]!]: ONCE, [ids[1]!]: ONCE, [ids[2]!]: { action: "cancel" } };
  const second = await asked.call({ ...call, requestState, inputResponses });
  const [, resume] = /\{"resume":"(\w+)"\}/.exec(second.result!.content![0].text)!;
  const third = await asked.call({ arguments: { resume } });
  assertEquals(Object.keys(third.result!.inputRequests!), [ids[2]]);
  const done = await asked.call({ arguments: { resume }, ...answered(third, ONCE) });
  assertEquals(done.result!.content![0].text, "3");
  assertEquals((await asked.echoes()).toSorted(), [1, 2, 3]);
});

Deno.test("a question outlives the host, and so does its answer", async () => {
  const root = await Deno.makeTempDir();
  const mcpServers = { odd: oddServer("--log", join(root, "odd.log")) };
  const call = { arguments: { code: CODE } };
  let answer = {};
  try {
    for (const round of [1, 2]) {
      await using runtime = await startTestRuntime({ root, mcpServers, approvals: ASK_BEFORE });
      const gateway = await startGateway(runtime, { port: 0 });
      const token = (await Deno.readTextFile(gateway.tokenPath)).trim();
      const params = { ...call, ...answer };
      const given = await callStateless(`${gateway.url}/mcp`, { params, token });
      if (round === 1) answer = answered(given, ONCE);
      else assertEquals(given.result!.content![0].text, "[1,2,3]");
      await gateway.stop();
    }
    assertEquals(await echoesIn(root), [1, 2, 3]);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("a client that answers a question twice has answered it once", async () => {
  const root = await Deno.makeTempDir();
  const mcpServers = { odd: oddServer("--log", join(root, "odd.log")) };
  const config = join(root, "airlock.json");
  await Deno.writeTextFile(config, JSON.stringify({ mcpServers, approvals: ASK_BEFORE }));
  try {
    await using server = new LineProcess(["run", "-A", MCP, "--config", config]);
    const say = (message: object) => server.write(JSON.stringify({ jsonrpc: "2.0", ...message }));
    const params = {
      protocolVersion: "2025-06-18",
      capabilities: { elicitation: {} },
      clientInfo: { name: "raw", version: "1" },
    };
    await say({ id: 1, method: "initialize", params });
    await server.read();
    await say({ method: "notifications/initialized" });
    const call = { name: "run_program", arguments: { code: CODE } };
    await say({ id: 2, method: "tools/call", params: call });
    const question = JSON.parse((await server.read())!);
    assertEquals(question.method, "elicitation/create");
    await say({ id: question.id, result: ONCE });
    await say({ id: question.id, result: { action: "decline" } });
    const { id, result } = JSON.parse((await server.read())!);
    assertEquals([id, result.content[0].text], [2, "[1,2,3]"]);
    await server.endInput();
    await server.child.status;
    assertEquals(await echoesIn(root), [1, 2, 3]);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("a question holds no value that the privacy door keeps", async () => {
  await using asked = await serve(ASK_AT_CALL);
  const { forms, elicit } = person({ action: "decline" });
  await using client = await asked.connect("handshake", elicit);
  const code = `import { echo } from "./servers/odd/echo.ts";
await echo({ to: "anna.schmidt@example.org" });`;
  await client.call("run_program", { code });
  const [{ message }] = forms as [ShownForm];
  assertMatch(message, /Call: odd\.echo \{"to":"\S+"\}/);
  assert(!message.includes("anna.schmidt"), message);
});
