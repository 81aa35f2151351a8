import { join } from "@std/path";
import { createSessions } from "../../src/sessions/sessions.ts";
import { createSkillLibrary, type SkillLibrary } from "../../src/skills/skill_library.ts";
import { startTestRuntime } from "../fixtures/test_runtime.ts";
import { percentile, printTable, sample } from "./statistics.ts";

const SKILLS = 10_000;
const SESSIONS = 1_000;
const THINGS = ["invoice", "lead", "ticket", "branch", "customer", "calendar", "order", "page"];
const ACTIONS = ["count", "export", "merge", "compare", "archive", "rename", "collect", "check"];
const PLACES = ["country", "owner", "month", "status", "team", "region", "product", "source"];

/** Saving, importing, finding and listing what lasts. */
export async function benchLasting(): Promise<void> {
  const rows = [
    ...await benchSaves(),
    ...await benchImports(),
    ...await benchManySkills(),
    ...await benchSessions(),
    ...await benchQuota(),
  ];
  printTable([["sessions and skills, ms", "p50", "p95"], ...rows]);
}

type Row = readonly [string, number, number];

function row(what: string, samples: readonly number[]): Row {
  return [what, percentile(samples, 0.5), percentile(samples, 0.95)];
}

async function benchSaves(): Promise<Row[]> {
  await using runtime = await startTestRuntime({ servers: ["crm"], policy: { check: "error" } });
  let at = 0;
  const save = () =>
    runtime.skills.save({
      name: `saved-${at++}`,
      description: "Counts leads by country",
      code: `import { list_leads } from "./servers/crm/list_leads.ts";
export async function count(limit: number): Promise<number> {
  const { leads } = await list_leads({ limit });
  return leads.length + ${at};
}`,
    }, { owner: "owner" });
  return [row("save a skill, every check", await sample(save, { count: 50, warmUp: 5 }))];
}

async function benchImports(): Promise<Row[]> {
  await using runtime = await startTestRuntime({
    policy: { check: "error" },
    pool: { idleWorkers: 2 },
  });
  const body = "export const double = (n: number): number => n * 2;";
  const draft = { name: "double", description: "Doubles a number", code: body };
  await runtime.skills.save(draft, { owner: "owner" });
  const run = (code: string) => async () => {
    const { status } = await runtime.run({ code });
    if (status !== "completed") throw new Error("the program failed");
  };
  const own = `const double = (n: number): number => n * 2;\nreturn double(21);`;
  const imported = `import { double } from "./skills/double";\nreturn double(21);`;
  const [without, withSkill]: [number[], number[]] = [[], []];
  for (let turn = 0; turn < 40; turn++) {
    without.push(...await sample(run(own), { count: 1, warmUp: turn === 0 ? 3 : 0 }));
    withSkill.push(...await sample(run(imported), { count: 1, warmUp: turn === 0 ? 3 : 0 }));
  }
  return [row("run without a skill", without), row("run with one imported", withSkill)];
}

async function benchManySkills(): Promise<Row[]> {
  const dir = await Deno.makeTempDir();
  await writeSkills(dir);
  await using skills = makeLibrary(dir);
  const began = performance.now();
  await skills.search("warm", {});
  const first = performance.now() - began;
  let at = 0;
  const query = () => `${ACTIONS[at % 8]} ${THINGS[at % 7]}s by ${PLACES[at++ % 5]}`;
  const searches = await sample(() => skills.search(query(), { caller: "ann" }), { count: 100 });
  const lists = await sample(() => skills.list("ann"), { count: 20 });
  const saves = await sample(
    () => skills.save({ ...draftOf(at++), name: `new-${at}` }, { owner: "ann" }),
    { count: 20 },
  );
  const rows = [
    [`first search of ${SKILLS} skills`, first, first] as const,
    row(`search ${SKILLS} skills`, searches),
    row(`list ${SKILLS} skills`, lists),
    row(`save into ${SKILLS} skills, without checks`, saves),
  ];
  await skills[Symbol.asyncDispose]();
  await Deno.remove(dir, { recursive: true });
  return rows;
}

function makeLibrary(dir: string): SkillLibrary {
  return createSkillLibrary({
    dir,
    check: () => Promise.resolve({ tools: [], skills: [], risk: "low" }),
    moduleOfRun: () => Promise.reject(new Error("there are no runs")),
    promisesOf: () => Promise.resolve(""),
  });
}

function draftOf(at: number) {
  const [action, thing, place] = [ACTIONS[at % 8]!, THINGS[at % 7]!, PLACES[at % 5]!];
  return {
    name: `${action}-${thing}-by-${place}-${at}`,
    description: `${action} each ${thing} by ${place}, number ${at}`,
    code: `export const at = ${at};\n`,
  };
}

/** Put there by hand: what is measured is not how they came. */
async function writeSkills(dir: string): Promise<void> {
  for (let at = 0; at < SKILLS; at++) {
    const { name, description, code } = draftOf(at);
    Deno.mkdirSync(join(dir, name));
    Deno.writeTextFileSync(join(dir, name, "skill.ts"), code);
    const head = `---\nname: ${name}\ndescription: ${description}\n---\n`;
    Deno.writeTextFileSync(join(dir, name, "SKILL.md"), head);
  }
  await Promise.resolve();
}

async function benchSessions(): Promise<Row[]> {
  const root = await Deno.makeTempDir();
  await Deno.mkdir(join(root, "workspace"));
  using sessions = createSessions({
    workspace: join(root, "workspace"),
    state: join(root, "state"),
    config: { idleMs: 1e9, maxAgeMs: 1e9, runFilesMs: 1e9 },
    forget: () => Promise.resolve(),
  });
  let at = 0;
  const uses = await sample(async () => {
    (await sessions.use(`ann~s${at++}`))[Symbol.dispose]();
  }, { count: SESSIONS, warmUp: 0 });
  const lists = await sample(() => Promise.resolve(sessions.list("ann")), { count: 20 });
  await Deno.remove(root, { recursive: true });
  return [row("begin or enter a session", uses), row(`list ${SESSIONS} sessions`, lists)];
}

/** A run that writes 2,000 files, with the watch and with a watch that has nothing to look at. */
async function benchQuota(): Promise<Row[]> {
  await using runtime = await startTestRuntime();
  const write = (folder: string) => async () => {
    const { status } = await runtime.run({
      code: `for (let n = 0; n < 2_000; n++) {
  await Deno.writeTextFile("./workspace/${folder}" + n, "x".repeat(2_000));
}`,
    });
    if (status !== "completed") throw new Error("the program failed");
  };
  return [row("run that writes 2,000 files", await sample(write("f"), { count: 8, warmUp: 1 }))];
}

if (import.meta.main) await benchLasting();
