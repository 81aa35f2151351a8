import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { DatabaseSync } from "node:sqlite";
import { openAuditLog } from "../../src/audit/audit_log.ts";
import { verifyLog } from "../../src/audit/verify_log.ts";
import { crmServers, runInKilledHost } from "../fixtures/run_in_killed_host.ts";

const CODE = `import { list_leads } from "./servers/crm/list_leads.ts";
import { send_email } from "./servers/crm/send_email.ts";
const { leads } = await list_leads({ limit: 1 });
for (const n of [1, 2]) {
  await send_email({ to: leads[0].email, subject: "mail " + n, body: "x" });
}`;

/** Every step would take minutes: these are spread over all that a run writes. */
const STRIDE = 9;

/** Runs the program in a host that dies at the write; gives how many a whole run takes. */
async function runProgram(root: string, write: number): Promise<number | undefined> {
  const request = { code: CODE, mcpServers: crmServers(root), audit: { enabled: true } };
  return (await runInKilledHost(root, { write, request }))?.writes;
}

/** How many mails the server has sent. */
function mailsOf(root: string): number {
  using database = new DatabaseSync(join(root, "crm.sqlite"));
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE name = 'outbox'").all();
  if (tables.length === 0) return 0;
  return Number(database.prepare("SELECT count(*) AS n FROM outbox").get()!["n"]);
}

/** The audit is whole, and knows of every mail that was sent. */
async function checkAudit(root: string, write: number): Promise<void> {
  using log = await openAuditLog({ folder: join(root, ".airlock") });
  assertEquals(verifyLog(log).problems, [], `write ${write}`);
  const calls = [...log.read({ kind: "call_started" })].length;
  assert(mailsOf(root) <= calls, `write ${write}: ${mailsOf(root)} mails, ${calls} calls`);
}

Deno.test({
  name: "an audit is whole and knows of every effect, whenever its host is killed",
  ignore: Deno.build.os !== "linux",
  async fn() {
    let writes: number | undefined;
    for (let write = 0; write <= (writes ?? 0); write += STRIDE) {
      const root = await Deno.makeTempDir();
      const whole = await runProgram(root, write);
      await checkAudit(root, write);
      if (write === 0) assertEquals([mailsOf(root), (writes = whole!) > 40], [2, true]);
      else assertEquals(whole, undefined);
      await Deno.remove(root, { recursive: true });
    }
  },
});
