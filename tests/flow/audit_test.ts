import { assert, assertEquals } from "@std/assert";
import { strFromU8, unzipSync } from "fflate";
import { makePack } from "../../src/audit/pack/make_pack.ts";
import type { AuditEntry } from "../../src/audit/audit_entry.ts";
import { openAuditLog } from "../../src/audit/audit_log.ts";
import { verifyLog } from "../../src/audit/verify_log.ts";
import { oddServer, startTestRuntime } from "../fixtures/test_runtime.ts";

const PROGRAM = `import { get_lead } from "./servers/crm/get_lead.ts";
import { callTool } from "airlock";
// Asked for by ann.lee@example.com
const tool = "delete_" + ["lead"].at(Date.now() * 0);
await callTool("crm", tool, { lead_id: "lead-00001" }).catch(() => {});
await Deno.readTextFile("/etc/passwd").catch(() => {});
const { name } = await get_lead({ lead_id: "lead-00001" });
return name;`;

Deno.test("all of a run is written down, in order, and no value of it", async () => {
  await using runtime = await startTestRuntime({ servers: ["crm"], policy: { check: "warn" } });
  const result = await runtime.run({ code: PROGRAM, session: "books" });
  assertEquals(result.status, "completed");
  const refused = await runtime.run({ code: 'import "node:fs";' });
  using log = await openAuditLog({ folder: runtime.config.folders.state });
  const entries = [...log.read({ runId: result.runId })];
  assertEquals(entries.map(({ kind }) => kind).filter((kind) => kind !== "escape_attempt"), [
    "run_started",
    "permissions_granted",
    "call_denied",
    "call_started",
    "call_ended",
    "permissions_touched",
    "run_ended",
    "anomaly",
  ]);
  const end = bodyOf(entries.find(({ kind }) => kind === "run_ended")!);
  const [start, anomaly] = [bodyOf(entries[0]!), bodyOf(entries.at(-1)!)];
  assertEquals(anomaly.rule, "denied_permissions");
  assertEquals([start.principal, start.session, start.mode], ["owner", "books", "program"]);
  assertEquals([start.admission, start.warnings], ["admitted", 0]);
  assertEquals(start.capabilities, [{ server: "crm", tool: "get_lead" }]);
  assertEquals(start.imports, ["./servers/crm/get_lead.ts", "airlock"]);
  assertEquals(start.programHash.length, 64);
  assert(start.program.includes("get_lead({ lead_id"), start.program);
  assertEquals(start.versions.deno, Deno.version.deno);
  assertEquals([end.status, end.calls, end.code], ["completed", 2, null]);
  const counts = entries.flatMap((entry) => Object.keys(bodyOf(entry).privacy ?? {}));
  assert(counts.some((name) => name.endsWith(" masked")), counts.join());
  const calls = entries.filter(({ kind }) => kind.startsWith("call_")).map(bodyOf);
  assertEquals(calls.map(({ seq, outcome, code }) => [seq, outcome, code]), [
    [1, "denied", "TOOL_DENIED"],
    [2, undefined, undefined],
    [2, "ok", null],
  ]);
  const all = [...log.read()].map(({ body }) => body).join("\n");
  for (const value of ["ann.lee@example.com", "lead-00001@"]) assert(!all.includes(value), value);
  const [first, last] = [...log.read({ runId: refused.runId })].map(bodyOf);
  assertEquals([first.admission, last.code], ["IMPORT_REFUSED", "IMPORT_REFUSED"]);
  assertEquals(verifyLog(log).problems, []);
});

Deno.test("what a person is asked and decides is written down before what it allows", async () => {
  await using runtime = await startTestRuntime({
    mcpServers: { odd: oddServer() },
    approvals: { waitMs: 0, rules: [{ tool: "echo", then: "require" }], holdMs: 0 },
  });
  const code = `import { echo } from "./servers/odd/echo.ts";\nreturn await echo({ n: 1 });`;
  const first = await runtime.run({ code });
  assertEquals(first.status, "waiting");
  await runtime.approvals.decide(first.approvals[0]!, {
    decision: "approve",
    scope: "once",
    by: "somebody",
  });
  const { runId, status } = await runtime.resume(first.runId);
  assertEquals([runId, status], [first.runId, "completed"]);
  using log = await openAuditLog({ folder: runtime.config.folders.state });
  const entries = [...log.read({ runId })];
  const kinds = entries.map(({ kind }) => kind);
  assertEquals(kinds.filter((kind) => kind !== "anomaly" && kind !== "call_denied"), [
    "run_started",
    "permissions_granted",
    "approval_asked",
    "permissions_touched",
    "run_waiting",
    "approval_decided",
    "run_resumed",
    "permissions_granted",
    "call_started",
    "call_ended",
    "permissions_touched",
    "run_ended",
  ]);
  const decided = bodyOf(entries.find(({ kind }) => kind === "approval_decided")!);
  assertEquals([decided.decision, decided.how.by], ["approved", "somebody"]);
  const classic = await runtime.callTool({ server: "odd", tool: "echo", arguments: {} });
  assertEquals([classic.status, classic.error?.code], ["denied", "APPROVAL_UNAVAILABLE"]);
});

