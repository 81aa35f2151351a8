import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { exists } from "@std/fs";
import { join } from "@std/path";
import { sampled } from "../fixtures/sampled.ts";
import { IS_IN_MEMORY, startTestRuntime } from "../fixtures/test_runtime.ts";
import { assertAbsent, SEEDED, startWatchedRuntime } from "../fixtures/watched_runtime.ts";

const project = new URL("../../", import.meta.url).pathname;

Deno.test("deno task audit verifies, queries, exports and reports what a runtime wrote", async () => {
  const root = await Deno.makeTempDir();
  let runId: string;
  {
    await using runtime = await startTestRuntime({ servers: ["crm"] });
    const code = 'import { get_lead } from "./servers/crm/get_lead.ts";\n' +
      'return (await get_lead({ lead_id: "lead-00001" })).id;';
    ({ runId } = await runtime.run({ code }));
    await Deno.mkdir(join(root, ".airlock"));
    const { state } = runtime.config.folders;
    for (const file of ["audit.db", "audit.db-wal", "audit.key"]) {
      await Deno.copyFile(join(state, file), join(root, ".airlock", file));
    }
    await Deno.chmod(join(root, ".airlock", "audit.key"), 0o600);
  }
  await Deno.writeTextFile(join(root, "airlock.json"), "{}");
  const audit = async (...args: string[]) => {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", join(project, "src/commands/audit.ts"), ...args],
      cwd: root,
      env: { INIT_CWD: root },
    }).output();
    return { code, out: new TextDecoder().decode(stdout), err: new TextDecoder().decode(stderr) };
  };
  const verified = await audit("verify");
  assertEquals(verified.code, 0, verified.err);
  assert(verified.out.startsWith("The audit is whole."), verified.out);
  const head = verified.out.match(/^head: (.*)$/m)![1]!;
  assertEquals((await audit("verify", "--head", head)).code, 0);
  assertEquals((await audit("verify", "--head", head.replace(/^\d+/, "9999"))).code, 1);
  const queried = await audit("query", "--run", runId);
  assertEquals(queried.out.trim().split("\n").map((line) => JSON.parse(line).kind), [
    "run_started",
    "permissions_granted",
    "call_started",
    "call_ended",
    "permissions_touched",
    "run_ended",
  ]);
  assertEquals((await audit("export", runId, "--out", "pack.zip")).code, 0);
  assert((await Deno.stat(join(root, "pack.zip"))).size > 1_000);
  const report = await audit("report", "--format", "json");
  assertEquals(JSON.parse(report.out).runs, 1);
  const backwards = ["--from", "2026-02-02", "--to", "2026-01-01"];
  const wrong = [
    ...["banana", "52", ""].map((head) => ["verify", "--head", head]),
    ["report", "--format", "pdf"],
    ["report", "--from", "yesterday"],
    ["query", "--kind", "nonsense"],
    ["query", ...backwards],
    ["report", ...backwards],
  ];
  for (const words of sampled(wrong, { keep: 2, name: "wrong words of audit" })) {
    const { code, err } = await audit(...words);
    assertEquals(code, 2, words.join(" "));
    if (words.includes("nonsense")) assert(err.includes("call_started"), err);
  }
  assertEquals((await audit("query", "--kind", "run_ended")).out.trim().split("\n").length, 1);
  await Deno.remove(root, { recursive: true });
});

async function search(root: string, ...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", join(project, "src/commands/search.ts"), ...args],
    cwd: root,
    env: { INIT_CWD: root },
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out: out!, err: err! };
}

Deno.test("deno task search finds tools, says when none fits, and what it cannot read", async () => {
  const root = await Deno.makeTempDir();
  const crm = ["run", "--no-prompt", join(project, "examples/servers/crm.ts")];
  const mcpServers = {
    crm: { command: "deno", args: crm },
    down: { command: join(root, "not_there") },
  };
  await Deno.writeTextFile(join(root, "airlock.json"), JSON.stringify({ mcpServers }));

  const found = await search(root, "send a message to a customer", "--limit", "1");
  assertEquals([found.code, found.err.trim()], [0, "Out of reach: down"]);
  assertStringIncludes(found.out, "# crm ./servers/crm/\nsend_email.ts: ");

  const json = await search(root, "send a message to a customer", "--json", "--detail", "full");
  assertStringIncludes(JSON.parse(json.out).servers[0].tools[0].wrapper, "export function");

  assertEquals((await search(root, "knead sourdough bread", "--server", "crm")).code, 1);
  const wrong = [["x", "--limit", "0"], ["x", "--detail", "all"], ["x", "y"]];
  for (const words of sampled(wrong, { keep: 1, name: "wrong words of search" })) {
    assertEquals((await search(root, ...words)).code, 2, words.join(" "));
  }
  await Deno.remove(root, { recursive: true });
});

