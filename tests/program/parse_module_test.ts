import { assert, assertEquals, assertRejects } from "@std/assert";
import { AirlockError } from "../../src/model/errors.ts";
import { parseModule, withoutFence } from "../../src/program/parse_module.ts";
import type { Stripper } from "../../src/program/strip_types.ts";
import { startTestStripper } from "../fixtures/test_stripper.ts";
import { tracePositions } from "../../src/program/source_positions.ts";

/** A stripper that nobody may ask. */
const NEVER: Stripper = {
  strip: (source) => Promise.reject(new Error(`asked to strip ${source}`)),
};

Deno.test("parseModule reads what has no types without asking the child", async () => {
  const source = "const big = [1, 2].filter((n) => (n > 1)); // a > b\nreturn big;";
  const { js, tree, toSource } = await parseModule(source, NEVER);
  assertEquals(js, source.replace("// a > b", "        "));
  assertEquals(tree.body.length, 2);
  assertEquals(toSource({ line: 2, column: 3 }), { line: 2, column: 3 });
});

Deno.test("parseModule leaves no comment, and no blank or line end but one kind of each", async () => {
  const sources: [source: string, js: string][] = [
    ["return 1;\n//# sourceMappingURL=file:///etc/passwd", `return 1;\n${" ".repeat(39)}`],
    ["#!/usr/bin/env deno\nreturn 1;", `${" ".repeat(19)}\nreturn 1;`],
    ["1;/* a\r\nb\u2028c\rd */2;", "1;     \n \n \n    2;"],
    ["\ufeff1\u00a0+\u30002\t;\u2029\r\n3", " 1 + 2 ;\n \n3"],
    ["`a/* b */\r\n` + '// c' + /\\/*/ //d", "`a/* b */\r\n` + '// c' + /\\/*/    "],
  ];
  for (const [source, expected] of sources) {
    assertEquals((await parseModule(source, NEVER)).js, expected);
  }
});

Deno.test("parseModule asks the child where JavaScript and TypeScript read two programs", async () => {
  const ambiguous = ["f<T>(x);", "f<A, B>(x);", "f<T>`x`;", "f<T> /* here */ (x);", "f<T>\n(x);"];
  for (const source of [...ambiguous, "const a: number = 1;"]) {
    await assertRejects(() => parseModule(source, NEVER), Error, "asked to strip");
  }
});

Deno.test("parseModule says where a text is no TypeScript", async () => {
  await using stripper = await startTestStripper();
  const error = await assertRejects(
    () => parseModule("let a = 1;\nlet b = ;", stripper),
    AirlockError,
  );
  assertEquals(error.code, "PROGRAM_SYNTAX");
  assertEquals(error.position, { line: 2, column: 9 });
});

Deno.test("parseModule gives a call with type arguments as a call", async () => {
  await using stripper = await startTestStripper();
  const { tree } = await parseModule("f<T>(x);", stripper);
  const [statement] = tree.body;
  assert(statement?.type === "ExpressionStatement");
  assertEquals(statement.expression.type, "CallExpression");
});

Deno.test("withoutFence takes the fence of Markdown away, and leaves every line where it was", () => {
  const cases: [code: string, expected: string][] = [
    ["```ts\nreturn 1;\n```", "     \nreturn 1;\n   "],
    ["\n  ```\r\nreturn 1;\r\n```\n\n", "\n     \r\nreturn 1;\r\n   \n\n"],
    ["return 1;", "return 1;"],
    ["```ts\nreturn 1;", "```ts\nreturn 1;"],
    ["return 1;\n```", "return 1;\n```"],
    ["```\n```", "   \n   "],
    ["```", "```"],
    ["", ""],
  ];
  for (const [code, expected] of cases) assertEquals(withoutFence(code), expected, code);
});

Deno.test("strip keeps every position where types only need to go", async () => {
  await using stripper = await startTestStripper();
  const stripped = await stripper.strip("const a: number = 1;\nreturn a as number;");
  assertEquals(stripped, { js: "const a         = 1;\nreturn a          ;" });
});

Deno.test("strip traces positions back where types need code", async () => {
  await using stripper = await startTestStripper();
  const source = "enum Colour { Red }\n\n\nthrow new Error(Colour[0]);";
  const stripped = await stripper.strip(source);
  assert("map" in stripped);
  const { js, map } = stripped;
  const toSource = tracePositions({ linesAbove: 0, map });
  const line = js.split("\n").findIndex((text) => text.startsWith("throw")) + 1;
  assertEquals(toSource({ line, column: 1 }), { line: 4, column: 1 });
});

Deno.test("strip says that a text is no TypeScript", async () => {
  await using stripper = await startTestStripper();
  const stripped = await stripper.strip("let a = 1;\nlet b = ;");
  assert("error" in stripped);
});