Deno.test("what a worker may touch, touched and was denied is written down, and no path", async () => {
  await using runtime = await startTestRuntime();
  const { runId, status } = await runtime.run({
    code: `const path = "./workspace/ann.lee@example.com.txt";
await Deno.writeTextFile(path, "x");
for (let n = 0; n < 3; n++) await Deno.readTextFile(path);
await Deno.readTextFile("/etc/hostname").catch(() => {});`,
  });
  assertEquals(status, "completed");
  using log = await openAuditLog({ folder: runtime.config.folders.state });
  const [granted] = [...log.read({ runId, kind: "permissions_granted" })].map(bodyOf);
  assertEquals(granted.tier, "process");
  const write = granted.flags.find((flag: string) => flag.startsWith("--allow-write="));
  assertEquals(write, "--allow-write=./workspace,./skills,./workspace,./rpc");
  assert(granted.flags.includes("--no-remote"), granted.flags.join(" "));
  const [touched] = [...log.read({ runId, kind: "permissions_touched" })].map(bodyOf);
  const { permissions, furtherTouches, record } = touched;
  assertEquals([furtherTouches, record], [0, "whole"]);
  const name = permissions.find(({ value }: Touched) => value.startsWith("./workspace/")).value;
  assert(/^\.\/workspace\/\[EMAIL_1_\w+\]/.test(name), name);
  const found = (permission: string, value: string) => {
    const touched = permissions.find((one: Touched) =>
      one.permission === permission && one.value === value
    );
    return [touched?.outcome, touched?.count];
  };
  assertEquals(found("write", name), ["allowed", 1]);
  assertEquals(found("read", name), ["allowed", 3]);
  assertEquals(found("read", "/etc/hostname"), ["denied", 1]);
  assertEquals(found("read", "./program.js"), ["allowed", 1]);
  const all = [...log.read({ runId })].map(({ body }) => body).join("\n");
  for (const word of ["ann.lee", runtime.root, "/tmp/"]) assert(!all.includes(word), word);
  const pack = unzipSync(await makePack(log, runId));
  const rights = JSON.parse(strFromU8(pack["permissions.json"]!));
  assertEquals(rights.granted[0].flags, granted.flags);
  assertEquals(rights.touched[0].permissions, permissions);
  assert(rights.denied.some(({ value }: Touched) => value === "/etc/hostname"));
});

Deno.test("equal arguments have equal digests, and none is a plain hash", async () => {
  await using runtime = await startTestRuntime({ mcpServers: { odd: oddServer() } });
  const code = `import { callTool } from "airlock";
for (const text of ["one", "two", "one"]) await callTool("odd", "echo", { text });`;
  const { runId, status } = await runtime.run({ code });
  assertEquals(status, "completed");
  using log = await openAuditLog({ folder: runtime.config.folders.state });
  const digests = [...log.read({ runId, kind: "call_started" })]
    .map((entry) => bodyOf(entry).arguments);
  assertEquals([digests[0] === digests[2], digests[0] === digests[1]], [true, false]);
  const plain = await crypto.subtle.digest("SHA-256", new TextEncoder().encode('{"text":"one"}'));
  assert(digests[0] !== new Uint8Array(plain).toHex());
});

Deno.test("what cannot be written down does not happen", async () => {
  await using runtime = await startTestRuntime({ servers: ["crm"] });
  await runtime.run({ code: "return 1;" });
  {
    using log = await openAuditLog({ folder: runtime.config.folders.state });
    log.store.moveHead({ seq: 9, digest: "0".repeat(64), removedTo: 0, mac: "no" });
  }
  const error = await runtime.run({ code: "return 1;" }).catch((error) => error);
  assertEquals(error.code, "AUDIT_FAILED");
});

Deno.test("a configuration without an audit writes none", async () => {
  await using runtime = await startTestRuntime({ audit: { enabled: false } });
  assertEquals((await runtime.run({ code: "return 1;" })).value, 1);
  const stat = await Deno.stat(`${runtime.config.folders.state}/audit.db`).catch(() => undefined);
  assertEquals(stat, undefined);
});

interface Touched {
  readonly permission: string;
  readonly value: string;
}

// deno-lint-ignore no-explicit-any -- entries are JSON of many shapes
function bodyOf({ body }: AuditEntry): any {
  return JSON.parse(body);
}