async function sessions(config: string, ...args: string[]): Promise<[number, string]> {
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", join(project, "src/commands/sessions.ts"), ...args, "--config", config],
    stderr: "null",
  }).output();
  return [code, new TextDecoder().decode(stdout)];
}

Deno.test("the command sessions lists what there is and closes it, files and all", async () => {
  const root = await Deno.makeTempDir();
  const config = join(root, "airlock.json");
  await Deno.writeTextFile(config, "{}");
  await Deno.mkdir(join(root, "workspace/ann~s"), { recursive: true });
  const [, json] = await sessions(config, "list", "--json");
  assertEquals(JSON.parse(json).map(({ name, owner }: Record<string, unknown>) => [name, owner]), [
    ["s", "ann"],
  ]);
  assertEquals((await sessions(config, "close", "s"))[0], 2);
  assertEquals(await sessions(config, "close", "s", "--owner", "ann"), [0, ""]);
  assertEquals(await exists(join(root, "workspace/ann~s")), false);
  assertEquals(await sessions(config, "list"), [0, ""]);
  assertEquals((await sessions(config, "close"))[0], 2);
  await Deno.remove(root, { recursive: true });
});

Deno.test("the command skills saves, compares, approves and finds", async () => {
  const root = await Deno.makeTempDir();
  const skills = async (...args: string[]) => {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", join(project, "src/commands/skills.ts"), ...args],
      cwd: root,
      env: { INIT_CWD: root },
    }).output();
    return [code, new TextDecoder().decode(stdout).trim(), new TextDecoder().decode(stderr)];
  };
  await Deno.writeTextFile(join(root, "airlock.json"), "{}");
  const about = ["--name", "double", "--description", "Doubles a number"];
  for (const factor of [2, 3]) {
    const text = `export const double = (n: number) => n * ${factor};\n`;
    await Deno.writeTextFile(join(root, "double.ts"), text);
    assertEquals((await skills("save", "double.ts", ...about))[0], 0);
  }
  const [, diff] = await skills("diff", "double", "1", "2");
  assert(String(diff).includes("\n-export const double = (n: number) => n * 2;\n+"), String(diff));
  const [, back] = await skills("rollback", "double", "1");
  assert(String(back).startsWith("double@3  draft (owner, principal)"), String(back));
  const [, approved] = await skills("approve", "double@3", "--scope", "ann,bob");
  assert(String(approved).startsWith("double@3  approved (owner, ann,bob)"), String(approved));
  assert(String((await skills("search", "twice a number"))[1]).includes("double@3"));
  await Deno.writeTextFile(join(root, "bad.ts"), "export const bad: number = 'a';\n");
  const [code, , said] = await skills("save", "bad.ts", "--name", "bad", "--description", "Bad");
  assertEquals(code, 2);
  assert(String(said).includes("type error"), String(said));
  const wrong = [
    ["gone"],
    ["show"],
    ["show", "none"],
    ["diff", "double", "a", "b"],
    ["approve", "double@3", "--scope", ","],
  ];
  for (const bad of sampled(wrong, { keep: 1, name: "wrong words of skills" })) {
    assertEquals((await skills(...bad))[0], 2, bad.join(" "));
  }
  await Deno.remove(root, { recursive: true });
});

async function workspace(config: string, ...args: string[]): Promise<[number, string]> {
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", join(project, "src/commands/workspace.ts"), ...args, "--config", config],
    stderr: "null",
  }).output();
  return [code, new TextDecoder().decode(stdout)];
}

