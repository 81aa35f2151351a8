/**
 * Runs the tests, then the examples of the documentation: `deno task test [-- OPTION…] [FILE…]`.
 * Types are left to `deno task check`.
 *
 * `AIRLOCK_WHOLE=1` tries every case of the expensive proofs, `AIRLOCK_SLICE=k/8` the k-th part of
 * them and nothing else, `AIRLOCK_SEED` those of an earlier run. The whole tries the flows once more
 * with a storage in memory.
 */
import { fromFileUrl, join, relative, resolve, toFileUrl } from "@std/path";
import { readScope, type Scope } from "./fixtures/sampled.ts";
import { walkFiles } from "./repo/walk_files.ts";

const project = fromFileUrl(new URL("../", import.meta.url));
/** Test files at once for each core: a file waits for its workers half the time. */
const FILES_PER_CORE = 1.5;

/** What `deno test` gets: options as they are, files as the working directory names them. */
function readArguments(args: readonly string[]): { options: string[]; files: string[] } {
  const from = Deno.env.get("INIT_CWD") ?? Deno.cwd();
  const options: string[] = [];
  const files: string[] = [];
  for (const arg of args.filter((arg) => arg !== "--")) {
    const isValue = /^--(filter|reporter|junit-path)$/.test(options.at(-1) ?? "");
    if (isValue || arg.startsWith("-")) options.push(arg);
    else files.push(relative(project, resolve(from, arg)));
  }
  return { options, files };
}

/** The calls by which a test file has its cases sampled, itself or in a process of its own. */
const SAMPLES = /\b(sampled|sampleAttacks|testEach|dieAtEach|runMeasurement)[(<]/;

async function testFiles(): Promise<string[]> {
  return (await walkFiles(`${project}tests`)).filter((file) => file.endsWith("_test.ts")).sort();
}

/** A snapshot stands beside the module that is run. */
const HAS_SNAPSHOT = /\bassertSnapshot\b/;
/** Folders whose files take long: they come first, and a few files each are one module. */
const HEAVY =
  /^(?:codegen|commands|contract|examples|flow|policy|repo|security|skills|soak|upstream)$/;
const FILES_OF_A_MODULE = 4;

/**
 * Writes modules that import test files, each some files of one folder, and returns their paths: a
 * module for each file would load the same graph two hundred times.
 */
async function writeGroups(dir: string): Promise<string[]> {
  const folderOf = (file: string) => relative(`${project}tests`, file).split("/")[0]!;
  const files = await testFiles();
  const texts = await Promise.all(files.map((file) => Deno.readTextFile(file)));
  const alone = files.filter((_, at) => HAS_SNAPSHOT.test(texts[at]!));
  const folders = Map.groupBy(files.filter((file) => !alone.includes(file)), folderOf);
  const groups = [...folders].flatMap(([folder, files]) => {
    const count = HEAVY.test(folder) ? Math.ceil(files.length / FILES_OF_A_MODULE) : 1;
    // Neighbours in the alphabet are alike, and as long: they are dealt out.
    return Array.from({ length: count }, (_, at) => ({
      name: count === 1 ? folder : `${folder}_${at + 1}`,
      isHeavy: HEAVY.test(folder),
      files: files.filter((_, place) => place % count === at),
    }));
  });
  const ordered = groups.sort((one, other) => Number(other.isHeavy) - Number(one.isHeavy));
  const written = await Promise.all(ordered.map(async ({ name, files }, at) => {
    const path = join(dir, `${String(at + 1).padStart(2, "0")}_${name}_test.ts`);
    const imports = files.map((file) => `import ${JSON.stringify(toFileUrl(file).href)};`);
    await Deno.writeTextFile(path, `${imports.join("\n")}\n`);
    return path;
  }));
  return [...written, ...alone.map((file) => relative(project, file))];
}

/** The test files whose cases are sampled: the only ones of which a slice has a part. */
async function sampledFiles(): Promise<string[]> {
  const files = await testFiles();
  const texts = await Promise.all(files.map((file) => Deno.readTextFile(file)));
  return files.filter((_, at) => SAMPLES.test(texts[at]!)).map((file) => relative(project, file));
}

async function denoTest(
  args: readonly string[],
  scope: Scope,
  env: Readonly<Record<string, string>> = {},
): Promise<boolean> {
  const jobs = Math.max(2, Math.round(navigator.hardwareConcurrency * FILES_PER_CORE));
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--frozen", "--quiet", ...args],
    cwd: project,
    env: {
      ...env,
      DENO_JOBS: Deno.env.get("DENO_JOBS") ?? String(jobs),
      ...(scope.kind === "sample" ? { AIRLOCK_SEED: String(scope.seed) } : {}),
    },
    stdin: "null",
  }).spawn().status;
  return success;
}

const SAID: Readonly<Record<Scope["kind"], (scope: Scope) => string>> = {
  whole: () => "every case of the expensive proofs",
  slice: () => `part ${Deno.env.get("AIRLOCK_SLICE")} of the expensive proofs`,
  sample: (scope) => scope.kind === "sample" ? `AIRLOCK_SEED=${scope.seed} repeats it` : "",
};

const scope = readScope((name) => Deno.env.get(name));
const { options, files } = readArguments(Deno.args);
const said = `== sample of the tests: ${SAID[scope.kind](scope)}`;
console.log(said);
const groups = await Deno.makeTempDir({ prefix: "airlock-tests-" });
const chosen = files.length > 0
  ? files
  : scope.kind === "slice"
  ? await sampledFiles()
  : await writeGroups(groups);
const checks = ["--no-check", "--parallel", "--sanitize-ops", "--sanitize-resources"];
let success = await denoTest([...checks, ...options, ...chosen], scope);
const documented = files.length === 0 && options.length === 0 && scope.kind !== "slice";
// The flows again with a storage that delays, reorders and loses acknowledgements.
if (documented && scope.kind === "whole") {
  const env = { AIRLOCK_STORAGE: "memory" };
  success = await denoTest([...checks, "tests/flow"], scope, env) && success;
}
if (documented) success = await denoTest(["--doc", "mod.ts"], scope) && success;
await Deno.remove(groups, { recursive: true });
if (!success) console.log(said);
Deno.exit(success ? 0 : 1);
