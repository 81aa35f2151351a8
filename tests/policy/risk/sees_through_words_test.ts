import { assert, assertEquals } from "@std/assert";
import { parseConfig } from "../../../src/config/config.ts";
import { assessRisk } from "../../../src/policy/risk/assess_risk.ts";
import { parseProgram } from "../parse_program.ts";
import { rulesOf, toolsOf } from "./risk_of.ts";

const { policy: { risk: policy } } = await parseConfig({});

function riskOf(code: string) {
  const program = parseProgram(code);
  const imports = /crm/.test(code) ? program.capabilities : [];
  const tools = toolsOf({ ...program, capabilities: imports }, policy);
  return assessRisk({ ...program, capabilities: imports }, { policy, tools });
}

/** Ways to write a text so that it stands nowhere in the program. */
const SPELLINGS: Readonly<Record<string, (text: string) => string>> = {
  split: (text) => `"${text.slice(0, 2)}" + "${text.slice(2)}"`,
  template: (text) => `\`\${"${text.slice(0, 3)}"}${text.slice(3)}\``,
  join: (text) => `[${[...text].map((char) => `"${char}"`)}].join("")`,
  concat: (text) => `"${text[0]}".concat("${text.slice(1)}")`,
  reversed: (text) => `[..."${[...text].reverse().join("")}"].reverse().join("")`,
  "split and reversed": (text) =>
    `"${[...text].reverse().join("")}".split("").toReversed().join("")`,
  codes: (text) => `String.fromCharCode(${[...text].map((char) => char.charCodeAt(0))})`,
  "codes in a list": (text) => `String.fromCharCode(...[${[...text].map((c) => c.charCodeAt(0))}])`,
  "codes applied": (text) =>
    `String.fromCharCode.apply(null, [${[...text].map((c) => c.charCodeAt(0))}])`,
  "codes reflected": (text) =>
    `Reflect.apply(String.fromCharCode, null, [${[...text].map((c) => c.charCodeAt(0))}])`,
  "codes mapped": (text) =>
    `[${
      [...text].map((c) => c.charCodeAt(0) + 1)
    }].map((c) => String.fromCharCode(c - 1)).join("")`,
  base64: (text) => `atob("${btoa(text)}")`,
  hex: (text) => `Buffer.from("${new TextEncoder().encode(text).toHex()}", "hex").toString()`,
  bytes: (text) =>
    `new TextDecoder().decode(new Uint8Array([${[...new TextEncoder().encode(text)]}]))`,
  percent: (text) => `decodeURIComponent("%${text.charCodeAt(0).toString(16)}${text.slice(1)}")`,
  sliced: (text) => `"xx${text}".slice(2)`,
  replaced: (text) => `"${text[0]}_${text.slice(1)}".replace("_", "")`,
  json: (text) => `JSON.parse('"${text}"')`,
  chosen: (text) => `(true ? "${text}" : "x")`,
  indexed: (text) => `["x", "${text}"][1]`,
  raw: (text) => `String.raw\`${text}\``,
};

/** Ways to reach what a global object holds under a name. */
const REACHES: Readonly<Record<string, (object: string, key: string) => string>> = {
  computed: (object, key) => `const f = ${object}[${key}]; f("x");`,
  "by a name": (object, key) => `const k = ${key}; const f = ${object}[k]; f("x");`,
  "by a name of a name": (object, key) => `const a = ${key}, k = a; ${object}[k]("x");`,
  reflected: (object, key) => `Reflect.get(${object}, ${key})("x");`,
  "reflected and applied": (object, key) =>
    `Reflect.apply(Reflect.get(${object}, ${key}), null, ["x"]);`,
  descriptor: (object, key) => `Object.getOwnPropertyDescriptor(${object}, ${key}).value("x");`,
  destructured: (object, key) => `const { [${key}]: f } = ${object}; f("x");`,
  aliased: (object, key) => `const o = ${object}; o[${key}]("x");`,
  optional: (object, key) => `${object}?.[${key}]?.("x");`,
  "in an object": (object, key) => `const c = { k: ${key} }; ${object}[c.k]("x");`,
  "in a sequence": (object, key) => `(0, ${object}[${key}])("x");`,
  "given once": (object, key) => `let k; k = ${key}; ${object}[k]("x");`,
};

const THINGS: readonly [object: string, key: string, rule: string][] = [
  ["globalThis", "eval", "makes_code_from_text"],
  ["globalThis", "Function", "makes_code_from_text"],
  ["(() => 1)", "constructor", "makes_code_from_text"],
  ["globalThis", "Worker", "reaches_for_the_machine"],
  ["globalThis", "process", "reaches_for_the_machine"],
  ["Deno", "Command", "reaches_for_the_machine"],
  ["Deno", "permissions", "reaches_for_the_machine"],
];

