import { assertEquals } from "@std/assert";
import { figuresOf } from "../measure/figures.ts";
import { readSource } from "../measure/syntax.ts";

const LONG = `function long() {\n${"  0;\n".repeat(50)}}\n`;
const FIELDS = Array.from({ length: 9 }, (_, at) => `  readonly f${at}: string;`).join("\n");

const FILES: Readonly<Record<string, string>> = {
  "high/a.ts": `import { used, type Shape } from "../low/b.ts";
/** Nobody reads this. */
export const a = (shape: Shape) => used(shape);
${LONG}
export interface AOptions {
${FIELDS}
}
`,
  "low/b.ts": `import type { AOptions } from "../high/a.ts";

// One comment, one blank line.
export const used = (_: unknown, one?: AOptions) => one;
export type Shape = string;
export type Unused = number;
export const { left, other: right } = { left: 1, other: 2 };
`,
  "low/c.ts": 'export const entry = () => import("../low/b.ts").toString();\n',
};

function measured(files: Readonly<Record<string, string>>) {
  const sources = Object.entries(files).map(([path, text]) => readSource(path, text));
  const graph = new Map([
    ["high/a.ts", new Set(["low/b.ts"])],
    ["low/b.ts", new Set(["high/a.ts"])],
    ["low/c.ts", new Set<string>()],
  ]);
  const mod = readSource("../mod.ts", 'export { a } from "./src/high/a.ts";');
  const figures = figuresOf({ sources, mod, graph, order: ["high", "low"] });
  return (name: string) => figures.find((figure) => figure.name === name)!;
}

Deno.test("figuresOf() counts what a tree has too much of, and tells where", () => {
  const { "low/c.ts": _, ...files } = FILES;
  const figure = measured(files);
  assertEquals(figure("files").value, 2);
  assertEquals(figure("functions over 50 lines, %").places, ["high/a.ts:4 52 lines"]);
  assertEquals(figure("arrows between folders").places, ["high → low", "low → high"]);
  assertEquals(figure("arrows that lead up").places, ["low/b.ts → high/a.ts"]);
  assertEquals(figure("files in circles").places, ["high/a.ts ↔ low/b.ts"]);
  const unused = ["low/b.ts:6 Unused", "low/b.ts:7 left", "low/b.ts:7 right"];
  assertEquals(figure("exports without importer").places, unused);
  assertEquals(figure("option bags over 8 fields").places, ["high/a.ts:57 AOptions 9 fields"]);
  assertEquals(figure("dependencies of a file, p90").value, 1);
  assertEquals(figure("comments without subject").places, ["high/a.ts:2 * Nobody reads this."]);
});

Deno.test("figuresOf() takes all of a module that is imported as a whole as used", () => {
  assertEquals(measured(FILES)("exports without importer").places, []);
});

Deno.test("readSource() counts lines of code, without blank ones and comments", () => {
  const source = readSource("x.ts", "/* a\n b */ const x = 1; // c\n\n// d\nconst y = `\n\n`;\n");
  assertEquals([...source.codeLines], [2, 5, 7]);
});
