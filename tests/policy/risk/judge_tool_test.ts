import { assertEquals } from "@std/assert";
import { parse } from "acorn";
import type { CorrectedTool } from "../../../src/config/policy.ts";
import type { ToolAnnotations } from "../../../src/model/tool.ts";
import { fileUses } from "../../../src/policy/risk/file_uses.ts";
import { createToolJudge } from "../../../src/policy/risk/judge_tool.ts";
import { Meanings } from "../../../src/policy/risk/meanings.ts";
import { readScopes } from "../../../src/policy/risk/scopes.ts";
import type { ProgramModule } from "../../../src/program/program.ts";

const SAYS = {
  nothing: undefined,
  reads: { readOnlyHint: true },
  "reads, again and again": { readOnlyHint: true, idempotentHint: true },
  "is polled": { readOnlyHint: true, idempotentHint: false },
  sets: { readOnlyHint: false, destructiveHint: false, idempotentHint: true },
  adds: { readOnlyHint: false, destructiveHint: false },
  destroys: { destructiveHint: true },
  "destroys once": { destructiveHint: true, idempotentHint: true },
  "both at once": { readOnlyHint: true, destructiveHint: true, idempotentHint: true },
} as const satisfies Record<string, ToolAnnotations | undefined>;

const NAMES = ["list_rows", "set_row", "delete_rows", "row"] as const;

function judge(name: string, annotations: ToolAnnotations | undefined, correction?: CorrectedTool) {
  const tools = correction === undefined ? [] : [correction];
  return createToolJudge({ tools })({ server: "s", tool: name }, {
    name,
    inputSchema: { type: "object" },
    ...(annotations && { annotations }),
  });
}

Deno.test("the configuration's word on a tool counts for all who ask, whatever else is said", () => {
  for (const name of NAMES) {
    for (const annotations of Object.values(SAYS)) {
      for (const effect of ["reads", "writes", "destroys"] as const) {
        const { contradicts, hints, ...judged } = judge(name, annotations, { effect });
        const says = JSON.stringify([name, annotations, effect]);
        assertEquals(
          [judged.effect, judged.by, contradicts],
          [effect, "configuration", false],
          says,
        );
        assertEquals(judged.leaves === "none", effect === "reads", says);
        assertEquals(hints.readOnlyHint, effect === "reads", says);
        assertEquals(hints.destructiveHint, effect === "destroys", says);
        // A lie about what it does is none to go by when a call is to be made again.
        const isBelied = annotations !== undefined && "readOnlyHint" in annotations &&
          annotations.readOnlyHint && effect !== "reads";
        if (isBelied) assertEquals(judged.leaves, "each", says);
      }
    }
  }
});

Deno.test("what a name says that is worse than its server's word is believed by all", () => {
  for (const says of ["reads", "reads, again and again", "is polled", "both at once"] as const) {
    const { effect, by, leaves, contradicts, hints, undo } = judge("delete_rows", SAYS[says]);
    assertEquals([effect, by, leaves, contradicts], ["destroys", "name", "each", true], says);
    assertEquals([hints.readOnlyHint, hints.destructiveHint], [false, true], says);
    assertEquals(undo, "impossible", says);
  }
});

Deno.test("a name that sounds harmless is no ground to make a call unasked, again or never", () => {
  const { effect, by, leaves } = judge("list_rows", SAYS.nothing);
  assertEquals([effect, by, leaves], ["reads", "name", "each"]);
});

Deno.test("a call may be made again where the server says so, or the configuration does", () => {
  const rows: [keyof typeof SAYS, CorrectedTool | undefined, "none" | "same" | "each"][] = [
    ["reads", undefined, "none"],
    ["sets", undefined, "same"],
    ["adds", undefined, "each"],
    ["destroys once", undefined, "same"],
    ["sets", { effect: "writes" }, "same"],
    ["sets", { effect: "destroys" }, "each"],
    ["sets", { idempotent: false }, "each"],
    ["adds", { idempotent: true }, "same"],
    ["reads", { idempotent: false }, "none"],
    ["reads, again and again", { effect: "writes", idempotent: true }, "same"],
    ["destroys", { effect: "reads" }, "none"],
  ];
  for (const [says, correction, leaves] of rows) {
    assertEquals(judge("row", SAYS[says], correction).leaves, leaves, says);
  }
});

function usesOf(code: string): string[] {
  const tree = parse(code, { ecmaVersion: "latest", sourceType: "module" });
  const scopes = readScopes(tree);
  const meanings = new Meanings(tree, scopes);
  return fileUses({ tree } as ProgramModule, { scopes, meanings }).map(({ use, path }) =>
    `${use} ${path}`
  );
}

