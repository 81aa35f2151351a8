import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { DatabaseSync } from "node:sqlite";
import { sampled } from "../fixtures/sampled.ts";

const project = new URL("../../", import.meta.url).pathname;

/** A task of the project as a person gives it in a folder, without a terminal. */
function task(root: string, ...args: string[]): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--config", join(project, "deno.json"), ...args],
    cwd: root,
    env: { INIT_CWD: root, TMPDIR: root, NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

async function finish(command: Deno.Command) {
  const { code, stdout, stderr } = await command.output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out: out!, err: err! };
}

/** Both ways to the same end: by the commands as they are, and by what the README says. */
const TESTS = [
  {
    name: "40 leads are deleted: approved for at most 40, killed in the middle, resumed, each once",
    fn: deleteFortyLeads,
  },
  {
    name: "the README's walk-through runs as it is written, to the pack that anybody verifies",
    fn: walkThroughOfReadme,
  },
];

for (const { name, fn } of sampled(TESTS, { keep: 1, name: "walks" })) {
  Deno.test({ name, ignore: Deno.build.os !== "linux", fn });
}

async function deleteFortyLeads(): Promise<void> {
  const root = await Deno.makeTempDir();
  const db = join(root, "crm.sqlite");
  const crm = ["run", "-A", join(project, "examples/servers/crm.ts"), "--db", db];
  const config = { mcpServers: { crm: { command: "deno", args: crm } } };
  await Deno.writeTextFile(join(root, "airlock.json"), JSON.stringify(config));
  const [run, approvals] = ["run", "approvals"].map((name) =>
    join(project, `src/commands/${name}.ts`)
  );
  const program = join(project, "examples/delete_duplicates.ts");

  const asked = await finish(task(root, run!, program));
  assertEquals(asked.code, 75, asked.err);
  const [, approvalId] = /approvals show (apr_\w+)/.exec(asked.err)!;
  const [, runId] = /--resume (run_\w+)/.exec(asked.err)!;
  const shown = await finish(task(root, approvals!, "show", approvalId!));
  assertStringIncludes(shown.out, "delete_lead({ lead_id: id })");
  const approved = await finish(
    task(root, approvals!, "approve", approvalId!, "--max-calls", "40"),
  );
  assertEquals(approved.code, 0, approved.err);

  const killed = task(root, run!, "--resume", runId!).spawn();
  let seen = "";
  for await (const chunk of killed.stderr.pipeThrough(new TextDecoderStream() as Decoder)) {
    seen += chunk;
    if (seen.includes("10 of 40")) break;
  }
  killed.kill("SIGKILL");
  await killed.status;
  await killed.stdout.cancel();

  const resumed = await finish(task(root, run!, "--resume", runId!));
  assertEquals([resumed.code, JSON.parse(resumed.out)], [0, { deleted: 40, left: 0 }]);
  const again = await finish(task(root, run!, "--resume", runId!));
  assertEquals([again.code, again.out], [0, resumed.out]);
  const listed = await finish(task(root, approvals!, "list"));
  assertStringIncludes(listed.out, "40 call(s) used");
  {
    using database = new DatabaseSync(db);
    const { n } = database.prepare("SELECT count(*) AS n FROM leads").get()!;
    assertEquals(n, 9_960);
  }
  assertEquals((await finish(task(root, run!, "--resume", "run_none"))).code, 2);
  await Deno.remove(root, { recursive: true });
}

/** A folder in which the project's own commands run, with nothing of another run in it. */
async function copyOfProject(): Promise<string> {
  const root = await Deno.makeTempDir();
  for await (const { name } of Deno.readDir(project)) {
    if (OWN.has(name) || name.startsWith(".git")) continue;
    await Deno.symlink(join(project, name), join(root, name));
  }
  await Deno.mkdir(join(root, "workspace"));
  return root;
}

/** What runs leave, and what Deno looks for by its real place. */
const OWN = new Set([".airlock", "servers", "skills", "workspace"]);

