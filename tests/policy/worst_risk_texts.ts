/** A text for which a rule of risk, or what all of them rest on, has the most to do. */
export interface WorstText {
  /** What it is many of. */
  readonly name: string;
  /** Put before the parts, once. */
  readonly head?: string;
  /** The n-th part; as many as fill the text. */
  part(n: number): string;
  /** Put after the parts, once. */
  readonly tail?: string;
  /** Where parts of the text call for parts of another, half of it is made of these. */
  half?(n: number): string;
}

/** The text of so many bytes, or a little less. */
export function worstText({ head = "", part, tail = "", half }: WorstText, bytes: number): string {
  const fill = (make: (n: number) => string, room: number) => {
    const parts: string[] = [];
    for (let n = 0, left = room; left > 0; n++) {
      const text = make(n);
      left -= text.length;
      if (left >= 0) parts.push(text);
    }
    return parts.join("");
  };
  const room = bytes - head.length - tail.length;
  if (half === undefined) return head + fill(part, room) + tail;
  return head + fill(half, room / 2) + fill(part, room / 2) + tail;
}

const CRM =
  `import { list_leads, get_lead, update_lead, delete_lead, send_email } from "./servers/crm";\n`;
/** More are refused before their risk is told. */
const MAX_IMPORTS = 1_900;

const ALL = `import * as crm from "./servers/crm";\n`;