Deno.test("fileUses finds the files that a program names, however it calls what uses them", () => {
  const cases: readonly (readonly [code: string, ...uses: string[]])[] = [
    ['await Deno.readTextFile("./workspace/a");', "reads ./workspace/a"],
    ['Deno.writeFileSync("./workspace/" + "b", x);', "writes ./workspace/b"],
    ['const p = "c"; Deno["re" + "move"](p);', "removes c"],
    ['Deno.rename("a", "b");', "removes a", "writes b"],
    ['Deno.copyFile("a", name());', "reads a", "writes null"],
    ['const { remove: r } = Deno; r("d");', "removes d"],
    ['const w = Deno.writeTextFile; w("e", "");', "writes e"],
    ['const D = Deno; D.mkdir("f");', "writes f"],
    ['globalThis.Deno.remove("g");', "removes g"],
    ['import { saveJson as s } from "airlock"; s("h", 1);', "writes h"],
    ['import * as a from "airlock"; a.loadCsv("i");', "reads i"],
    ["hand(Deno);", "writes null"],
    ['list.remove("x"); remove("y"); crm.open("z");'],
    ["typeof Deno;"],
  ];
  for (const [code, ...uses] of cases) assertEquals(usesOf(code), uses, code);
});

/** Ways to use a function as a value, so that who calls it and with what is not told. */
const HANDED_ON: readonly ((f: string) => string)[] = [
  (f) => `const f = c ? Deno.stat : ${f}; await f("./workspace/a");`,
  (f) => `const o = { rm: ${f} }; o.rm("a");`,
  (f) => `[${f}][0]("a");`,
  (f) => `const [g] = [${f}]; g("a");`,
  (f) => `each(${f}); function each(g) { g("a"); }`,
  (f) => `const get = () => ${f}; get()("a");`,
  (f) => `function get() { return ${f}; } get()("a");`,
  (f) => `class A { rm = ${f}; } new A().rm("a");`,
  (f) => `class A { static rm = ${f}; } A.rm("a");`,
  (f) => `["a"].map(${f});`,
  (f) => `let g; if (c) g = Deno.stat; else g = ${f}; g("a");`,
  (f) => `const g = ${f}; const o = { g }; o.g("a");`,
  (f) => `const o = {}; o.g = ${f}; o.g("a");`,
  (f) => `((g = ${f}) => g("a"))();`,
  (f) => `const g = c && ${f}; run(g);`,
  (f) => `new Map([["rm", ${f}]]).get("rm")("a");`,
  (f) => `function* all() { yield ${f}; } for (const g of all()) g("a");`,
  (f) => `const m = ${f}.bind; m.call(${f}, null, "a")();`,
  (f) => `throw ${f};`,
  (f) => `\`\`; const t = \`\${${f}}\`; tag\`\${${f}}\`;`,
  (f) => `export const rm = { of: ${f} };`,
];

const FUNCTIONS: readonly [before: string, f: string, use: string][] = [
  ["", "Deno.remove", "removes null"],
  ["", "Deno.removeSync", "removes null"],
  ["", "Deno['write' + 'TextFile']", "writes null"],
  ["", "globalThis.Deno.remove", "removes null"],
  ["const { remove: r } = Deno; ", "r", "removes null"],
  ['import { saveJson as s } from "airlock"; ', "s", "writes null"],
  ['import * as a from "airlock"; ', "a.saveSkill", "writes null"],
];

Deno.test("fileUses tells of each function that is used as a value, whatever becomes of it", () => {
  const missed = FUNCTIONS.flatMap(([before, f, use]) =>
    HANDED_ON.map((hand) => before + hand(f)).filter((code) => !usesOf(code).includes(use))
  );
  assertEquals(missed, []);
});

Deno.test("fileUses tells of the object that holds files' functions, wherever it goes", () => {
  const cases: readonly (readonly [code: string, ...uses: string[]])[] = [
    ['import * as a from "airlock"; const { saveJson: s } = a; [s][0]("x");', "writes null"],
    ['import * as a from "airlock"; hand(a);', "writes null"],
    ['import * as a from "airlock"; a[k]("x");', "writes null"],
    ['import { saveSkill } from "airlock"; saveSkill({ name: "x" });', "writes null"],
    ['const { saveJson } = await import("airlock"); saveJson("x");', "writes null"],
    ['export { saveJson } from "airlock";', "writes null"],
    ['export * from "airlock";', "writes null"],
    ["const { stat, ...rest } = Deno; hand(rest);", "writes null"],
    ['const { [k]: f } = Deno; f("x");', "writes null"],
    ['Deno[k]("x");', "writes null"],
    ["let D = Deno; D = other; D.remove('x');", "writes null"],
    ["class A { d = Deno; }", "writes null"],
    ['(0, Deno.remove)("x");', "removes x"],
    ['Deno?.remove?.("x");', "removes x"],
    ['Deno.remove.call(null, "x");', "removes x"],
    ['Reflect.apply(Deno.remove, null, ["x"]);', "removes x"],
    ["const { build } = Deno; Deno.errors.NotFound; Deno.inspect(1);"],
    ["typeof Deno.remove; Deno.remove.name; Deno.remove === x;"],
    ['import * as a from "airlock"; a.searchTools("x");'],
    ['import { callTool } from "airlock"; [callTool][0]("x");'],
  ];
  for (const [code, ...uses] of cases) assertEquals(usesOf(code), uses, code);
});