/** The commands of the README's walk-through. */
async function readCommands(): Promise<string[]> {
  const readme = await Deno.readTextFile(join(project, "README.md"));
  const [, section] = readme.split("Forty leads are duplicates.");
  const [, block] = /```sh\n(.*?)```/s.exec(section!)!;
  return block!.split("\n").map((line) => line.replace(/ +# .*/, "")).filter((line) =>
    line !== "" && !line.startsWith("#")
  );
}

/** Runs a line of the README in a shell. */
async function shell(root: string, line: string) {
  return await finish(
    new Deno.Command("/bin/sh", {
      args: ["-c", line],
      cwd: root,
      env: { INIT_CWD: root, TMPDIR: root, NO_COLOR: "1" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }),
  );
}

/** Runs a line on a terminal of its own, answers, and kills the host in the middle. */
async function answerAndKill(root: string, line: string): Promise<string> {
  const child = new Deno.Command("script", {
    args: ["-qec", line, "/dev/null"],
    cwd: root,
    env: { INIT_CWD: root, TMPDIR: root, NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const keyboard = child.stdin.getWriter();
  let seen = "";
  let isAnswered = false;
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream() as Decoder)) {
    seen += text;
    if (!isAnswered && seen.includes("Approve? (")) {
      isAnswered = true;
      await keyboard.write(new TextEncoder().encode("40\n"));
    }
    if (seen.includes("10 of 40")) break;
  }
  Deno.kill(await hostIn(root), "SIGKILL");
  await keyboard.close();
  await child.status;
  return seen;
}

/** The process of the host that runs the program. */
async function hostIn(root: string): Promise<number> {
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const words = await Deno.readTextFile(`/proc/${name}/cmdline`).catch(() => "");
    const cwd = await Deno.readLink(`/proc/${name}/cwd`).catch(() => "");
    if (cwd === root && words.includes("\0src/commands/run.ts\0")) return Number(name);
  }
  throw new Error("no host runs");
}

async function walkThroughOfReadme(): Promise<void> {
  for (const command of ["script", "unzip", "node"]) {
    if ((await shell("/", `command -v ${command}`)).code === 0) continue;
    return console.log(`not tested: this machine has no "${command}"`);
  }
  const root = await copyOfProject();
  const [first, ...others] = await readCommands();
  assertEquals(others.length, 6);
  const seen = await answerAndKill(root, first!);
  const [, runId] = /run (run_\w+)/.exec(seen)!;
  assertStringIncludes(seen, "delete_lead({ lead_id: id })");
  const [resume, list, verify, query, pack, check] = others.map((line) =>
    line.replaceAll("run_…", runId!)
  );
  const resumed = await shell(root, resume!);
  assertEquals([resumed.code, JSON.parse(resumed.out)], [0, { deleted: 40, left: 0 }]);
  assertStringIncludes((await shell(root, list!)).out, "40 call(s) used");
  assertStringIncludes((await shell(root, verify!)).out, "The audit is whole.");
  const decided = JSON.parse((await shell(root, query!)).out);
  assertEquals([decided.body.how.by, decided.body.how.maxCalls], ["terminal", 40]);
  assertEquals((await shell(root, pack!)).code, 0);
  const checked = await shell(root, check!);
  assertEquals(checked.code, 0, checked.err);
  assertStringIncludes(checked.out, `OK: ${runId} is as it was written down`);
  const ran = await shell(root, "deno run -R --no-config pack/verify.mjs");
  assertStringIncludes(ran.out, `OK: ${runId}`);
  const { calls } = JSON.parse(await Deno.readTextFile(join(root, "pack", "journal.json")));
  const deleted = (calls as CallEntry[]).filter(({ kind, tool, outcome }) =>
    kind === "call_ended" && tool === "delete_lead" && outcome === "ok"
  );
  assert(deleted.length >= 39 && deleted.length <= 40, `${deleted.length}`);
  {
    using database = new DatabaseSync(join(root, "workspace", "crm.sqlite"));
    const { n } = database.prepare("SELECT count(*) AS n FROM leads").get()!;
    assertEquals(n, 9_960);
  }
  await Deno.remove(root, { recursive: true });
}

interface CallEntry {
  readonly kind: string;
  readonly tool: string;
  readonly outcome?: string;
}

type Decoder = ReadableWritablePair<string, Uint8Array>;