for (const [object, name, rule] of THINGS) {
  Deno.test(`${rule}: ${object}.${name} is found however its name is written and it is reached`, () => {
    const missed: string[] = [];
    for (const [spelling, spell] of Object.entries(SPELLINGS)) {
      for (const [way, reach] of Object.entries(REACHES)) {
        const code = reach(object, spell(name));
        if (!rulesOf(riskOf(code)).includes(rule)) {
          missed.push(`${spelling}, ${way}: ${code}`);
        }
      }
    }
    assertEquals(missed, []);
  });
}

/** One each of what the rules look for by a word, said without the word. */
const SAID_OTHERWISE: readonly [rule: string, code: string][] = [
  ["makes_code_from_text", `const later = setTimeout; later("work()", 1);`],
  ["makes_code_from_text", `setTimeout.call(null, "work()", 1);`],
  ["makes_code_from_text", `Reflect.apply(setTimeout, null, ["work()", 1]);`],
  ["makes_code_from_text", `globalThis["set" + "Timeout"]("work()", 1);`],
  ["makes_code_from_text", `const code = "wo" + "rk()"; setInterval(code, 1);`],
  ["makes_code_from_text", `function f() {} const C = f.constructor; C("x")();`],
  ["makes_code_from_text", `class A {} const C = A["con" + "structor"]; new C("x");`],
  ["makes_code_from_text", `const { ["con" + "structor"]: C } = () => 1; C("x");`],
  ["makes_code_from_text", `const e = Reflect.get(globalThis, "ev" + "al").bind(null); e("x");`],
  ["makes_code_from_text", `\\u0065val("x");`],
  ["hides_what_it_does", `const k = await read(); globalThis[k]("x"); async function read() {}`],
  ["hides_what_it_does", `Reflect.get(globalThis, await read())("x"); async function read() {}`],
  ["hides_what_it_does", `let k = "ev"; k += "al"; globalThis[k]("x");`],
  ["hides_what_it_does", `const p = { a: "x" }; p.a = "eval"; globalThis[p.a]("x");`],
  ["hides_what_it_does", `const p = ["x"]; p[0] = "eval"; globalThis[p[0]]("x");`],
  ["hides_what_it_does", `const p = ["x"]; f(p); globalThis[p[0]]("x"); function f() {}`],
  ["hides_what_it_does", `function f(k) { globalThis[k]("x"); k = "log"; } f("eval");`],
  ["hides_what_it_does", `try { throw "eval"; } catch (k) { globalThis[k]("x"); k = "log"; }`],
  ["hides_what_it_does", `String["from" + "CharCode"](1, 2, 3, 4, 5, 6, 7, 8);`],
  ["hides_what_it_does", `const c = String.fromCharCode; c(...[1, 2, 3, 4, 5, 6, 7, 8]);`],
  ["changes_what_all_objects_inherit", `Array["proto" + "type"].map = () => 1;`],
  ["changes_what_all_objects_inherit", `const p = Array.prototype; p.map = () => 1;`],
  ["changes_what_all_objects_inherit", `const { prototype } = Object; prototype.x = 1;`],
  ["changes_what_all_objects_inherit", `Object.defineProperty(Map.prototype, "get", {});`],
  ["changes_what_all_objects_inherit", `Object.assign(Array.prototype, { map: 1 });`],
  ["changes_what_all_objects_inherit", `Reflect.set(Object.prototype, "x", 1);`],
  ["changes_what_all_objects_inherit", `({})["__pro" + "to__"].x = 1;`],
  ["changes_what_all_objects_inherit", `const { setPrototypeOf: s } = Object; s({}, null);`],
  [
    "changes_what_all_objects_inherit",
    `Reflect.apply(Object["setProto" + "typeOf"], null, [{}, null]);`,
  ],
  ["reaches_for_the_machine", `const D = Deno; D.Command;`],
  ["reaches_for_the_machine", `const { Command: C } = Deno; new C("ls");`],
  ["reaches_for_the_machine", `const { ["Com" + "mand"]: C } = Deno; new C("ls");`],
  ["reaches_for_the_machine", `const k = await read(); Deno[k]; async function read() {}`],
  ["holds_a_secret", `const o = { ["api" + "Key"]: "abcd" + "efgh" };`],
  ["holds_a_secret", `const o = {}; o["pass" + "word"] = "abcdefgh";`],
  ["holds_a_secret", `const o = {}; o.apiKey = \`abcdefgh\`;`],
  ["holds_a_secret", `const v = "abcdefgh"; const o = { apiKey: v };`],
  ["holds_a_secret", `const o = {}; Reflect.set(o, "apiKey", "abcdefgh");`],
  ["loops_without_end", `while (!![]) { await 1; }`],
  ["loops_without_end", `const on = 1 + 1; while (on) { await 1; }`],
];

