import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { DatabaseSync } from "node:sqlite";
import type { RunResult } from "../../src/result/run_result.ts";

const project = new URL("../../", import.meta.url).pathname;
const host = join(project, "tests/fixtures/killed_host.ts");

/** Runs a request in a host that dies at the write; undefined where it did. */
async function runInHost(
  root: string,
  { write, request }: { write: number; request: unknown },
): Promise<{ result: RunResult; writes: number } | undefined> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-check",
      "--config",
      join(project, "deno.json"),
      host,
      root,
      `${write}`,
    ],
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
  return JSON.parse(new TextDecoder().decode(stdout));
}

function crm(root: string) {
  const db = join(root, "crm.sqlite");
  const args = ["run", "-A", join(project, "examples/servers/crm.ts"), "--db", db];
  return { crm: { command: "deno", args } };
}

/** What the server has seen of each effect. */
function effectsOn(root: string): Record<string, number> {
  using database = new DatabaseSync(join(root, "crm.sqlite"));
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE name = 'outbox'").all();
  if (tables.length === 0) return {};
  const rows = database.prepare("SELECT subject, count(*) AS n FROM outbox GROUP BY subject").all();
  return Object.fromEntries(rows.map(({ subject, n }) => [subject, Number(n)]));
}

const CODE = `import { list_leads } from "./servers/crm/list_leads.ts";
import { send_email } from "./servers/crm/send_email.ts";
const { leads } = await list_leads({ limit: 2 });
const stamp = [Date.now(), Math.random(), crypto.randomUUID()].join(" ");
for (const n of [1, 2]) {
  await send_email({ to: leads[n - 1].email, subject: "mail " + n, body: stamp });
}
await Promise.all([3, 4].map((n) =>
  send_email({ to: leads[0].email, subject: "mail " + n, body: stamp })
));
return stamp.length > 0;`;

const HOSTS_AT_ONCE = 4;

/** A host dies at the write, and another goes on; gives how many writes a whole run takes. */
async function dieAndGoOn(write: number): Promise<number> {
  const root = await Deno.makeTempDir();
  const request = {
    code: CODE,
    mcpServers: crm(root),
    idempotencyKey: "once",
    timeoutMs: 60_000,
  };
  const first = await runInHost(root, { write, request });
  assertEquals(first === undefined, write > 0);
  const { result, writes } = first ?? (await runInHost(root, { write: 0, request }))!;
  const seen = effectsOn(root);
  assert(Object.values(seen).every((count) => count === 1), JSON.stringify(seen));
  const done = result.effects.filter(({ state }) => state === "done").length;
  if (result.status === "completed") {
    assertEquals([Object.keys(seen).length, done], [4, 4], `write ${write}`);
  } else {
    // A mail that was on its way is not sent again, and nobody says that it arrived.
    assertEquals(result.error?.code, "CALL_IN_DOUBT", `write ${write}`);
    const inDoubt = result.effects.length - done;
    assert(inDoubt >= 1 && done <= Object.keys(seen).length, `write ${write}`);
  }
  await Deno.remove(root, { recursive: true });
  return writes;
}

Deno.test({
  name: "a host killed before or after any write loses nothing and repeats nothing",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const writes = await dieAndGoOn(0);
    assert(writes >= 20, `${writes}`);
    const steps = Array.from({ length: writes }, (_, index) => index + 1).values();
    await Promise.all(Array.from({ length: HOSTS_AT_ONCE }, async () => {
      for (const step of steps) await dieAndGoOn(step);
    }));
  },
});
