import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { DatabaseSync } from "node:sqlite";
import { openAuditLog } from "../../src/audit/audit_log.ts";
import { verifyLog } from "../../src/audit/verify_log.ts";

const project = new URL("../../", import.meta.url).pathname;

const CODE = `import { list_leads } from "./servers/crm/list_leads.ts";
import { send_email } from "./servers/crm/send_email.ts";
const { leads } = await list_leads({ limit: 1 });
for (const n of [1, 2]) {
  await send_email({ to: leads[0].email, subject: "mail " + n, body: "x" });
}`;

/** Every step would take minutes: these are spread over all that a run writes. */
const STRIDE = 9;

/** Runs the program in a host that dies at the write; gives how many a whole run takes. */
async function runInHost(root: string, write: number): Promise<number | undefined> {
  const crm = join(project, "examples/servers/crm.ts");
  const args = ["run", "-A", crm, "--db", join(root, "crm.sqlite")];
  const request = {
    code: CODE,
    mcpServers: { crm: { command: "deno", args } },
    audit: { enabled: true },
  };
  const host = join(project, "tests/fixtures/killed_host.ts");
  const config = ["--config", join(project, "deno.json")];
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", ...config, host, root, `${write}`],
    env: { TMPDIR: root },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(request)));
  await writer.close();
  const { success, signal, stdout, stderr } = await child.output();
  if (signal === "SIGKILL") return undefined;
  assert(success, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout)).writes;
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
      const whole = await runInHost(root, write);
      await checkAudit(root, write);
      if (write === 0) assertEquals([mailsOf(root), (writes = whole!) > 40], [2, true]);
      else assertEquals(whole, undefined);
      await Deno.remove(root, { recursive: true });
    }
  },
});