for (const [rule, code] of SAID_OTHERWISE) {
  Deno.test(`${rule} is found in: ${code}`, () => {
    const rules = rulesOf(riskOf(code));
    assert(rules.includes(rule), rules.join());
  });
}

/** Functions of the language, of a program and of a server. */
const A_FUNCTION: readonly string[] = [
  "[].filter",
  "Math.max",
  "parseInt",
  "console.log",
  "JSON.parse",
  "get_lead",
  "o.m",
  "o.n",
  "new A().m",
  "Array.prototype.map",
  "''.at",
  "Promise.resolve",
  "structuredClone",
];

/** What becomes of a function's maker. */
const MAKES: readonly ((f: string) => string)[] = [
  (f) => `const C = ${f}.constructor; C("x")();`,
  (f) => `${f}.constructor("x")();`,
  (f) => `new ${f}.constructor("x");`,
  (f) => `let C; C = ${f}.constructor; C("x")();`,
  (f) => `const { constructor: C } = ${f}; C("x");`,
  (f) => `[${f}.constructor][0]("x")();`,
  (f) => `const make = () => ${f}.constructor; make()("x");`,
  (f) => `${f}.constructor.call(null, "x")();`,
  (f) => `${f}?.constructor?.("x");`,
  (f) => `let C = ${f}; for (const k of ["constructor"]) C = C[k]; C("x")();`,
  (f) => `["constructor"].reduce((o, k) => o[k], ${f})("x")();`,
  (f) => `["constructor", "constructor"].map((k) => ${f}[k]("x"));`,
  (f) => `let k = "x"; k = "constructor"; ${f}[k]("x");`,
  (f) => `for (const k in { constructor: 1 }) ${f}[k]("x");`,
  (f) => `const ks = ["constructor"]; ${f}[ks[i]]("x"); f(ks);`,
  (f) => `const d = Object.getOwnPropertyDescriptors(${f}); d.constructor.value("x");`,
  (f) => `Object.getOwnPropertyDescriptors(${f}).constructor.value("x");`,
  (f) => `const k = Date.now() ? "constructor" : ""; ${f}[k]("x");`,
];

Deno.test("makes_code_from_text: the maker of any function is found, whatever leads to it", () => {
  const before = `import { get_lead } from "./servers/crm"; const f = () => 1, i = f();
const o = { m() {}, n: f }; class A { m() {} }\n`;
  const missed = A_FUNCTION.flatMap((f) => MAKES.map((make) => before + make(f)))
    .filter((code) => !rulesOf(riskOf(code)).includes("makes_code_from_text"));
  assertEquals(missed, []);
});

const CRM = `import * as crm from "./servers/crm";\nimport { callTool } from "airlock";\n`;

/** Calls of a tool that writes, and at most how many of it there are. */
const CALLS: readonly [code: string, writes: number | null][] = [
  [`await crm["update" + "_lead"]({});`, 1],
  [`const { ["update_" + "lead"]: u } = crm; await u({}); await u({});`, 2],
  [`await Reflect.get(crm, "update_lead")({});`, 1],
  [`await Reflect.apply(crm.update_lead, null, [{}]);`, 1],
  [`await Reflect.apply(Reflect.get(crm, "update" + "_lead"), null, [{}]);`, 1],
  [`await crm.update_lead.call(null, {}); await crm.update_lead.apply(null, [{}]);`, 2],
  [`const u = crm.update_lead.bind(null); await u({});`, 1],
  [`for (const x of [1, 2, 3]) await Reflect.apply(crm.update_lead, null, [{ x }]);`, 3],
  [`for (const x of await load()) await Reflect.apply(crm.update_lead, null, [x]);`, null],
  [`const k = await load(); await crm[k]({});`, null],
  [
    `try { throw 9; } catch (n) { for (let i = 0; i < n; i++) await crm.update_lead({}); n = 3; }`,
    null,
  ],
  [`await callTool("crm", "update" + "_lead", {});`, 1],
  [`const t = "update_lead"; await callTool("crm", t, {}); await callTool("crm", t, {});`, 2],
  [`const c = callTool; await c("crm", "update_lead", {});`, 1],
  [`for (const t of ["update_lead", "get_lead"]) await callTool("crm", t, {});`, 2],
];

