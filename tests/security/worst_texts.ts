/** Makes a program's text of about so many bytes. */
export type MakeText = (bytes: number) => string;

/** Repeats a piece, given its number, until the text is as long. */
export function repeat(piece: (at: number) => string, bytes: number): string {
  const pieces: string[] = [];
  for (let length = 0, at = 0; length < bytes; at++) {
    const next = piece(at);
    pieces.push(next);
    length += next.length;
  }
  return pieces.join("");
}

function between(head: string, piece: (at: number) => string, tail: string): MakeText {
  return (bytes) => head + repeat(piece, bytes - head.length - tail.length) + tail;
}

/** Names the longest texts that a stage of reading and linking may take too long over. */
export const WORST_TEXTS: Readonly<Record<string, MakeText>> = {
  "one statement that imports many names of airlock": between(
    "import { ",
    (at) => `callTool as c${at}, `,
    `callTool } from "airlock";`,
  ),
  "many statements that import one name of airlock": between(
    "",
    (at) => `import { callTool as c${at} } from "airlock";\n`,
    "return 1;",
  ),
  "many names of one wrapper, all used": between(
    "",
    (at) =>
      `import { list_leads as l${at} } from "./servers/crm/list_leads.ts";\nawait l${at}({});\n`,
    "",
  ),
  "one statement that imports many names of a server": between(
    "import { ",
    (at) => `list_leads as l${at}, `,
    `get_lead } from "./servers/crm";\nreturn get_lead;`,
  ),
  "many namespaces of one server": between(
    "",
    (at) => `import * as n${at} from "./servers/crm";\n`,
    "return n0.get_lead;",
  ),
  "one namespace with many members": between(
    `import * as crm from "./servers/crm";\n`,
    () => "crm.get_lead({});\n",
    "",
  ),
  "many imports of types that are in comments": between(
    "",
    (at) => `// import type { T${at} } from "./t";\n`,
    "return 1;",
  ),
  "many imports of types without an end": between("/*\n", () => "import type A\n", "*/"),
  "many exports of types in comments": between(
    "/*\n",
    (at) => `export type A${at} = 1;\n`,
    "*/ return 1 as number;",
  ),
  "many directives": between("", () => "//# sourceMappingURL=a\n", "return 1;"),
  "many comments between tokens": between("return [", () => "/* a */1/* b */,", "1];"),
  "many exports": between("", (at) => `export const a${at} = 1;\n`, ""),
  "many names of one export": between(
    "const a = 1; export { ",
    (at) => `a as b${at}, `,
    "a };",
  ),
  "many exports that are another module's": between(
    "",
    (at) => `export { callTool as c${at} } from "airlock";\n`,
    "",
  ),
  "many calls of import": between("", () => `import("airlock");\n`, ""),
  "many computed calls of import": between("const x = 1;", () => `import(x);\n`, ""),
  "many meta properties": between("", () => "import.meta.url;\n", ""),
  "many returns": between("", () => "return 1;\n", ""),
  "many calls of a tool by its name": between(
    `import { callTool } from "airlock";\n`,
    () => `callTool("crm", "get_lead", {});\n`,
    "",
  ),
  "many calls of tools that are not there": between(
    `import { callTool } from "airlock";\n`,
    (at) => `callTool("crm", "get_leed_${at}", {});\n`,
    "",
  ),
  "many calls of servers that are not there": between(
    `import { callTool } from "airlock";\n`,
    (at) => `callTool("crn${at}", "get_lead", {});\n`,
    "",
  ),
  "many loops over constant names": between(
    `import { callTool } from "airlock";\nconst names = ["get_lead", "list_leads"];\n`,
    (at) => `for (const n${at} of names) await callTool("crm", n${at}, {});\n`,
    "",
  ),
  "one long list of constant names": between(
    `import { callTool } from "airlock";\nfor (const name of [`,
    (at) => `"t${at}", `,
    `"get_lead"]) await callTool("crm", name, {});`,
  ),
  "many constants that are one another's": between(
    `import { callTool } from "airlock";\nconst a0 = "get_lead";\n`,
    (at) => `const a${at + 1} = a${at}; callTool("crm", a${at}, {});\n`,
    "",
  ),
  "a long list of numbers": between("return [", () => "1,", "1];"),
  "a long string": between("return '", () => "1 ", "'.length;"),
  "a wide record": between("return {", (at) => `k${at}: 1,`, "};"),
  "a template of many parts": between("const x = 1; return `", () => "${x} ", "`;"),
  "many regular expressions": between("", () => "/[/]a/.test('/');\n", ""),
  "regular expressions with many groups of one name": between(
    "",
    (at) => `/${`(?<a${at}>)|`.repeat(1_200)}a/;\n`,
    "",
  ),
  "many escapes that do not end": between("const t = () => 1;", () => "t`\\u{`;\n", ""),
  "many variables in many blocks": (bytes) =>
    `${"{".repeat(100)}${repeat((at) => `var a${at};`, bytes - 200)}${"}".repeat(100)}`,
  "many divisions": between("let a = 4;\n", () => "a = a / 2 / a;\n", ""),
  "many types": between("", (at) => `type T${at} = { a: string };\n`, "return 1;"),
  "many annotations": between("", (at) => `let a${at}: number = 1;\n`, ""),
  "many enumerations": between("", (at) => `enum E${at} { A }\n`, "return E0.A;"),
  "many returns beside an enumeration": between("enum E { A }\n", () => "return 1;\n", ""),
  "many texts that may be type arguments": between(
    "let a = 1, b = 2, f: any;",
    () => "a<b>(f);\n",
    "",
  ),
  "many functions": between("", (at) => `function f${at}() { return ${at}; }\n`, ""),
  "many classes": between("", (at) => `class A${at} { #a = 1; m() { return this.#a; } }\n`, ""),
  "many line ends of all kinds": between("return [", () => "1,\r\n2,\r3,\u20284,\u2029", "5];"),
  "many blanks of all kinds": between("return [", () => "\u00a0\ufeff\u3000\t1,", "1];"),
  "many names that the linker may take": between(
    "",
    (at) => `let $load_${at} = 1, $value_${at} = 2;\n`,
    `export default 1;`,
  ),
  "many names with escapes": between("", (at) => `let \\u0061${at} = 1;\n`, ""),
  "a long name": between("let ", () => "abcdefgh", " = 1;"),
  "a long specifier": between(`import "./skills/`, () => "abcdefgh", `";`),
  "a long specifier of many parts": between(`import "./skills/`, () => "a/../", `a";`),
  "many labels and blocks": between("", (at) => `a${at}: { break a${at}; }\n`, ""),
  "many declarations of one name": between("", (at) => `{ const a = ${at}; a; }\n`, ""),
  "many branches": between("if (0) 1;\n", (at) => `if (${at}) { 1; } else { 2; }\n`, ""),
  "a mistake at the end of much": between("", () => "let a; { let a: number = 1; }\n", "let let;"),
};

