/**
 * Puts each mutant into a copy of the tree and runs its tests, which must fail:
 * `deno task mutants [WORDS OF A PROMISE…]`. Prints which file killed it; fails where one survives,
 * or where its tests also fail without it. What a sample of the cases lets live, every case tries.
 */
import { join, relative } from "@std/path";
import { type Mutant, MUTANTS } from "./mutants.ts";
import { placesOf, readTexts, testsOf } from "./places.ts";

const project = new URL("../../", import.meta.url).pathname;
const MAX_MS = 400_000;
const late = `not done in ${MAX_MS / 1_000} s`;
/** Neither is read by tests, and both may be large. */
const LEFT_OUT = new Set([".git", "node_modules"]);

/** Returns a copy of the tree, beside which the shared folder stands as it does beside this one. */
async function copyTree(dir: string): Promise<string> {
  const copy = join(dir, "tree");
  await Deno.mkdir(copy);
  for await (const { name } of Deno.readDir(project)) {
    if (LEFT_OUT.has(name)) continue;
    const { success } = await new Deno.Command("cp", {
      args: ["-a", join(project, name), join(copy, name)],
    }).output();
    if (!success) throw new Error(`Cannot copy ${name}`);
  }
  const shared = join(project, "../shared");
  if (await Deno.stat(shared).then(() => true, () => false)) {
    await Deno.symlink(await Deno.realPath(shared), join(dir, "shared"));
  }
  return copy;
}

/** Runs test files; tells whether all pass, or which failed. */
async function failing(
  root: string,
  tests: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string | undefined> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--frozen", "--quiet", "--no-check", "--reporter=dot", ...tests],
    cwd: root,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    env: { ...env, NO_COLOR: "1" },
  }).spawn();
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    child.kill("SIGKILL");
  }, MAX_MS);
  const { success, stdout, stderr } = await child.output();
  clearTimeout(timer);
  if (success) return undefined;
  if (isLate) return late;
  const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  return /=> (?:\.\/)?(tests\/\S+?):\d+/.exec(said)?.[1] ?? said.trim().split("\n").at(-1);
}

const dir = await Deno.makeTempDir();
try {
  const root = await copyTree(dir);
  const sources = await readTexts(join(root, "src"));
  const testFiles = [...(await readTexts(join(root, "tests"))).keys()];
  const wanted = Deno.args.filter((arg) => arg !== "--");
  const chosen = MUTANTS.filter(({ promises }) =>
    wanted.length === 0 || promises.some((one) => wanted.some((words) => one.includes(words)))
  );
  const green = new Map<string, string | undefined>();
  const judge = async (mutant: Mutant): Promise<string> => {
    const [file, ...others] = placesOf(mutant, sources);
    if (file === undefined || others.length > 0) return "its text is not there once";
    const tests = testsOf(mutant, testFiles).map((test) => relative(root, test));
    const key = tests.join(" ");
    if (!green.has(key)) green.set(key, await failing(root, tests));
    const before = green.get(key);
    if (before !== undefined) return `fails without it: ${before}`;
    const text = sources.get(file)!;
    await Deno.writeTextFile(file, text.replace(mutant.text, () => mutant.replacement));
    const whole = () => failing(root, tests, { AIRLOCK_WHOLE: "1" });
    const killer = await failing(root, tests) ??
      await whole().then((by) => by === late ? undefined : by);
    await Deno.writeTextFile(file, text);
    return killer === undefined ? "SURVIVED" : `killed by ${killer}:`;
  };
  const verdicts: string[] = [];
  for (const mutant of chosen) {
    const verdict = await judge(mutant);
    verdicts.push(verdict);
    console.log(`${verdict.padEnd(10)} ${mutant.promises.join("; ")}`);
  }
  const killed = verdicts.filter((verdict) => verdict.startsWith("killed")).length;
  console.log(`${killed} of ${chosen.length} mutants killed`);
  Deno.exitCode = killed === chosen.length ? 0 : 1;
} finally {
  await Deno.remove(dir, { recursive: true });
}
