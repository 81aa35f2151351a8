import { assertEquals } from "@std/assert";
import { parseConfig } from "../../src/config/config.ts";
import type { Decision } from "../../src/model/approval.ts";
import { Approvals } from "../../src/policy/approvals/approvals.ts";
import { createByteSeal } from "../../src/storage/sealed.ts";
import { openMemoryJournal } from "../../src/storage/journal_database.ts";
import { RunStore } from "../../src/storage/run_store.ts";
import type { NewCall, NewRun } from "../../src/storage/stored_run.ts";

const CALL: NewCall = {
  runId: "run_1",
  callKey: "key",
  occurrence: 1,
  server: "odd",
  tool: "echo",
  arguments: "{}",
  isEffect: true,
  settledBefore: 0,
};

function runOf(runId: string): NewRun {
  return {
    runId,
    request: { code: "return 'a secret word';", permission: "full" },
    programHash: "hash",
    seed: "00",
    startedAt: 1,
    requestDigest: "digest",
  };
}

function sealOf(key: number) {
  return { answers: "raw", ...createByteSeal([new Uint8Array(32).fill(key)], "journal") } as const;
}

async function open() {
  const database = openMemoryJournal();
  const seal = sealOf(7);
  const store = new RunStore(database, { hostId: "host", seal });
  const { approvals: config } = await parseConfig({});
  const approvals = new Approvals({ database, config, isShared: true });
  const ask = (runId: string, decision: Decision) => {
    const shown = { level: "high", findings: [], estimatedWrites: null, tools: [] } as const;
    const place = { kind: "run", callKey: "", occurrence: 0, programHash: "hash" } as const;
    const { approvalId } = approvals.ask({ runId, ...place, session: "s", shown });
    approvals.decide(approvalId, decision);
    return approvalId;
  };
  return { database, store, approvals, ask };
}

Deno.test("what a program says and is told is sealed, and there again with the key alone", async () => {
  const { database, store } = await open();
  store.begin(runOf("run_1"));
  const id = store.beginCall(CALL)!;
  store.settleCall(id, {
    kind: "answer",
    body: new TextEncoder().encode('"a secret answer"'),
    order: 1,
  });
  const rows = [
    ...database.prepare("SELECT request FROM runs").all().map(({ request }) => String(request)),
    ...database.prepare("SELECT body FROM calls").all()
      .map(({ body }) => new TextDecoder("latin1").decode(body as Uint8Array)),
  ];
  assertEquals(rows.map((row) => row.includes("secret")), [false, false]);
  assertEquals(store.find("run_1")?.request.code, "return 'a secret word';");
  const [call] = store.record("run_1").calls;
  assertEquals(new TextDecoder().decode(call!.settled!.body), '"a secret answer"');
  const stranger = new RunStore(database, { hostId: "host", seal: sealOf(8) });
  const codes = [() => stranger.find("run_1")!.request.code, () => stranger.record("run_1")]
    .map((read) => {
      try {
        return read();
      } catch (error) {
        return (error as { code: string }).code;
      }
    });
  assertEquals(codes, ["CONFIG_INVALID", "CONFIG_INVALID"]);
  store.finish("run_1", "{}");
  assertEquals(store.find("run_1")?.request.code, "return 'a secret word';");
  assertEquals(store.record("run_1").calls, []);
  database.close();
});

Deno.test("a call uses up all of its grants by one, or none of them", async () => {
  const { database, store, approvals, ask } = await open();
  store.begin(runOf("run_1"));
  ask("run_1", { decision: "approve", scope: "once", maxCalls: 2, by: "a" });
  ask("run_2", { decision: "approve", scope: "program", maxCalls: 1, by: "a" });
  const ids = approvals.grants({ runId: "run_1", programHash: "hash" })
    .map(({ grantId }) => grantId);
  assertEquals(ids.length, 2);
  assertEquals(typeof store.beginCall(CALL, ids), "number");
  assertEquals(store.beginCall({ ...CALL, occurrence: 2 }, ids), undefined);
  const left = approvals.grants({ runId: "run_1", programHash: "hash" });
  assertEquals(left.map(({ hasCallsLeft }) => hasCallsLeft), [true, false]);
  assertEquals(store.record("run_1").calls.length, 1);
  database.close();
});

Deno.test("old runs are forgotten with what was asked about them, but for what is granted still", async () => {
  const { database, store, approvals, ask } = await open();
  const decisions: Record<string, Decision> = {
    run_once: { decision: "approve", scope: "once", by: "a" },
    run_no: { decision: "reject", by: "a" },
    run_program: { decision: "approve", scope: "program", by: "a" },
    run_used: { decision: "approve", scope: "program", maxCalls: 1, by: "a" },
    run_open: { decision: "approve", scope: "once", by: "a" },
  };
  for (const [runId, decision] of Object.entries(decisions)) {
    store.begin(runOf(runId));
    ask(runId, decision);
    if (runId !== "run_open") store.finish(runId, "{}");
  }
  database.exec("UPDATE grants SET used_calls = 1 WHERE max_calls = 1");
  database.exec("UPDATE runs SET finished_at = 5 WHERE finished_at IS NOT NULL");
  store.forgetBefore(Date.now() + 1_000);
  assertEquals(approvals.list().map(({ runId }) => runId).sort(), ["run_open", "run_program"]);
  assertEquals(database.prepare("SELECT count(*) AS n FROM grants").get()?.["n"], 2);
  database.close();
});