for (const [code, writes] of CALLS) {
  Deno.test(`assessRisk counts the writes of: ${code}`, () => {
    const { estimatedWrites, findings } = riskOf(`${CRM}${code}\nasync function load() {}`);
    // Where any tool may be called, each of those that write may be once.
    const isAny = code.includes("crm[k]");
    if (isAny) assert((estimatedWrites ?? 0) >= 3 || estimatedWrites === null);
    else assertEquals(estimatedWrites, writes);
    if (writes === null && !isAny) {
      assert(findings.some(({ rule }) => rule === "writes_in_a_loop"), JSON.stringify(findings));
    }
  });
}

/** Honest programs that use the same words, and the same ways to write them. */
const BENIGN: readonly string[] = [
  `const process = async (row) => row.id; return await process({ id: 1 });`,
  `function require(value, name) { if (!value) throw new Error(name); return value; } return require(1, "x");`,
  `const self = { a: 1 }; return self["a"];`,
  `const window = [1, 2, 3].slice(-2); return window[0] + window[1];`,
  `const worker = { Worker: 1 }; return worker.Worker;`,
  `const key = "na" + "me"; return { name: 1 }[key];`,
  `const row = { status: "open" }; for (const k of Object.keys(row)) console.log(row[k]);`,
  `const column = (n) => String.fromCharCode(65 + n); return [0, 1, 2].map(column);`,
  `return [..."abc"].reverse().join("");`,
  `const { data } = JSON.parse('{"data": "YWJj"}'); return atob(data);`,
  `const groups = new Map(); const add = (k, v) => groups.set(k, [...(groups.get(k) ?? []), v]); add("a", 1); return groups.size;`,
  `class Queue { constructor() { this.items = []; } push(x) { this.items.push(x); } }\nconst q = new Queue(); q.push(1); return q.items.length;`,
  `class A {} class B extends A { constructor() { super(); } }\nreturn new B() instanceof A && new B().constructor.name;`,
  `const pick = (o, ...keys) => Object.fromEntries(keys.map((k) => [k, o[k]])); return pick({ a: 1 }, "a");`,
  `const table = { a: () => 1, b: () => 2 }; const kind = Date.now() % 2 ? "a" : "b"; return table[kind]();`,
  `const has = Object.prototype.hasOwnProperty.call({ a: 1 }, "a"); return has;`,
  `const toString = Object.prototype.toString; return toString.call([]);`,
  `const max = Math.max.apply(null, [1, 2, 3]); return max;`,
  `const sum = (...n) => n.reduce((a, b) => a + b, 0); return Reflect.apply(sum, null, [1, 2]);`,
  `setTimeout(() => console.log("done"), 5); const wait = (ms) => new Promise((go) => setTimeout(go, ms)); await wait(1);`,
  `const text = await Deno.readTextFile("./workspace/a.txt").catch(() => ""); return text.length;`,
  `const { readTextFile, writeTextFile } = Deno; await writeTextFile("./workspace/a", "x"); return await readTextFile("./workspace/a");`,
  `const defaults = { retries: 3 }; const options = Object.assign({}, defaults, { retries: 5 }); return options;`,
  `const o = {}; Object.defineProperty(o, "x", { value: 1 }); return o.x;`,
  `const bytes = new TextEncoder().encode("abc"); return new TextDecoder().decode(bytes);`,
  `let page = 0; while (true) { if (++page > 3) break; } return page;`,
  `const id = crypto.randomUUID(); return id["length"];`,
  `const proxy = new Proxy({}, { get: (target, key) => Reflect.get(target, key) }); return proxy.x;`,
  `const { value, done } = [1][Symbol.iterator]().next(); return done ? 0 : value;`,
  `const fn = () => 1; return fn.name + fn.length;`,
  `const kind = (x) => x?.constructor === Object ? "record" : x.constructor.name; return kind({});`,
  `class A { static all = []; keep() { this.constructor.all.push(1); return new this.constructor(); } }\nreturn new A().keep();`,
  `const no = ["__proto__", "constructor", "prototype"]; const o = { a: 1 }; return Object.keys(o).filter((k) => !no.includes(k)).map((k) => o[k]);`,
  `const x = [1]; switch (x.constructor) { case Array: return 1; default: return 2; }`,
  `const hex = (255).toString(16).padStart(4, "0"); return hex;`,
  `const columns = ["id", "email"]; return columns.map((c) => c.toUpperCase()).join(",");`,
];

for (const code of BENIGN) {
  Deno.test(`assessRisk finds nothing high in: ${code.slice(0, 80)}`, () => {
    const { level, findings } = riskOf(code);
    assertEquals(level, "low", JSON.stringify(findings));
  });
}
