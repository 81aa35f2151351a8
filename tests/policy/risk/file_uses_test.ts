import { assertEquals } from "@std/assert";
import { parse } from "acorn";
import { fileUses } from "../../../src/policy/risk/file_uses.ts";
import { Meanings } from "../../../src/policy/risk/meanings.ts";
import { readScopes } from "../../../src/policy/risk/scopes.ts";
import type { ProgramModule } from "../../../src/program/program.ts";

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
