import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { parseConfig } from "../../src/config/config.ts";
import { askOnTerminal } from "../../src/commands/ask_on_terminal.ts";
import { startGateway } from "../../src/gateway/start_gateway.ts";
import { createRuntime } from "../../src/host/create_runtime.ts";
import type { RunEvent } from "../../src/model/run_request.ts";
import { base64Forms } from "./base64_forms.ts";
import { oddServer } from "../fixtures/test_runtime.ts";

const project = new URL("../../", import.meta.url).pathname;

/** What the program's author wrote, and nobody may see or find. */
const EMAIL = "ann.lee@example.com";
const CARD = "4111111111111111";
const WHY = `bob.ray@example.com says no`;

/** The second call has arguments that are cut where they are shown. */
const CODE = `import { echo } from "./servers/odd/echo.ts";
await echo({ to: "${EMAIL}", note: "first" });
await echo({ filler: "${"x".repeat(170)}", to: "${EMAIL}", card: "${CARD}" });
return "done";`;

const VALUES = [EMAIL, CARD, "bob.ray", "ann.lee", EMAIL.slice(0, 12), CARD.slice(0, 12)];

function assertNone(text: string, where: string): void {
  for (const value of VALUES) {
    const forms = [value, ...base64Forms(value)];
    assert(!forms.some((form) => text.includes(form)), `${where} holds ${value}`);
  }
}

/** Looks through every file of the state. */
async function assertNoneOnDisk(dir: string): Promise<void> {
  for await (const { name, isDirectory, isFile } of Deno.readDir(dir)) {
    const path = join(dir, name);
    if (isDirectory) await assertNoneOnDisk(path);
    if (isFile) assertNone(new TextDecoder("latin1").decode(await Deno.readFile(path)), path);
  }
}

async function startAsking(root: string, residency: "tokens" | "boundary") {
  const heard: string[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    heard.push(await request.text());
    return new Response();
  });
  const config = {
    mcpServers: { odd: oddServer() },
    policy: { check: "off" },
    privacy: { servers: { odd: { residency } } },
    approvals: {
      rules: [{ tool: "echo", then: "require" }],
      waitMs: 0,
      holdMs: 0,
      webhook: { url: `http://127.0.0.1:${server.addr.port}`, secret: "a secret of some length" },
    },
    pool: { idleWorkers: 0, idleSessions: 0 },
    audit: { enabled: true },
  };
  await Deno.writeTextFile(join(root, "airlock.json"), JSON.stringify(config));
  const runtime = await createRuntime(await parseConfig(config, { root }));
  return { runtime, server, heard };
}

for (const residency of ["tokens", "boundary"] as const) {
  Deno.test(`with ${residency} whoever approves sees tokens, over every way, and no file holds a value`, async () => {
    await approveAndLook(residency);
  });
}

async function approveAndLook(residency: "tokens" | "boundary"): Promise<void> {
  const root = await Deno.makeTempDir();
  const { runtime, server, heard } = await startAsking(root, residency);
  const written: string[] = [];
  const stop = askOnTerminal(runtime.approvals, {
    readLine: () => Promise.resolve(undefined),
    write: (text) => written.push(text),
  });
  const events: RunEvent[] = [];
  const gateway = await startGateway(runtime, { port: 0 });
  const get = async (path: string, body?: unknown) => {
    const token = (await Deno.readTextFile(gateway.tokenPath)).trim();
    const response = await fetch(`${gateway.url}${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return await response.text();
  };
  const first = await runtime.run({
    code: CODE,
    session: "books",
    onEvent: (event) => events.push(event),
  });
  assertEquals(first.status, "waiting");
  const [approvalId] = first.approvals;
  const shown = await get(`/v1/approvals/${approvalId}`);
  assert(
    /"arguments":"\{\\"to\\":\\"\[EMAIL_1_\w+\]\\",\\"note\\":\\"first\\"\}"/.test(shown),
    shown,
  );
  assert(/await echo\(\{ to: \\"\[EMAIL_1_\w+\]\\", note/.test(shown), shown);
  const listed = await command(root, "approvals", "list");
  const described = await command(root, "approvals", "show", approvalId!);
  for (const text of [listed, described, written.join("")]) {
    assert(/\[EMAIL_1_\w+\]/.test(text), text);
  }
  const decided = await get(`/v1/approvals/${approvalId}`, {
    decision: "approve",
    scope: "once",
  });
  const second = await runtime.resume(first.runId, { onEvent: (event) => events.push(event) });
  assertEquals(second.status, "waiting");
  const secondShown = await get(`/v1/approvals/${second.approvals[0]}`);
  // All of it, and masked: also what comes after a long filler.
  assert(/\\"card\\":\\"\[CARD_1_\w+\]\\"\}/.test(secondShown), secondShown);
  await assertNoneOnDisk(join(root, ".airlock"));
  await command(root, "approvals", "reject", second.approvals[0]!, "--reason", WHY);
  const ended = await runtime.resume(first.runId);
  assertEquals(ended.error?.code, "APPROVAL_REJECTED");
  const third = await runtime.run({ code: CODE, session: "books" });
  const rejected = await get(`/v1/approvals/${third.approvals[0]}`, {
    decision: "reject",
    reason: WHY,
  });
  const last = await runtime.resume(third.runId);
  const all = await get("/v1/approvals");
  for (
    const [where, text] of Object.entries({
      shown,
      secondShown,
      listed,
      described,
      decided,
      rejected,
      all,
      events: JSON.stringify(events),
      terminal: written.join(""),
      results: JSON.stringify([first, second, ended, last]),
    })
  ) assertNone(text, where);
  assertEquals(heard.length, 3);
  assertNone(heard.join(""), "webhook");
  await assertNoneOnDisk(join(root, ".airlock"));
  stop();
  await gateway.stop();
  await runtime[Symbol.asyncDispose]();
  await server.shutdown();
  await assertNoneOnDisk(join(root, ".airlock"));
  await Deno.remove(root, { recursive: true });
}

async function command(root: string, name: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", join(project, `src/commands/${name}.ts`), ...args],
    cwd: root,
    env: { INIT_CWD: root, NO_COLOR: "1" },
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}
