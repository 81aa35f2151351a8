import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { assertAbsent, SEEDED, startWatchedRuntime } from "../fixtures/watched_runtime.ts";

const project = new URL("../../", import.meta.url).pathname;

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

Deno.test("an operator reads the report, reveals a token, exports a file and rotates the key", async () => {
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
