import { assertEquals } from "@std/assert";
import { parse } from "acorn";
import { fileUses } from "../../../src/policy/risk/file_uses.ts";
import { Meanings } from "../../../src/policy/risk/meaning/meanings.ts";
import { readScopes } from "../../../src/policy/risk/scopes.ts";
import type { ProgramModule } from "../../../src/program/program_module.ts";

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
