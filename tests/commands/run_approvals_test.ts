import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { runApprovals } from "../../src/commands/run_approvals.ts";
import { openAuditLog } from "../../src/audit/audit_log.ts";
import { parseConfig } from "../../src/config/config.ts";
import { AirlockError } from "../../src/model/errors.ts";
import { Approvals } from "../../src/policy/approvals/approvals.ts";
import { openJournalDatabase } from "../../src/storage/journal_database.ts";

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
    using database = await openJournalDatabase(join(config.folders.state, "journal.sqlite"));
    const approvals = new Approvals({ database, config: config.approvals, isShared: true });
    await test(approvals, ["--config", file]);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

function ask(approvals: Approvals, runId: string) {
  return approvals.ask({
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

/** What a command prints. */
async function printed(args: readonly string[]): Promise<string> {
  const lines: string[] = [];
  const { log } = console;
  console.log = (line: string) => lines.push(line);
  try {
    assertEquals(await runApprovals(args), 0);
  } finally {
    console.log = log;
  }
  return lines.join("\n");
}

Deno.test("runApprovals lists and shows what waits in another process, and decides it once", async () => {
  await withApprovals(async (approvals, options) => {
    const { approvalId } = ask(approvals, "run_1");
    assertMatch(await printed(["list", ...options]), new RegExp(approvalId));
    const shown = await printed(["show", approvalId, ...options]);
    for (const part of ["crm.delete_lead", "risk: high, writes: 40", "state: waiting"]) {
      assert(shown.includes(part), shown);
    }
    assert(!shown.includes("\u202E"));
    const approve = ["approve", approvalId, "--scope", "tool", "--max-calls", "40", ...options];
    for (const _time of [1, 2]) await printed(approve);
    const { state, decision: { by, ...said } = { by: "" } } = approvals.find(approvalId)!;
    assertMatch(by, /^command \(.+\)$/);
    assertEquals([state, said as unknown], [
      "approved",
      { decision: "approve", scope: "tool", maxCalls: 40 },
    ]);
    for (
      const other of [["reject", approvalId], ["approve", approvalId, "--scope", "program"]]
    ) {
      const error = await assertRejects(() => runApprovals([...other, ...options]), AirlockError);
      assertEquals(error.code, "APPROVAL_DECIDED");
    }
    await printed(["revoke", approvalId, ...options]);
    assert(approvals.find(approvalId)!.isRevoked);
  });
});

Deno.test("runApprovals rejects with a reason, and says what it does not understand", async () => {
  await withApprovals(async (approvals, options) => {
    const { approvalId } = ask(approvals, "run_1");
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
      const error = await assertRejects(() => runApprovals([...args, ...options]), AirlockError);
      assertEquals(error.code, code, args.join(" "));
    }
    assertEquals(approvals.find(approvalId)?.state, "waiting");
    await printed(["reject", approvalId, "--reason", "not today", ...options]);
    const { decision } = approvals.find(approvalId)!;
    assertEquals(decision?.decision === "reject" && decision.reason, "not today");
  });
});

Deno.test("a decision on the command line is in the audit, with who made it, though no host is there", async () => {
  const root = await Deno.makeTempDir();
  const path = join(root, "airlock.json");
  await Deno.writeTextFile(path, JSON.stringify({ mcpServers: {} }));
  const { folders, approvals: config } = await parseConfig({}, { root });
  await Deno.mkdir(folders.state, { recursive: true });
  const shown = { level: "high", findings: [], estimatedWrites: null, tools: [] } as const;
  let approvalId: string;
  {
    using database = await openJournalDatabase(join(folders.state, "journal.sqlite"));
    const asked = { runId: "run_1", kind: "run", callKey: "", occurrence: 0, programHash: "h" };
    approvalId = new Approvals({ database, config, isShared: true })
      .ask({ ...asked, kind: "run", shown }).approvalId;
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