Deno.test("the command workspace lists, shows and cleans, and follows no link", async () => {
  const root = await Deno.makeTempDir();
  const config = join(root, "airlock.json");
  await Deno.writeTextFile(config, '{"sessions": {"runFilesMs": 1000}}');
  await Deno.mkdir(join(root, "workspace/s/deep"), { recursive: true });
  await Deno.mkdir(join(root, "workspace/run_0a"));
  await Deno.writeTextFile(join(root, "workspace/s/deep/a.txt"), "hello\x1b[2J [EMAIL_1_abc]");
  await Deno.writeTextFile(join(root, "secret"), "secret");
  await Deno.symlink(join(root, "secret"), join(root, "workspace/s/link"));
  await Deno.symlink(root, join(root, "workspace/linked"));
  const long = new Date(Date.now() - 60_000);
  await Deno.utime(join(root, "workspace/run_0a"), long, long);

  const [, folders] = await workspace(config, "list");
  assertEquals(folders.trimEnd().split("\n").map((line) => line.trim().replace(/ +/g, " ")), [
    "0 bytes 0 files run_0a",
    "23 bytes 1 files s",
  ]);
  assert((await workspace(config, "list", "s"))[1].endsWith("s/deep/a.txt\n"));
  const [, shown] = await workspace(config, "show", "s/deep/a.txt");
  assert(shown.includes("hello\ufffd[2J [EMAIL_1_abc]") && shown.startsWith("23 bytes"), shown);
  const wrong = [["show", "s/link"], ["list", "linked"], ["list", ".."], ["gone"], []];
  for (const bad of sampled(wrong, { keep: 2, name: "wrong words of workspace" })) {
    assertEquals((await workspace(config, ...bad))[0], 2, bad.join(" "));
  }
  assertEquals(await workspace(config, "clean"), [0, "removed: run_0a\n"]);
  await Deno.remove(root, { recursive: true });
});

async function command(file: string, args: readonly string[], root: string) {
  const config = `${root}/airlock.json`;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", `${project}src/commands/${file}.ts`, ...args, "--config", config],
    cwd: project,
  }).output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: decode(stdout), err: decode(stderr) };
}

const SAVE = `import { get } from "./servers/people/get.ts";
import { take } from "./servers/people/take.ts";
const person = await get({ what: "person" });
await take({ to: person.email });
await Deno.writeTextFile("./workspace/people.json", JSON.stringify([person, { odd: 'a "b"' }]));
await Deno.writeTextFile("./workspace/people.csv", "name,address\\r\\n" + person.name + "," + person.address + "\\r\\n");
return person;`;

Deno.test("an operator reads the report, reveals a token, exports a file and rotates the key", {
  ignore: IS_IN_MEMORY,
}, async () => {
  await using watched = await startWatchedRuntime();
  const { root, config } = watched.runtime;
  await Deno.writeTextFile(`${root}/airlock.json`, "{}");
  const { value } = await watched.run(SAVE, { session: "desk" });
  const { email } = value as Record<string, string>;

  const report = await command("privacy", ["report", "--session", "desk"], root);
  assert(/in +people +EMAIL +masked +1 +1/.test(report.out), report.out);
  assert(/call +people +EMAIL +restored +1 +1/.test(report.out), report.out);

  const silent = await command("privacy", ["reveal", email!], root);
  assertEquals([silent.code, silent.out], [2, ""]);
  const revealed = await command("privacy", ["reveal", email!, "--reason", "asked by Ann"], root);
  assertEquals([revealed.code, revealed.out], [0, `${SEEDED.email}\n`], revealed.err);

  const asItIs = await command("workspace", ["export", "desk/people.json"], root);
  assertAbsent(asItIs.out);
  const why = ["--restore", "--reason", "for the desk"];
  const json = await command("workspace", ["export", "desk/people.json", ...why], root);
  assertEquals(JSON.parse(json.out)[0], { ...SEEDED });
  const csv = await command("workspace", ["export", "desk/people.csv", ...why], root);
  assertEquals(csv.out, `name,address\r\n${SEEDED.name},"${SEEDED.address}"\r\n`);
  const outside = await command("workspace", ["export", "../airlock.json", ...why], root);
  assertEquals(outside.code, 2);

  const after = await command("privacy", ["report", "--session", "desk"], root);
  assert(/call +EMAIL +revealed +\d/.test(after.out), after.out);

  assertEquals((await command("privacy", ["rotate"], root)).code, 0);
  assertEquals((await Deno.readTextFile(config.privacy.key.file)).trim().split("\n").length, 1);
  const again = await command("privacy", ["reveal", email!, "--reason", "after"], root);
  assertEquals(again.out, `${SEEDED.email}\n`);

  assertEquals((await command("privacy", ["forget", "desk"], root)).code, 0);
  const gone = await command("privacy", ["reveal", email!, "--reason", "too late"], root);
  assertEquals(gone.code, 2);
  assertStringIncludes(gone.err, email!);
  assertAbsent(await watched.kept());
});
