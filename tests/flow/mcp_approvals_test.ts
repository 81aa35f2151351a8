import { assert, assertEquals, assertMatch } from "@std/assert";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StreamableHTTPClientTransport as Sdk1HttpTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { join } from "@std/path";
import type { ApprovalsConfig } from "../../src/config.ts";
import { startGateway } from "../../src/gateway/start_gateway.ts";
import type { Approval } from "../../src/policy/approvals/approval.ts";
import { LineProcess } from "../fixtures/servers/line_process.ts";
import { ProcessTransport } from "../fixtures/servers/process_transport.ts";
import { oddServer, startTestRuntime, type TestRuntime } from "../fixtures/test_runtime.ts";
import {
  CLIENT_KINDS,
  type ClientKind,
  connectClient,
  type Elicit,
  type ShownForm,
  type TestClient,
} from "../gateway/mcp/mcp_clients.ts";

const MCP = new URL("../../src/mcp.ts", import.meta.url).pathname;

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
  waiting(): Approval[];
}

/** A gateway over a real runtime whose server writes down each call that reaches it. */
async function serve(approvals: Partial<ApprovalsConfig>, options = {}): Promise<Asked> {
  const root = await Deno.makeTempDir();
  const mcpServers = { odd: oddServer("--log", join(root, "odd.log")) };
  const runtime = await startTestRuntime({ root, mcpServers, approvals, ...options });
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
    waiting: () => runtime.approvals.list().filter(({ state }) => state === "waiting"),
    async [Symbol.asyncDispose]() {
      await gateway.stop();
      await runtime[Symbol.asyncDispose]();
      await Deno.remove(root, { recursive: true });
    },
  };
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

for (const kind of CLIENT_KINDS) {
  Deno.test(`the person at a ${kind} client approves a program, and its call gets the result`, async () => {
    await using asked = await serve(ASK_BEFORE);
    const { forms, elicit } = person(ONCE);
    await using client = await asked.connect(kind, elicit);
    const { text, isError } = await client.call("run_program", { code: CODE });
    assertEquals([text, isError], ["[1,2,3]", false]);
    assertEquals(forms.length, 1);
    const { message, requestedSchema } = forms[0]!;
    const [approval] = asked.runtime.approvals.list();
    for (const part of ["Risk: low", "odd.echo", approval!.approvalId, "const made = [];"]) {
      assert(message.includes(part), message);
    }
    assert(message.includes(approval!.programHash.slice(0, 12)));
    assert(!JSON.stringify(requestedSchema).includes('"default"'));
    assertEquals([approval!.state, approval!.decision?.by], ["approved", "elicitation"]);
  });

  Deno.test(`the person at a ${kind} client approves call by call, or so many`, async () => {
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

  Deno.test(`what the person at a ${kind} client declines is not done`, async () => {
    await using asked = await serve(ASK_BEFORE);
    await using client = await asked.connect(kind, person({ action: "decline" }).elicit);
    const { text, isError } = await client.call("run_program", { code: CODE });
    assertMatch(text, /^APPROVAL_REJECTED: /);
    assertEquals([isError, asked.waiting(), await asked.echoes()], [true, [], []]);
  });

  Deno.test(`what the person at a ${kind} client cancels waits on, and can be gone on with`, async () => {
    for (const approvals of [ASK_BEFORE, ASK_AT_CALL]) {
      await using asked = await serve(approvals);
      const { forms, elicit } = person({ action: "cancel" }, THREE);
      await using client = await asked.connect(kind, elicit);
      const { text, structured } = await client.call("run_program", { code: CODE });
      assertMatch(text, /^APPROVAL_PENDING: /);
      assertEquals(asked.waiting().length, 1);
      assertEquals(await asked.echoes(), []);
      const [, resume] = /\{"resume":"(\w+)"\}/.exec(text)!;
      assertEquals(structured!.runId, resume);
      const second = await client.call("run_program", { resume });
      assertEquals([second.text, forms.length], ["[1,2,3]", 2]);
      assertEquals((await client.call("run_program", { resume })).text, "[1,2,3]");
      assertEquals(await asked.echoes(), [1, 2, 3]);
    }
  });

  Deno.test(`a ${kind} client that cannot ask is told that the run waits, and how to go on`, async () => {
    await using asked = await serve({ ...ASK_BEFORE, waitMs: 0 });
    await using client = await asked.connect(kind);
    const { text } = await client.call("run_program", { code: CODE });
    const [, resume] = /^APPROVAL_PENDING: [^]+\{"resume":"(\w+)"\}/.exec(text)!;
    assertMatch((await client.call("run_program", { resume })).text, /^APPROVAL_PENDING: /);
    asked.runtime.approvals.decide(asked.waiting()[0]!.approvalId, {
      decision: "approve",
      scope: "once",
      by: "test",
    });
    assertEquals((await client.call("run_program", { resume })).text, "[1,2,3]");
  });

  Deno.test(`where elicitation is off, a ${kind} client's person is not asked`, async () => {
    await using asked = await serve({ ...ASK_BEFORE, waitMs: 0, elicitation: "off" });
    const { forms, elicit } = person(ONCE);
    await using client = await asked.connect(kind, elicit);
    assertMatch((await client.call("run_program", { code: CODE })).text, /^APPROVAL_PENDING/);
    assertEquals([forms, asked.waiting().length], [[], 1]);
  });

  Deno.test(`what was decided elsewhere while a ${kind} client's person read holds`, async () => {
    await using asked = await serve(ASK_BEFORE);
    const elicit = () => {
      const [{ approvalId }] = asked.waiting() as [Approval];
      asked.runtime.approvals.decide(approvalId, { decision: "reject", by: "test" });
      return ONCE;
    };
    await using client = await asked.connect(kind, elicit);
    const { text } = await client.call("run_program", { code: CODE });
    assertMatch(text, /^APPROVAL_REJECTED: /);
    assertEquals(await asked.echoes(), []);
  });

  Deno.test(`whatever else a ${kind} client answers decides nothing`, async () => {
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
    assertEquals([asked.waiting().length, await asked.echoes()], [hostile.length, []]);
  });

  Deno.test(`the person at a ${kind} client over standard input is asked`, async () => {
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
