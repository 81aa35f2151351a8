import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { stripTypeScriptTypes } from "node:module";
import { AirlockError } from "../../src/model/errors.ts";
import { examine } from "../fixtures/examine.ts";
import { execute, type Execution } from "../fixtures/fuzz/engine.ts";
import { chanceOf, makeProgram } from "../fixtures/fuzz/make_program.ts";
import { sampled } from "../fixtures/sampled.ts";
import { startTestStripper } from "../fixtures/test_stripper.ts";
import { testSkills, testWrappers } from "../fixtures/test_wrappers.ts";

/** AIRLOCK_FUZZ_SEEDS: how many programs there are; AIRLOCK_FUZZ_SEED: the first seed. */
const SEEDS = Number(Deno.env.get("AIRLOCK_FUZZ_SEEDS") ?? 400);
const FIRST = Number(Deno.env.get("AIRLOCK_FUZZ_SEED") ?? 1);

const seeds = sampled(Array.from({ length: SEEDS }, (_, at) => FIRST + at), {
  keep: 60,
  name: "programs of the fuzzer",
});

const wrappers = testWrappers({ crm: ["get_lead", "list_leads"] });
const OTHER = "export const get_lead = 1;";

/** The files of a text, as a program and as a skill; undefined where it is refused. */
async function link(text: string, form: "program" | "module", options: Options) {
  const skills = testSkills({ own: text, other: OTHER });
  const code = form === "program" ? text : 'import "./skills/own";';
  try {
    const { files, specifiers } = await examine(code, { ...options, wrappers, skills });
    const path = form === "program" ? "program.js" : "skill_own.js";
    return { js: files.find((file) => file.path === path)!.js, specifiers };
  } catch (error) {
    if (error instanceof AirlockError && error.code !== "INTERNAL") return undefined;
    throw error;
  }
}

type Options = Parameters<typeof examine>[1];

/** What the engine does with the text itself, without its types; undefined where it does not read it. */
async function original(text: string): Promise<Execution | undefined> {
  // A text of which both languages read something is TypeScript.
  for (const mode of ["strip", "transform"] as const) {
    try {
      return await execute(stripTypeScriptTypes(text, { mode }), "module");
    } catch {
      continue;
    }
  }
  return undefined;
}

const URLS: Readonly<Record<string, RegExp>> = {
  airlock: /^file:\/\/\/guest\/airlock\.js$/,
  "./servers/crm/get_lead.ts": /^file:\/\/\/modules\/crm\/get_lead\.js$/,
  "servers/crm/list_leads": /^file:\/\/\/modules\/crm\/list_leads\.js$/,
  "./servers/crm": /^\.\/server_crm\.js$/,
  "node:path": /^file:\/\/\/guest\/path\.js$/,
  "./skills/other": /^\.\/skill_other\.js$/,
  "load": /^file:\/\/\/guest\/load_module\.js$/,
};

/** The specifiers that URLs stand for; a URL that stands for none is given as it is. */
function specifiersOf(urls: readonly string[]): string[] {
  return urls.map((url) => Object.keys(URLS).find((name) => URLS[name]!.test(url)) ?? url)
    .filter((name) => name !== "load").sort();
}

/** What the loader of the runtime, which has a parser of its own, reads that each file loads. */
async function readByLoader(files: readonly string[]): Promise<string[][]> {
  const dir = await Deno.makeTempDir();
  try {
    const names = files.map((_, at) => `file_${at}.js`);
    await Promise.all(files.map((js, at) => Deno.writeTextFile(join(dir, names[at]!), js)));
    const all = names.map((name) => `import "./${name}";\n`).join("");
    await Deno.writeTextFile(join(dir, "all.js"), all);
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", "--no-config", "--no-lock", "--no-remote", "--no-npm", "all.js"],
      cwd: dir,
    }).output();
    const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as Graph;
    const read = modules.filter(({ specifier }) => /\/file_\d+\.js$/.test(specifier));
    assertEquals(read.length, files.length);
    return read.map(({ error, dependencies }) => {
      assertEquals(error, undefined);
      return (dependencies ?? []).map(({ specifier }) => specifier);
    });
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

interface Graph {
  readonly modules: readonly {
    readonly specifier: string;
    readonly error?: string;
    readonly dependencies?: readonly { readonly specifier: string }[];
  }[];
}

Deno.test(`what is judged is what runs: ${seeds.length} generated programs and skills`, async () => {
  await using stripper = await startTestStripper();
  const counts = { linked: 0, compared: 0 };
  const files: string[] = [];
  for (const seed of seeds) {
    const text = makeProgram(chanceOf(seed));
    const expected = await original(text);
    for (const form of ["program", "module"] as const) {
      const what = `seed ${seed} as ${form}: ${JSON.stringify(text)}`;
      const linked = await link(text, form, { stripper });
      if (linked === undefined) continue;
      counts.linked++;
      files.push(linked.js);
      const ran = await execute(linked.js, form);
      assert(
        ran !== undefined,
        `${what}\nis linked to what the engine does not read\n${linked.js}`,
      );
      const imports = specifiersOf(ran.imports);
      const unjudged = imports.filter((name) => !(name in URLS));
      assertEquals(unjudged, [], `${what}\n${linked.js}`);
      if (expected === undefined) continue;
      counts.compared++;
      const told = ({ trace, given }: Execution) => ({ trace, given });
      assertEquals(told(ran), told(expected), `${what}\n${linked.js}`);
      assertEquals(imports, expected.imports, `${what}\n${linked.js}`);
      if (form === "module") assertEquals(ran.exports, expected.exports, what);
    }
  }
  const read = await readByLoader(files);
  assertEquals(read.map(specifiersOf).flat().filter((name) => !(name in URLS)), []);
  // A test that links nothing would find nothing.
  assert(
    counts.linked > seeds.length / 4 && counts.compared > seeds.length / 8,
    JSON.stringify(counts),
  );
});
