import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { DatabaseSync } from "node:sqlite";
import { openAuditLog } from "../../src/audit/audit_log.ts";
import { verifyLog } from "../../src/audit/verify_log.ts";
import { crmServers, dieAtEach, runInKilledHost } from "../fixtures/run_in_killed_host.ts";

const CODE = `import { list_leads } from "./servers/crm/list_leads.ts";
import { send_email } from "./servers/crm/send_email.ts";
const { leads } = await list_leads({ limit: 1 });
for (const n of [1, 2]) {
  await send_email({ to: leads[0].email, subject: "mail " + n, body: "x" });
}`;

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

/** Dies at the write, and leaves an audit that is whole; gives how many writes a whole run takes. */
async function dieAndCheck(write: number): Promise<number> {
  const root = await Deno.makeTempDir();
  const whole = await runProgram(root, write);
  await checkAudit(root, write);
  assertEquals(whole === undefined, write > 0);
  if (write === 0) assertEquals(mailsOf(root), 2);
  await Deno.remove(root, { recursive: true });
  return whole ?? 0;
}

Deno.test({
  name: "an audit is whole and knows of every effect, whenever its host is killed",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const writes = await dieAtEach(dieAndCheck);
    assert(writes > 40, `${writes}`);
  },
});
