import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { command } from "../../src/commands/approvals.ts";
import { openAuditLog } from "../../src/audit/audit_log.ts";
import { parseConfig } from "../../src/config/config.ts";
import { AirlockError } from "../../src/model/errors.ts";
import { Approvals } from "../../src/policy/approvals/approvals.ts";
import { openLocalStorage } from "../../src/storage/local_storage.ts";
import { printed } from "./printed.ts";

const project = new URL("../../", import.meta.url).pathname;

/** Approvals in a file, as a host has them, and the command line that another process is given. */
async function withApprovals(
  test: (approvals: Approvals, options: readonly string[]) => Promise<void>,
): Promise<void> {
  const root = await Deno.makeTempDir();
  const file = join(root, "airlock.json");
  await Deno.writeTextFile(file, "{}");
  try {
    const config = await parseConfig({}, { root });
    await Deno.mkdir(config.folders.state, { recursive: true });
    await using storage = openLocalStorage(config.folders.state);
    const approvals = new Approvals({ storage, config: config.approvals });
    await test(approvals, ["--config", file]);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

async function ask(approvals: Approvals, runId: string) {
  return await approvals.ask({
    runId,
    kind: "run",
    callKey: "",
    occurrence: 0,
    programHash: `hash of ${runId}`,
    session: "one",
    shown: {
      level: "high",
      findings: [{ message: "It \u202Edeletes much." }],
      estimatedWrites: 40,
      tools: [{ server: "crm", tool: "delete_lead", effect: "destroys" }],
    },
  });
}

/** The output of the command. */
async function output(args: readonly string[]): Promise<string> {
  const [code, text] = await printed(() => command.execute(args));
  assertEquals(code, 0);
  return text;
}

Deno.test("approvals lists, shows and decides the approvals of another process", async () => {
  await withApprovals(async (approvals, options) => {
    const { approvalId } = await ask(approvals, "run_1");
    assertMatch(await output(["list", ...options]), new RegExp(approvalId));
    const shown = await output(["show", approvalId, ...options]);
    for (const part of ["crm.delete_lead", "risk: high, writes: 40", "state: waiting"]) {
      assert(shown.includes(part), shown);
    }
    assert(!shown.includes("\u202E"));
    const approve = ["approve", approvalId, "--scope", "tool", "--max-calls", "40", ...options];
    for (const _time of [1, 2]) await output(approve);
    const { state, decision: { by, ...said } = { by: "" } } = (await approvals.find(approvalId))!;
    assertMatch(by, /^command \(.+\)$/);
    assertEquals([state, said as unknown], [
      "approved",
      { decision: "approve", scope: "tool", maxCalls: 40 },
    ]);
    for (
      const other of [["reject", approvalId], ["approve", approvalId, "--scope", "program"]]
    ) {
      const error = await assertRejects(
        () => command.execute([...other, ...options]),
        AirlockError,
      );
      assertEquals(error.code, "APPROVAL_DECIDED");
    }
    await output(["revoke", approvalId, ...options]);
    assert((await approvals.find(approvalId))!.isRevoked);
  });
});

Deno.test("approvals rejects with a reason, and refuses what it does not understand", async () => {
  await withApprovals(async (approvals, options) => {
    const { approvalId } = await ask(approvals, "run_1");
    for (
      const [args, code] of [
        [["approve"], "USAGE"],
        [["list", approvalId, "more"], "USAGE"],
        [["forget", approvalId], "USAGE"],
        [["approve", approvalId, "--scope", "all"], "USAGE"],
        [["approve", approvalId, "--max-calls", "0"], "USAGE"],
        [["approve", approvalId, "--scope", "tool"], "REQUEST_INVALID"],
        [["show", "apr_other"], "NOT_FOUND"],
        [["reject", "apr_other"], "NOT_FOUND"],
        [["revoke", approvalId], "NOT_FOUND"],
      ] as const
    ) {
      const error = await assertRejects(
        () => command.execute([...args, ...options]),
        AirlockError,
      );
      assertEquals(error.code, code, args.join(" "));
    }
    assertEquals((await approvals.find(approvalId))?.state, "waiting");
    await output(["reject", approvalId, "--reason", "not today", ...options]);
    const { decision } = (await approvals.find(approvalId))!;
    assertEquals(decision?.decision === "reject" && decision.reason, "not today");
  });
});

Deno.test("a decision on the command line is in the audit with its user, even without a host", async () => {
  const root = await Deno.makeTempDir();
  const path = join(root, "airlock.json");
  await Deno.writeTextFile(path, JSON.stringify({ mcpServers: {} }));
  const { folders, approvals: config } = await parseConfig({}, { root });
  await Deno.mkdir(folders.state, { recursive: true });
  const shown = { level: "high", findings: [], estimatedWrites: null, tools: [] } as const;
  let approvalId: string;
  {
    await using storage = openLocalStorage(folders.state);
    const asked = { runId: "run_1", kind: "run", callKey: "", occurrence: 0, programHash: "h" };
    const approvals = new Approvals({ storage, config });
    approvalId = (await approvals.ask({ ...asked, kind: "run", shown })).approvalId;
  }
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      join(project, "src/commands/approvals.ts"),
      "approve",
      approvalId,
      "--config",
      path,
    ],
  }).output();
  assertEquals(code, 0);
  using log = await openAuditLog({ folder: folders.state });
  const entries = [...log.read({ runId: "run_1" })];
  assertEquals(entries.map(({ kind }) => kind), ["approval_decided"]);
  const { decision, how } = JSON.parse(entries[0]!.body);
  assertEquals([decision, how.scope, /^command \(.+\)$/.test(how.by)], ["approved", "once", true]);
  await Deno.remove(root, { recursive: true });
});
