import {
  apply,
  defineProperty,
  freeze,
  getOwnPropertyDescriptor,
  ownKeys,
  sliceText,
} from "./primordials.ts";

export type CoreTimer = object & { readonly _timerId: number };

/** What the guest uses of the runtime's core, which no program gets to see. */
export interface RuntimeCore {
  createTimer(
    callback: () => void,
    after: number,
    values: undefined,
    isRepeated: boolean,
    isRefed: boolean,
    isSystem: boolean,
  ): CoreTimer;
  cancelTimer(timer: CoreTimer): void;
  refreshTimer(timer: CoreTimer): void;
  refTimer(timer: CoreTimer): void;
  unrefTimer(timer: CoreTimer): void;
  setUnhandledPromiseRejectionHandler(
    handle: (promise: Promise<unknown>, reason: unknown) => boolean,
  ): void;
  setHandledPromiseRejectionHandler(handle: () => void): void;
  setReportExceptionCallback(handle: (error: unknown) => void): void;
}

/** What the guest uses of the runtime's internals. */
export interface RuntimeInternals {
  readonly core: RuntimeCore;
  readonly Console: new (print: (text: string, level: number) => void) => object;
}

/** Returns the runtime's internals, before `Deno` is replaced. */
export function runtimeInternals(): RuntimeInternals {
  const { internal } = Deno as unknown as { internal: symbol };
  return (Deno as unknown as Record<symbol, RuntimeInternals>)[internal]!;
}

/**
 * Disables what the runtime has and no program needs, also for a program that found a way to it: the
 * last wall of the thread, behind the globals that are gone.
 */
export async function disarmRuntime(): Promise<void> {
  disarmNode();
  disarmThreads();
  await disarmDatabases();
}

/**
 * `node:process` starts by reading these. Without them it cannot be loaded, nor what needs it:
 * `node:module` with `require` and `getBuiltinModule`, `node:fs`, `node:net`, the threads and child
 * processes of Node.
 */
function disarmNode(): void {
  const { internal } = Deno as unknown as { internal: symbol };
  defineProperty((Deno as unknown as Record<symbol, object>)[internal]!, "__nodeBootstrapArgs", {
    get() {
      throw new Error("Cannot load Node: a program has none of it");
    },
  });
}

/** A class looks up the one that it extends each time, and calls it before all else. */
function disarmThreads(): void {
  Object.setPrototypeOf(Worker, refused);
  freeze(Worker);
}

/** SQLite would write its temporary files into any folder. */
async function disarmDatabases(): Promise<void> {
  const { DatabaseSync, StatementSync } = await import("node:sqlite");
  for (const { prototype } of [DatabaseSync, StatementSync]) disarmPrototypes(prototype);
}

/** Node's class extends the one with the methods. */
function disarmPrototypes(first: object): void {
  for (let one = first; one !== Object.prototype; one = Object.getPrototypeOf(one)) {
    for (const name of Object.getOwnPropertyNames(one)) {
      if (name !== "constructor") defineProperty(one, name, { value: refused });
    }
    freeze(one);
  }
}

/** Replaces what a program may not call. */
function refused(): never {
  throw new Error("Cannot use this: a program has it not");
}

/** The core of Deno as its own modules have it, with every operation of the process. */
interface WholeCore {
  readonly ops: object;
  loadExtScript(specifier: string): unknown;
}

/**
 * Disables the core that the runtime's own modules hold. They took the operations that they need
 * before; a program that reaches the core finds none: no thread with a Deno of its own, no
 * environment, no database, no graphics. Called when all that a program may use is loaded.
 */
export async function disarmCore(connection: Deno.Conn): Promise<void> {
  const core = await findCore(connection);
  // A Deno that calls its operations in another way exposes no core either.
  if (core === undefined) return;
  for (const name of ownKeys(core.ops)) defineProperty(core.ops, name, { value: refused });
  for (const name of UNUSED) defineProperty(core, name, { value: refused });
  const { loadExtScript } = core;
  core.loadExtScript = (specifier) => {
    if (isOfTheWeb(specifier)) return apply(loadExtScript, core, [specifier]);
    return refused();
  };
  freeze(core.ops);
  freeze(core);
}

/** Functions that make code of text, load the runtime's modules, or lead to open resources. */
const UNUSED = `callConsole compileFunction createLazyLoader evalContext print resources
  setPromiseHooks setUpAsyncStub`.split(/\s+/);

/** The runtime's streams, files and events load one another each time. */
function isOfTheWeb(specifier: string): boolean {
  return sliceText(specifier, 0, WEB_SCRIPTS.length) === WEB_SCRIPTS ||
    sliceText(specifier, 0, WEB_IDL.length) === WEB_IDL;
}

const WEB_SCRIPTS = "ext:deno_web/";
const WEB_IDL = "ext:deno_webidl/";

/** Finds the core by what an asynchronous operation is called on. */
async function findCore(connection: Deno.Conn): Promise<WholeCore | undefined> {
  const { call } = Function.prototype;
  let core: WholeCore | undefined;
  Function.prototype.call = function (this: never, ...values: unknown[]) {
    const [on] = values;
    if (typeof on === "object" && on !== null && "ops" in on) core = on as WholeCore;
    return apply(call as never, this, values);
  };
  try {
    await connection.write(new Uint8Array(0));
  } finally {
    Function.prototype.call = call;
  }
  return core;
}

