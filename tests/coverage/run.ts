/**
 * Runs the default tests and prints which share of the lines of `src` they run, with the files that
 * have most lines left: `deno task coverage [-- OPTION…] [FILE…]`. Fails below the floor.
 */
import { join, relative } from "@std/path";
import { nodesOf, readSource } from "../measure/syntax.ts";
import { walkFiles } from "../repo/walk_files.ts";
import { type FileLines, readLcov, share } from "./lines.ts";

const FLOOR = 90;
const SHOWN = 30;
const project = new URL("../../", import.meta.url).pathname;
const src = join(project, "src");

/** Modules that only workers load, which have no right to write what they ran. */
const GUEST = join(src, "guest/");

/** A file that no test loads and that has code which runs: all of its lines are left. */
async function neverLoaded(loaded: ReadonlySet<string>): Promise<FileLines[]> {
  const files = (await walkFiles(src)).filter((file) =>
    file.endsWith(".ts") && !loaded.has(file) && !file.startsWith(GUEST)
  );
  const sources = await Promise.all(
    files.map(async (file) => readSource(file, await Deno.readTextFile(file))),
  );
  return sources
    .filter(({ tree }) => nodesOf(tree).some(({ type }) => /Statement|Call/.test(type)))
    .map(({ path, codeLines }) => ({ path, found: codeLines.size, hit: 0 }));
}

async function deno(args: readonly string[], dir: string, stdout: "inherit" | "piped") {
  const command = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: project,
    // The commands that tests start are covered too.
    env: { DENO_COVERAGE_DIR: dir },
    stdin: "null",
    stdout,
    stderr: "inherit",
  });
  const { code, stdout: text } = stdout === "piped"
    ? await command.output()
    : { ...await command.spawn().status, stdout: new Uint8Array() };
  return { code, text: new TextDecoder().decode(text) };
}

const dir = await Deno.makeTempDir();
try {
  const tests = await deno(["run", "-A", "tests/run.ts", ...Deno.args], dir, "inherit");
  const { text } = await deno(
    ["coverage", "--lcov", `--include=^file://${src}/`, dir],
    dir,
    "piped",
  );
  const loaded = readLcov(text);
  const files = [...loaded, ...await neverLoaded(new Set(loaded.map(({ path }) => path)))];
  for (
    const { path, found, hit } of files.toSorted((a, b) => b.found - b.hit - a.found + a.hit)
      .slice(0, SHOWN)
  ) {
    console.log(
      `${String(found - hit).padStart(5)} of ${found} lines left  ${relative(src, path)}`,
    );
  }
  const percent = share(files);
  console.log(`${percent.toFixed(1)} % of the lines of src, wanted ${FLOOR} %`);
  Deno.exitCode = tests.code !== 0 || percent < FLOOR ? 1 : 0;
} finally {
  await Deno.remove(dir, { recursive: true });
}
