import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { DatabaseSync } from "node:sqlite";
import { crmServers, dieAtEach, runInKilledHost } from "../fixtures/run_in_killed_host.ts";
import { IS_IN_MEMORY, oddServer } from "../fixtures/test_runtime.ts";
import { sampled } from "../fixtures/sampled.ts";
import { filesIn } from "../fixtures/watched_runtime.ts";

/** To whom the server has sent what, each mail as often as it went out. */
function mailsOn(root: string): { subject: string; to: string }[] {
  using database = new DatabaseSync(join(root, "crm.sqlite"));
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE name = 'outbox'").all();
  if (tables.length === 0) return [];
  const rows = database.prepare('SELECT subject, "to" FROM outbox ORDER BY subject').all();
  return rows.map(({ subject, to }) => ({ subject: String(subject), to: String(to) }));
}

/** All that a host has written down, as far as it can be read. */
async function writtenDown(root: string): Promise<string> {
  const files = await filesIn(join(root, ".airlock"));
  assert(files.some((file) => file.endsWith("journal.sqlite")));
  const texts = files.map(async (file) =>
    new TextDecoder("latin1").decode(await Deno.readFile(file))
  );
  return (await Promise.all(texts)).join("\n");
}

/** What is left of a run's own vault; a lock holds nothing. */
async function vaultsIn(root: string): Promise<string[]> {
  const files = await filesIn(join(root, ".airlock", "vaults", "runs")).catch(() => []);
  return files.filter((file) => !file.endsWith(".lock"));
}

const CODE = `import { list_leads } from "./servers/crm/list_leads.ts";
import { send_email } from "./servers/crm/send_email.ts";
const { leads, next_cursor: cursor } = await list_leads({ limit: 2 });
const stamp = [Date.now(), Math.random(), crypto.randomUUID()].join(" ");
for (const n of [1, 2]) {
  await send_email({ to: leads[n - 1].email, subject: "mail " + n, body: stamp });
}
const more = await list_leads({ limit: 2, cursor });
await Promise.all([3, 4].map((n) =>
  send_email({ to: more.leads[n - 3].email, subject: "mail " + n, body: stamp })
));
return stamp.length > 0;`;

/** A host dies at the write, and another goes on; gives how many writes a whole run takes. */
async function dieAndGoOn(write: number): Promise<number> {
  const root = await Deno.makeTempDir();
  const request = {
    code: CODE,
    mcpServers: crmServers(root),
    idempotencyKey: "once",
    timeoutMs: 60_000,
  };
  const first = await runInKilledHost(root, { write, request });
  assertEquals(first === undefined, write > 0);
  const { result, writes } = first ?? (await runInKilledHost(root, { write: 0, request }))!;
  const mails = mailsOn(root);
  const seen = new Set(mails.map(({ subject }) => subject));
  assertEquals(seen.size, mails.length, `write ${write}: ${JSON.stringify(mails)}`);
  // Each went to its own lead, whose address no host has written down.
  const addresses = mails.map(({ to }) => to);
  assertEquals(new Set(addresses).size, mails.length);
  const kept = await writtenDown(root);
  for (const address of addresses) {
    assert(/^[^@\[\]]+@[^@]+$/.test(address), `write ${write}: ${address}`);
    assert(!kept.includes(address), `write ${write}: ${address}`);
  }
  const done = result.effects.filter(({ state }) => state === "done").length;
  assertEquals(await vaultsIn(root), [], `write ${write}`);
  if (result.status === "completed") {
    assertEquals([seen.size, done], [4, 4], `write ${write}`);
  } else {
    // A mail that was on its way is not sent again, and nobody says that it arrived.
    assertEquals(result.error?.code, "CALL_IN_DOUBT", `write ${write}`);
    const inDoubt = result.effects.length - done;
    assert(inDoubt >= 1 && done <= seen.size, `write ${write}`);
  }
  await Deno.remove(root, { recursive: true });
  return writes;
}

const ASKED_CODE = `import { echo } from "./servers/odd/echo.ts";
await echo({ n: 1 });
return 1;`;

/** The same of a program whose call a person approves when its worker is let go. */
async function dieWhileAskedAndGoOn(write: number): Promise<number> {
  const root = await Deno.makeTempDir();
  const log = join(root, "odd.log");
  const request = {
    code: ASKED_CODE,
    mcpServers: { odd: oddServer("--log", log) },
    approvals: { rules: [{ tool: "echo", then: "require" }], holdMs: 0 },
    decide: { decision: "approve", scope: "once", by: "test" },
    idempotencyKey: "once",
    timeoutMs: 60_000,
  };
  const first = await runInKilledHost(root, { write, request });
  const { result, writes } = first ?? (await runInKilledHost(root, { write: 0, request }))!;
  const made = (await Deno.readTextFile(log)).split("\n").filter((line) =>
    line.includes('"call"') && line.includes('"echo"')
  ).map((line) => JSON.parse(line).arguments.n);
  assert(made.length <= 1, `write ${write}: ${made}`);
  if (result.status === "completed") assertEquals([result.value, made], [1, [1]]);
  else assertEquals(result.error?.code, "CALL_IN_DOUBT", `write ${write}`);
  await Deno.remove(root, { recursive: true });
  return writes;
}

const PROOFS = [
  {
    name: "a host killed before or after any write loses nothing and repeats nothing",
    die: dieAndGoOn,
  },
  {
    name: "a host killed at any write while persons approve loses no decision and repeats no call",
    die: dieWhileAskedAndGoOn,
  },
];

for (const { name, die } of sampled(PROOFS, { keep: 1, name: "killed hosts", sliced: false })) {
  Deno.test({
    name,
    ignore: Deno.build.os !== "linux" || IS_IN_MEMORY,
    async fn() {
      const writes = await dieAtEach(die);
      assert(writes >= 30, `${writes}`);
    },
  });
}
