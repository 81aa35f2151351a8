import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { sampled } from "../fixtures/sampled.ts";

const project = new URL("../../", import.meta.url).pathname;

/** What a terminal obeys, or shows other words for. */
const SIGNS = {
  osc: "\x1b]0;title\x07",
  csi: "\x1b[2J\x1b[1;1H",
  hyperlink: "\x1b]8;;https://x\x1b\\",
  c1: "\x9b2J\x9d0;t\x9c\x85",
  bell: "\x07\b\x7f",
  carriage: "shown\rhidden",
  bidi: "\u202eabc\u2066d\u2069\u200f",
  invisible: "\u200b\u2060\ufeff\u00ad",
  tags: "\u{e0041}\u{e007f}",
  lines: "\u2028\u2029",
};
// deno-lint-ignore no-control-regex -- these must not come through
const OBEYED = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]|\p{Cf}/u;

const all = JSON.stringify(Object.values(SIGNS).join(" "));

/** What a program does with the signs, by where they come out. */
const PLACES = {
  "a text": `return ${all};`,
  "a value": `return { [${all}]: [${all}] };`,
  "an error": `const error = new Error(${all}); error.name = ${all}; throw error;`,
  "a log": `console.log(${all}); console.error(${all}); return 1;`,
  "an attempt": `try { Deno.statSync("/" + ${all}.replaceAll("\\0", "")); } catch {}`,
  "a name in a syntax error": `import { a } from ${all};`,
};

async function run(code: string, ...flags: string[]): Promise<{ out: string; err: string }> {
  const root = await Deno.makeTempDir();
  try {
    const config = { policy: { check: "off" }, pool: { idleWorkers: 0, idleSessions: 0 } };
    await Deno.writeTextFile(join(root, "airlock.json"), JSON.stringify(config));
    await Deno.writeTextFile(join(root, "program.ts"), code);
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", join(project, "src/commands/run.ts"), "program.ts", ...flags],
      cwd: root,
      env: { INIT_CWD: root },
      stdin: "null",
    }).output();
    return { out: new TextDecoder().decode(stdout), err: new TextDecoder().decode(stderr) };
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

for (const [place, code] of sampled(Object.entries(PLACES), { keep: 2, name: "places" })) {
  Deno.test(`a terminal obeys nothing that stands in ${place}`, async () => {
    const { out, err } = await run(code);
    assert(`${out}${err}`.includes("title"), "the text itself is shown");
    assertEquals([OBEYED.exec(out), OBEYED.exec(err)], [null, null]);
  });
}

Deno.test("JSON keeps the signs, written so that a terminal obeys none", async () => {
  const { out, err } = await run(PLACES["a value"], "--json");
  assertEquals([OBEYED.exec(out), OBEYED.exec(err)], [null, null]);
  const text = JSON.parse(all);
  assertEquals(JSON.parse(out).value, { [text]: [text] });
});