/** Makes a text that goes so deep. */
export type MakeDeepText = (depth: number) => string;

/** Each way in which one thing can stand in another. */
export const DEEP_TEXTS: Readonly<Record<string, MakeDeepText>> = {
  parentheses: (depth) => `return ${"(".repeat(depth)}1${")".repeat(depth)};`,
  lists: (depth) => `return ${"[".repeat(depth)}1${"]".repeat(depth)};`,
  records: (depth) => `return ${"{a:".repeat(depth)}1${"}".repeat(depth)};`,
  blocks: (depth) => `${"{".repeat(depth)}1;${"}".repeat(depth)}`,
  branches: (depth) => `${"if (1) ".repeat(depth)}1;`,
  alternatives: (depth) => `${"if (0) 1; else ".repeat(depth)}1;`,
  arrows: (depth) => `const f = ${"a => ".repeat(depth)}1; return typeof f;`,
  functions: (depth) =>
    `return typeof ${"function () { return ".repeat(depth)}1${"}".repeat(depth)};`,
  classes: (depth) => `return typeof ${"class { a = ".repeat(depth)}1${"}".repeat(depth)};`,
  calls: (depth) => `const f = (a) => a; return ${"f(".repeat(depth)}1${")".repeat(depth)};`,
  "calls of calls": (depth) => `const f = () => f; return typeof f${"()".repeat(depth)};`,
  members: (depth) => `const a = {}; return a${"?.a".repeat(depth)};`,
  sums: (depth) => `return 1${"+1".repeat(depth)};`,
  powers: (depth) => `return 1${"**1".repeat(depth)};`,
  negations: (depth) => `return ${"!".repeat(depth)}1;`,
  conditions: (depth) => `return ${"1 ? 1 : ".repeat(depth)}1;`,
  assignments: (depth) => `let a; return ${"a = ".repeat(depth)}1;`,
  templates: (depth) => `return ${"`${".repeat(depth)}1${"}`".repeat(depth)};`,
  patterns: (depth) => `const ${"[".repeat(depth)}a${"]".repeat(depth)} = [];`,
  labels: (depth) => Array.from({ length: depth }, (_, at) => `a${at}: `).join("") + "1;",
  waits: (depth) => `return ${"await ".repeat(depth)}1;`,
  types: (depth) => `let a: ${"[".repeat(depth)}1${"]".repeat(depth)};`,
  "imports in calls": (depth) => `return ${"import(".repeat(depth)}"airlock"${")".repeat(depth)};`,
};

/** Short texts over which parsers of TypeScript take longer than anybody waits, by doubling. */
export const STALLING_TEXTS: Readonly<Record<string, MakeDeepText>> = {
  "calls with type arguments that do not end": (depth) => "a<b>(c<".repeat(depth),
  "functions with type parameters that do not end": (depth) => "<T>(".repeat(depth),
  "async functions with type parameters": (depth) => "async<a>(b = ".repeat(depth),
  "assertions in lists": (depth) => "x = <T>[".repeat(depth),
};
