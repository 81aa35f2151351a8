import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { attackPrograms, sampleAttacks } from "./attack_programs.ts";
import { CANARY, plantCanaries } from "./canaries.ts";
import { escapes, findEscapes } from "./find_escapes.ts";
import { bySkill } from "./ways_in.ts";
import { sampled } from "../fixtures/sampled.ts";
import { startTestRuntime } from "../fixtures/test_runtime.ts";

const ignore = Deno.build.os === "windows";

const ABOUT_FILES = new Set(["fs", "map", "mod", "store", "wrk"]);
const attacks = sampleAttacks(
  (await attackPrograms()).filter(({ kind }) => ABOUT_FILES.has(kind)),
  { name: "skills", keep: 14 },
);

Deno.test(`none of ${attacks.length} attacks on files gets out as a skill`, async () => {
  await using wayIn = await bySkill();
  assertEquals(await findEscapes(attacks, { wayIn, atOnce: 4 }), []);
  assert(wayIn.saved > 0, "none of them ran");
});

Deno.test("an attack that gets out as a skill would be seen", async () => {
  await using wayIn = await bySkill();
  await using canaries = await plantCanaries();
  const text = `return "${CANARY}-x";`;
  const loud = { name: "x.ts", kind: "x", text, twice: false, needsLink: false } as const;
  assert(await escapes({ ...loud, origin: "own" }, { wayIn, canaries }));
});

Deno.test("a link in the folder of skills leads nowhere", { ignore }, async () => {
  await using runtime = await startTestRuntime();
  const { skills } = runtime.config.folders;
  const secret = join(runtime.root, "secret.ts");
  await Deno.writeTextFile(secret, `export const value = "${CANARY}";\n`);
  await Deno.writeTextFile(join(runtime.root, "SECRET.md"), `---\ndescription: ${CANARY}\n---\n`);
  const outside = join(runtime.root, "outside");
  await Deno.mkdir(outside);
  await Deno.copyFile(secret, join(outside, "skill.ts"));
  const planted: Readonly<Record<string, (folder: string) => Promise<void>>> = {
    "soft-file": (folder) => Deno.symlink(secret, join(folder, "skill.ts")),
    "hard-file": (folder) => Deno.link(secret, join(folder, "skill.ts")),
    "soft-document": (folder) =>
      Deno.symlink(join(runtime.root, "SECRET.md"), join(folder, "SKILL.md")),
    "hard-document": (folder) =>
      Deno.link(join(runtime.root, "SECRET.md"), join(folder, "SKILL.md")),
    "a-folder": (folder) => Deno.mkdir(join(folder, "skill.ts")),
  };
  for (const [name, plant] of Object.entries(planted)) {
    await Deno.mkdir(join(skills, name));
    await plant(join(skills, name));
    if (!name.endsWith("document")) continue;
    await Deno.writeTextFile(join(skills, name, "skill.ts"), "export const value = 1;\n");
  }
  await Deno.symlink(outside, join(skills, "soft-folder"));
  for (const name of [...Object.keys(planted), "soft-folder"]) {
    const { value, error } = await runtime.run({
      code: `import { readSkill } from "airlock";
const { value } = await import("./skills/${name}");
return [value, await readSkill("${name}")];`,
    });
    assert(!JSON.stringify([value, error]).includes(CANARY), name);
  }
  const known = JSON.stringify(await runtime.skills.list());
  assert(known.includes("soft-document") && !known.includes(CANARY), known);
});

Deno.test("a save over a link writes through none", { ignore }, async () => {
  await using runtime = await startTestRuntime();
  const { skills } = runtime.config.folders;
  const outside = join(runtime.root, "outside");
  await Deno.mkdir(outside);
  const draft = { description: "Gives a value", code: "export const value = 1;\n" };
  const owner = { owner: "owner" };
  await runtime.skills.save({ name: "first", ...draft }, owner);
  await Deno.symlink(outside, join(skills, "linked"));
  const saving = runtime.skills.save({ name: "linked", ...draft }, owner);
  assertEquals(await saving.then(() => "saved", ({ code }) => code), "FOLDER_UNSAFE");
  await Deno.symlink(join(outside, "none"), join(skills, "dangling"));
  const other = runtime.skills.save({ name: "dangling", ...draft }, owner);
  assertEquals(await other.then(() => "saved", ({ code }) => code), "FOLDER_UNSAFE");
  await Deno.writeTextFile(join(skills, ".git/airlock-pending"), "first");
  await Deno.remove(join(skills, "first"), { recursive: true });
  await Deno.symlink(outside, join(skills, "first"));
  await Deno.mkdir(join(skills, "files"));
  const target = join(outside, "kept.ts");
  await Deno.writeTextFile(target, "kept");
  await Deno.symlink(target, join(skills, "files/skill.ts"));
  await runtime.skills.save({ name: "files", ...draft }, owner);
  assertEquals(await Deno.readTextFile(target), "kept");
  assertEquals([...Deno.readDirSync(outside)].map(({ name }) => name), ["kept.ts"]);
  assertEquals(await runtime.skills.read("first", "owner"), draft.code);
});

Deno.test("no name of a skill is a way to another file", async () => {
  await using runtime = await startTestRuntime();
  const { root, config: { folders: { skills } } } = runtime;
  await Deno.mkdir(join(root, "workspace/other"), { recursive: true });
  for (const place of ["workspace/other/skill.ts", "skill.ts", "secret.ts"]) {
    await Deno.writeTextFile(join(root, place), `export const value = "${CANARY}";\n`);
  }
  await Deno.mkdir(join(skills, ".hidden"));
  await Deno.writeTextFile(join(skills, ".hidden/skill.ts"), `export const value = "${CANARY}";\n`);
  const names = [
    "..",
    "../workspace/other",
    "../secret.ts",
    "%2e%2e/workspace/other",
    "..%2fworkspace%2fother",
    "..\\\\workspace\\\\other",
    ".hidden",
    ".git/config",
    "a/../../secret.ts",
    "a@1/../../secret.ts",
    "a@../../secret",
    "\u2024\u2024/secret.ts",
    `${root}/secret.ts`,
    "a?x=../../secret.ts",
    "a#/../../secret.ts",
    "a\\u0000/../secret",
    "A/../.hidden",
  ];
  for (const name of sampled(names, { keep: 5, name: "names of skills" })) {
    const imported = await runtime.run({
      code: `import { value } from "./skills/${name}"; return value;`,
    });
    assert(imported.status !== "completed", name);
    assert(!JSON.stringify([imported.value, imported.error]).includes(CANARY), name);
    const { value } = await runtime.run({
      code: `import { readSkill } from "airlock";
return await readSkill("${name}").catch(() => "no");`,
    });
    assertEquals(value, "no", name);
    assertEquals(await runtime.skills.read(name), undefined, name);
  }
});