/** Globals of the language that the guest and the runtime look up while a program runs. */
const FIXED =
  `Object Array Promise Error TypeError Map Set Symbol String Number Boolean BigInt Function
  Uint8Array DataView ArrayBuffer TextEncoder TextDecoder JSON Reflect Proxy WeakMap WeakSet`
    .split(/\s+/);

/**
 * Freezes what the runtime's code runs through, so that no program can replace a part of it and be
 * handed the runtime's values. Frozen is what honest programs do not change: calls of functions,
 * iteration of promises, generators and lists, bytes, texts and events. `Object.prototype` is closed,
 * where missing options are looked up; so is `Array.prototype`, where a setter would get the elements
 * of lists, and `then` what is awaited.
 */
export function sealRealm(): void {
  endIterationQuietly();
  sealFunctions();
  for (const one of [...passedThrough(), ...constructors(), ...webPrototypes()]) freeze(one);
  freeze(JSON);
  freeze(Reflect);
  Object.preventExtensions(Object.prototype);
  // Not frozen: V8 then stores each new element of any list ten times slower.
  Object.preventExtensions(Array.prototype);
  // Called with the objects and functions of each frame of a stack, the runtime's among them.
  defineProperty(Error, "prepareStackTrace", { get: () => undefined, set: () => {} });
  defineProperty(Error, "captureStackTrace", { writable: false, configurable: false });
  for (const name of FIXED) {
    defineProperty(globalThis, name, { writable: false, configurable: false });
  }
}

/**
 * The runtime calls functions with values that no program may see: the core of Deno is the `this` of
 * each operation. A program may still set these names on its own functions.
 */
function sealFunctions(): void {
  for (const name of ["constructor", "toString"] as const) {
    const value: unknown = Function.prototype[name];
    defineProperty(Function.prototype, name, {
      get: () => value,
      set(this: object, own: unknown) {
        if (this === Function.prototype) throw new TypeError(`Cannot set ${name} of all functions`);
        defineProperty(this, name, {
          value: own,
          writable: true,
          enumerable: true,
          configurable: true,
        });
      },
    });
  }
  freeze(Function.prototype);
  freeze(Object.getPrototypeOf(async function () {}));
}

/** A loop that is left early looks these up, and would find those of `Iterator.prototype`. */
function endIterationQuietly(): void {
  for (const iterator of iteratorPrototypes()) {
    for (const name of ["return", "throw"]) defineProperty(iterator, name, { value: undefined });
  }
}

function iteratorPrototypes(): object[] {
  return [
    [].values(),
    new Map().values(),
    new Set().values(),
    ""[Symbol.iterator](),
    "".matchAll(/a/g),
  ]
    .map((iterator) => Object.getPrototypeOf(iterator) as object);
}

/** Their `Symbol.species` and static methods decide what a part or a promise becomes. */
function constructors(): object[] {
  const names = ownKeys(globalThis).filter((name) =>
    typeof name === "string" && (name.endsWith("Array") || CONSTRUCTORS.includes(name))
  ) as string[];
  return [
    Object.getPrototypeOf(Uint8Array) as object,
    ...names.map((name) => (globalThis as unknown as Record<string, object>)[name]!),
  ];
}

const CONSTRUCTORS =
  "Object Array Function Promise Map Set WeakMap WeakSet RegExp ArrayBuffer SharedArrayBuffer DataView Symbol Proxy"
    .split(" ");

/** Prototypes that iteration of generators, promises and lists runs through. */
function passedThrough(): object[] {
  const generator = Object.getPrototypeOf(function* () {}) as object;
  const asyncGenerator = Object.getPrototypeOf(async function* () {}) as object;
  const prototypes = [generator, asyncGenerator].flatMap((of) => {
    const made = (of as { prototype: object }).prototype;
    return [of, made, Object.getPrototypeOf(made) as object];
  });
  const typed = Object.getPrototypeOf(Uint8Array.prototype) as object;
  return [
    // Not %IteratorPrototype%, which libraries add methods to.
    ...prototypes.filter((one) => one !== Iterator.prototype),
    ...iteratorPrototypes(),
    Promise.prototype,
    typed,
    Uint8Array.prototype,
    DataView.prototype,
    ArrayBuffer.prototype,
    SharedArrayBuffer.prototype,
  ];
}

/** Prototypes of the runtime's classes whose objects it makes for itself too. */
function webPrototypes(): object[] {
  return ownKeys(globalThis).flatMap((name) => {
    const { value } = getOwnPropertyDescriptor(globalThis, name)!;
    const isWeb = typeof value === "function" && WEB.test(name as string);
    return isWeb && value.prototype ? [value.prototype as object] : [];
  });
}

const WEB =
  /^(Event|EventTarget|MessagePort|MessageChannel|MessageEvent|ErrorEvent|AbortSignal|AbortController|TextEncoder|TextDecoder|(Readable|Writable|Transform|Compression|Decompression|Text).*Stream.*|\w+QueuingStrategy)$/;
