import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { openAuditLog } from "../../src/audit/audit_log.ts";
import { parseConfig } from "../../src/config.ts";
import { Approvals } from "../../src/policy/approvals/approvals.ts";
import { openDatabase } from "../../src/store/open_database.ts";

const project = new URL("../../", import.meta.url).pathname;

Deno.test("a decision on the command line is in the audit, with who made it, though no host is there", async () => {
  const root = await Deno.makeTempDir();
  const path = join(root, "airlock.json");
  await Deno.writeTextFile(path, JSON.stringify({ mcpServers: {} }));
  const { folders, approvals: config } = await parseConfig({}, { root });
  await Deno.mkdir(folders.state, { recursive: true });
  const shown = { level: "high", findings: [], estimatedWrites: null, tools: [] } as const;
  let approvalId: string;
  {
    using database = await openDatabase(join(folders.state, "journal.sqlite"));
    const asked = { runId: "run_1", kind: "run", callKey: "", occurrence: 0, programHash: "h" };
    approvalId = new Approvals({ database, config, isShared: true })
      .ask({ ...asked, kind: "run", shown }).approvalId;
  }
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", join(project, "src/approvals.ts"), "approve", approvalId, "--config", path],
  }).output();
  assertEquals(code, 0);
  using log = await openAuditLog({ folder: folders.state });
  const entries = [...log.read({ runId: "run_1" })];
  assertEquals(entries.map(({ kind }) => kind), ["approval_decided"]);
  const { decision, how } = JSON.parse(entries[0]!.body);
  assertEquals([decision, how.scope, /^command \(.+\)$/.test(how.by)], ["approved", "once", true]);
  await Deno.remove(root, { recursive: true });
});
