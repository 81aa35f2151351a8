import { assertEquals } from "@std/assert";
import { sampled } from "../fixtures/sampled.ts";
import { startTestRuntime } from "../fixtures/test_runtime.ts";

/**
 * What a program puts in the way of the runtime's code and of the guest's. Each tells `see` what it
 * is handed; `core` and what a frame says are recognised there.
 */
const IN_THE_WAY: Record<string, string> = {};
for (const name of ["call", "apply", "bind", "toString"]) {
  for (const  of of["() => {}", "async () => {}", "function* () {}", "async function* () {}"]) {
    IN_THE_WAY[`${name} of ${of}`] = `
const prototype = Object.getPrototypeOf(${of}), real = Function.prototype.${name};
const mine = function (...values) {
  see(this); for (let i = 0; i < values.length; i++) see(values[i]);
  return apply(real, this, values);
};
for (const put of [() => prototype.${name} = mine,
  () => define(prototype, "${name}", { value: mine, configurable: true, writable: true })]) {
  try { put(); } catch {}
}`;
  }
}
for (const constructor of ["Array", "Promise", "ArrayBuffer", "Uint8Array", "Bytes", "RegExp"]) {
  IN_THE_WAY[`species of ${constructor}`] = `
try {
  define(${constructor}, Symbol.species, { get() {
    see(this);
    const real = this;
    return function (...values) {
      for (let i = 0; i < values.length; i++) see(values[i]);
      return Reflect.construct(real, values);
    };
  } });
} catch {}
try {
  define(${constructor}.prototype, "constructor", { get() { see(this); return ${constructor}; } });
} catch {}`;
}
for (const name of ["0", "1", "then", "return", "constructor"]) {
  for (
    const on of [
      "Array.prototype",
      "Iterator.prototype",
      "Object.getPrototypeOf([].values())",
      "Object.prototype",
      "Promise.prototype",
    ]
  ) {
    if (name === "constructor" && on === "Object.prototype") continue;
    IN_THE_WAY[`${name} of ${on}`] = `
try {
  define(${on}, "${name}", { configurable: true,
    get() { see(this); return undefined; },
    set(value) {
      see(this); see(value);
      define(this, "${name}", { value, configurable: true, enumerable: true, writable: true });
    } });
} catch {}`;
  }
}
for (const name of ["push", "shift", "splice", "indexOf", "slice"]) {
  IN_THE_WAY[`${name} of lists`] = `
const real = Array.prototype.${name};
Array.prototype.${name} = function (...values) {
  see(this); for (let i = 0; i < values.length; i++) see(values[i]);
  return apply(real, this, values);
};`;
}

const BEGIN = `
import * as airlock from "airlock";
import { list_leads } from "./servers/crm/list_leads.ts";
const { apply } = Reflect, define = Object.defineProperty, Bytes = Object.getPrototypeOf(Uint8Array);
const seen = [], isView = ArrayBuffer.isView, Real = Uint8Array, Decoder = TextDecoder, includes = String.prototype.includes;
let looking = false;
function see(value) {
  if (looking || ((typeof value !== "object" || value === null) && typeof value !== "function")) return;
  looking = true;
  try {
    if ("ops" in value || "evalContext" in value || "loadExtScript" in value) seen[seen.length] = "core";
    if ("type" in value && "body" in value && "id" in value) seen[seen.length] = "frame";
    const bytes = isView(value) ? value.buffer : value;
    if (bytes instanceof ArrayBuffer && apply(includes, new Decoder("latin1").decode(new Real(bytes)), ["search_tools"])) {
      seen[seen.length] = "bytes of a frame";
    }
  } catch {}
  looking = false;
}
`;

/** Afterwards the runtime and the guest do what lets things pass. */
const END = `
await airlock.workspaceLeft().then((left) => left);
await airlock.searchTools("search_tools");
await airlock.saveJson("a.json", { a: [1, 2] });
const file = await Deno.open("./workspace/b", { read: true, write: true, create: true });
await file.write(new Uint8Array([1, 2, 3]));
for await (const part of (await Deno.open("./workspace/b")).readable) if (part) break;
for await (const line of airlock.readLines("a.json")) if (line) break;
await new Promise((resolve) => setTimeout(resolve, 1));
await list_leads({ limit: 1 });
structuredClone(new Map([[1, [2]]]));
console.log("a", { b: 1 });
return seen;`;

Deno.test("whatever a program puts in the way of the runtime and the guest, it is handed nothing", async () => {
  await using runtime = await startTestRuntime({ servers: ["crm"], pool: { idleWorkers: 1 } });
  const handed: Record<string, unknown> = {};
  const tried = sampled(Object.entries(IN_THE_WAY), { keep: 14, name: "in the way" });
  for (const [name, code] of tried) {
    const { status, value, error } = await runtime.run({
      code: `${BEGIN}{${code}}${END}`,
      permission: "write_restricted",
    });
    if (status !== "completed" || (value as unknown[]).length > 0) {
      handed[name] = value ?? error;
    }
  }
  assertEquals(handed, {});
});

Deno.test("a program that only reads cannot make a thread of the runtime's core", async () => {
  await using runtime = await startTestRuntime();
  const { status, value } = await runtime.run({
    code: `
const { apply } = Reflect, call = Function.prototype.call;
let core;
try {
  Function.prototype.call = function (...values) {
    if (values[0]?.ops) core = values[0];
    return apply(call, this, values);
  };
} catch {}
const { workspaceLeft } = await import("airlock");
await workspaceLeft();
const specifier = URL.createObjectURL(new Blob(["1"], { type: "text/javascript" }));
return core === undefined ? "nothing" : core.ops.op_create_worker({ hasSourceCode: false, name: "",
  permissions: null, sourceCode: "", specifier, workerType: "module", closeOnIdle: false });`,
    permission: "read_only",
  });
  assertEquals([status, value], ["completed", "nothing"]);
});
