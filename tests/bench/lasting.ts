import { cpuUsage } from "node:process";
import { openLocalStorage } from "../../src/storage/local_storage.ts";
import { join } from "@std/path";
import { createSessions } from "../../src/workspace/sessions.ts";
import { createSkillLibrary } from "../../src/skills/skill_library.ts";
import type { SkillLibrary } from "../../src/skills/skill.ts";
import { parseConfig } from "../../src/config/config.ts";
import { createFolderGuard } from "../../src/sandbox/measure_folder.ts";
import { FolderWatch } from "../../src/sandbox/watch_folders.ts";
import { startTestRuntime } from "../fixtures/test_runtime.ts";
import { percentile, printTable, sample } from "./statistics.ts";

const SKILLS = 10_000;
const SESSIONS = 1_000;
const REST_MS = 60;
const WARM_UP = 3;
const WRITTEN_FILES = 2_000;
const WATCH_MS = 50;
const WRITER = new URL("./write_files.ts", import.meta.url).pathname;
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
    const began = performance.now();
    const { status } = await runtime.run({ code });
    if (status !== "completed") throw new Error("the program failed");
    return performance.now() - began;
  };
  const own = `const double = (n: number): number => n * 2;\nreturn double(21);`;
  const imported = `import { double } from "./skills/double";\nreturn double(21);`;
  const { before, after, added } = await compare(run(own), run(imported), { count: 60 });
  return [
    row("run without a skill", before),
    row("run with one imported", after),
    row("what the import adds, pair by pair", added),
  ];
}

/** Takes turns, so that whatever else the machine does meets both; between them all comes to rest. */
async function compare(
  one: () => Promise<number>,
  other: () => Promise<number>,
  { count }: { count: number },
) {
  const [before, after]: [number[], number[]] = [[], []];
  const pair = [[one, before], [other, after]] as const;
  for (let turn = -WARM_UP; turn < count; turn++) {
    // Neither is always the first.
    for (const [work, samples] of turn % 2 === 0 ? pair : pair.toReversed()) {
      await new Promise((resolve) => setTimeout(resolve, REST_MS));
      const ms = await work();
      if (turn >= 0) samples.push(ms);
    }
  }
  return { before, after, added: after.map((ms, at) => ms - before[at]!) };
}

async function benchManySkills(): Promise<Row[]> {
  const dir = await Deno.makeTempDir();
  await writeSkills(dir);
  await using skills = makeLibrary(dir);
  const [prepared] = await sample(() => skills.prepare("owner"), { count: 1, warmUp: 0 });
  const search = () => skills.search("warm", { caller: "owner" });
  const [first] = await sample(search, { count: 1, warmUp: 0 });
  let at = 0;
  const query = () => `${ACTIONS[at % 8]} ${THINGS[at % 7]}s by ${PLACES[at++ % 5]}`;
  const searches = await sample(() => skills.search(query(), { caller: "owner" }), { count: 100 });
  const lists = await sample(() => skills.list("owner"), { count: 20 });
  const saves = await sample(
    () => skills.save({ ...draftOf(at++), name: `new-${at}` }, { owner: "ann" }),
    { count: 20 },
  );
  const rows = [
    row(`prepare ${SKILLS} skills, in the background at start`, [prepared!]),
    row("the first search after it", [first!]),
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
  await using storage = openLocalStorage(join(root, "state"));
  const sessions = createSessions({
    workspace: join(root, "workspace"),
    storage,
    config: { idleMs: 1e9, maxAgeMs: 1e9, runFilesMs: 1e9 },
    forget: () => Promise.resolve(),
  });
  let at = 0;
  const uses = await sample(async () => {
    await (await sessions.use(`ann~s${at++}`))[Symbol.asyncDispose]();
  }, { count: SESSIONS, warmUp: 0 });
  const lists = await sample(async () => Promise.resolve(await sessions.list("ann")), {
    count: 20,
  });
  await Deno.remove(root, { recursive: true });
  return [row("begin or enter a session", uses), row(`list ${SESSIONS} sessions`, lists)];
}

/** What counting costs who writes as fast as it can: of the processors' time, its own and the host's. */
async function benchQuota(): Promise<Row[]> {
  const { before, after, added } = await compare(
    () => writeFiles("alone"),
    () => writeFiles("watched"),
    { count: 10 },
  );
  const share = 100 * percentile(added, 0.5) / percentile(before, 0.5);
  return [
    row(`write ${WRITTEN_FILES} files, of processors' time, with no quota`, before),
    row("write them with the quota's watch", after),
    [`what the watch adds, pair by pair: ${share.toFixed(1)} %`, percentile(added, 0.5), NaN],
  ];
}

/** Gives the time of processors that the writing took, and the host's watch meanwhile. */
async function writeFiles(mode: "alone" | "watched"): Promise<number> {
  const root = await Deno.makeTempDir();
  const room = { servers: join(root, "servers"), workspace: join(root, "workspace") };
  await Promise.all(Object.values(room).map((folder) => Deno.mkdir(folder)));
  const { limits } = await parseConfig({});
  const folders = new FolderWatch(room, { guard: createFolderGuard(), limits });
  const writing = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", WRITER, room.workspace, String(WRITTEN_FILES), mode],
    stderr: "inherit",
  }).output();
  await folders.begin();
  const began = cpuUsage();
  // As a run is watched.
  const watch = setInterval(() => mode === "watched" && folders.glance(room), WATCH_MS);
  const { stdout, success } = await writing;
  clearInterval(watch);
  const { user, system } = cpuUsage(began);
  if (!success) throw new Error("the writer failed");
  await Deno.remove(root, { recursive: true });
  return Number(new TextDecoder().decode(stdout)) + (user + system) / 1_000;
}

if (import.meta.main) await benchLasting();