/** By what of the rules has the most to do with it. */
export const WORST_RISK_TEXTS: readonly WorstText[] = [
  { name: "names", head: "let x = 1;\n", part: () => "x;\n" },
  { name: "distinct names", part: (n) => `let x${n} = ${n};\n` },
  { name: "template parts", head: "const t = `", part: () => "${1}", tail: "`;" },
  {
    name: "template parts of tools",
    head: CRM + "const t = `",
    part: () => "${get_lead}",
    tail: "`;",
  },
  { name: "computed calls", head: "const o = {}, k = 'a';\n", part: () => "o[k]();\n" },
  {
    name: "computed calls of many methods",
    head: CRM + "const o = {}, k = Date.now();\n",
    half: (n) => `o.m${n} = () => update_lead({});\n`,
    part: () => "o[k](k);\n",
  },
  {
    name: "calls of a name that many methods have",
    head: CRM,
    half: (n) => `const o${n} = { a(x) { return update_lead(x); } };\n`,
    part: (n) => `o${n}.a(${n});\n`,
  },
  {
    name: "a variable of many functions, called often",
    head: "let f;\n",
    half: (n) => `f = () => ${n};\n`,
    part: () => "f(1);\n",
  },
  {
    name: "variables that hand on many functions",
    head: "let f0;\n",
    half: (n) => `f0 = () => ${n};\n`,
    part: (n) => `let f${n + 1} = f${n};\n`,
  },
  { name: "a chain of variables, the last first", part: (n) => `var v${n} = v${n + 1};\n` },
  { name: "namespaces as values", head: ALL, part: () => "f(crm);\n" },
  { name: "computed calls of a namespace", head: ALL, part: (n) => `crm[k${n}]();\n` },
  { name: "calls of tools", head: CRM, part: (n) => `update_lead({ id: ${n} });\n` },
  { name: "tools in loops", head: CRM, part: (n) => `for (const x of y${n}) delete_lead(x);\n` },
  {
    name: "many loops over one long list",
    head: CRM,
    half: (n) => n === 0 ? "const a = [" : "1,",
    part: (n) => n === 0 ? "0];" : "for (const x of a) get_lead(x);\n",
  },
  {
    name: "many sizes of one long object",
    head: CRM,
    half: (n) => n === 0 ? "const a = {" : `k${n}: 1,`,
    part: (n) => n === 0 ? "};" : "for (const x of Object.keys(a)) get_lead(x);\n",
  },
  {
    name: "lists of lists",
    head: "const a0 = [];\n",
    part: (n) => `const a${n + 1} = [...a${n}, ...a${n}]; for (const x of a${n + 1}) x;\n`,
  },
  {
    name: "numbers of numbers",
    head: "const a0 = 1;\n",
    part: (n) => `const a${n + 1} = a${n} * a${n}; for (let i = 0; i < a${n + 1}; i++) i;\n`,
  },
  {
    name: "a function of many parameters, called often",
    head: "function f(",
    half: (n) => `p${n},`,
    part: (n) => n === 0 ? "z) {}\n" : "f(1);\n",
  },
  {
    name: "a function of many properties, called often",
    head: "function f({",
    half: (n) => `p${n},`,
    part: (n) => n === 0 ? "z}) {}\n" : "f(x);\n",
  },
  {
    name: "a long default, called often",
    head: "function f(a = [",
    half: () => "1,",
    part: (n) => n === 0 ? "0]) {}\n" : "f();\n",
  },
  {
    name: "many parameters after a spread",
    head: "function f(",
    half: (n) => `p${n},`,
    part: (n) => n === 0 ? "z) {}\nf(...x" : ",1",
    tail: ");",
  },
  {
    name: "many arguments",
    head: "function f(...all) { return all; }\nf(",
    part: () => "1,",
    tail: ");",
  },
  { name: "functions as arguments", head: "f(", part: () => "() => 1,", tail: ");" },
  { name: "functions that call the next", part: (n) => `function g${n}() { g${n + 1}(); }\n` },
  {
    name: "functions that call the one before",
    part: (n) => `function g${n + 1}() { g${n}(); g${n}(); }\n`,
  },
  { name: "handlers", head: CRM, part: () => "x.then((y) => get_lead(y));\n" },
  { name: "iterations", head: CRM, part: () => "x.map((y) => get_lead(y));\n" },
  { name: "fields", head: CRM, part: (n) => `this.f${n} = this.f${n + 1};\n` },
  { name: "properties", head: "const o = {", part: (n) => `p${n}: ${n},`, tail: "};" },
  { name: "one property, often", head: "const o = {", part: () => "a() {},", tail: "}; o.a();" },
  { name: "secrets", head: "const o = [", part: () => '{ apiKey: "abcdefgh" },', tail: "];" },
  { name: "evals", part: () => 'eval("1");\n' },
  { name: "constructors", part: () => "(() => {}).constructor;\n" },
  { name: "machine names", part: () => "Deno.env;\n" },
  { name: "computed members of nothing", part: () => "[][x];\n" },
  {
    name: "deep computed members of nothing",
    part: () => `[]${"[x]".repeat(300)};\n`,
  },
  { name: "deep sums of nothing", part: () => `([]${"+[]".repeat(300)})[x];\n` },
  { name: "prototypes", part: () => "Array.prototype.map = f;\n" },
  { name: "mangled names", part: (n) => `let _0x${n.toString(16)}f = 1;\n` },
  { name: "endless loops", part: () => "while (true) f();\n" },
  { name: "endless loops in each other", part: () => `${"while (1) ".repeat(300)}f();\n` },
  {
    name: "endless loops around much",
    head: "while (1) ".repeat(300) + "{",
    part: () => "f();\n",
    tail: "}",
  },
  { name: "long sums of texts", part: (n) => `o["a"${' + "b"'.repeat(100)} + ${n}];\n` },
  {
    name: "texts of texts",
    head: 'const t0 = "";\n',
    part: (n) => `const t${n + 1} = t${n} + t${n}; o[t${n + 1}];\n`,
  },
  {
    name: "a long join, read often",
    half: (n) => n === 0 ? "const t = [" : '"",',
    part: (n) => n === 0 ? '""].join("");\n' : "o[t];\n",
  },
  { name: "joins", part: () => 'o[["a", "b"].join("")];\n' },
  {
    name: "aliases",
    part: (n) => `const a${n + 1} = a${n}; a${n + 1}.eval;\n`,
    head: "const a0 = x;\n",
  },
  { name: "chains of calls", part: () => `x${".a()".repeat(200)};\n` },
  { name: "chains of binds", part: () => `f${".bind()".repeat(200)}();\n` },
  { name: "chains of assignments", part: () => `${"a = ".repeat(200)}f;\n`, head: "let a;\n" },
  { name: "chains of conditions", part: () => `g(${"x ? f : ".repeat(300)}f);\n` },
  {
    name: "scopes in each other",
    part: () => `${"{ let x; ".repeat(150)} y; ${"}".repeat(150)}\n`,
  },
  {
    name: "names in deep scopes",
    head: "{ let a; ".repeat(200),
    part: () => "x;",
    tail: "}".repeat(200),
  },
  { name: "branches", head: "function f(x) {", part: () => "if (x) x;\n", tail: "}" },
  { name: "cases", head: "switch (x) {", part: (n) => `case ${n}: f();\n`, tail: "}" },
  { name: "classes", part: (n) => `class C${n} { a = () => f(); b() { return this.a; } }\n` },
  {
    name: "callTool by name",
    head: 'import { callTool } from "airlock";\n',
    part: () => 'callTool("crm", "get_lead", {});\n',
  },
  {
    name: "files",
    part: () => 'Deno.writeTextFile("./workspace/a", Deno.readTextFile("./workspace/b"));\n',
  },
  { name: "functions of files as values", part: () => "f(Deno.remove);\n" },
  {
    name: "keys that may be any of a list",
    head: `const a = [${'"constructor",'.repeat(100)}]; let k;\n`,
    part: () => "k = a; x[k];\n",
  },
  {
    name: "ways out of a loop",
    head: "let n = 0; for (;;) {\n",
    part: () => "if (n >= 3) break;\n",
    tail: "}",
  },
  {
    name: "loops that go on",
    head: "let n = 0;\n",
    part: () => "for (;;) { try { break; } catch { if (++n > 3) continue; } }\n",
  },
  {
    name: "loops over keys",
    part: (n) => `for (const k${n} of ["constructor"]) x[k${n}];\n`,
  },
  {
    name: "imports of one tool",
    part: (n) =>
      n < MAX_IMPORTS ? `import { get_lead as g${n} } from "./servers/crm";\n` : "f();\n",
  },
  {
    name: "imports of all tools",
    part: (n) => n < MAX_IMPORTS ? `import * as g${n} from "./servers/crm";\n` : "f();\n",
  },
  {
    name: "exports of all tools",
    part: (n) =>
      n < MAX_IMPORTS ? `export { get_lead as g${n} } from "./servers/crm";\n` : "f();\n",
  },
  {
    name: "loads of all tools",
    part: (n) => n < MAX_IMPORTS ? `const g${n} = await import("./servers/crm");\n` : "f();\n",
  },
  { name: "reflected calls", head: CRM, part: () => "Reflect.apply(get_lead, null, [{}]);\n" },
  { name: "destructured aliases", part: (n) => `const { a: b${n} } = globalThing;\n` },
];
