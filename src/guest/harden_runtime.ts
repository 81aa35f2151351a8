import {
  apply,
  defineProperty,
  freeze,
  getOwnPropertyDescriptor,
  ownKeys,
  sliceText,
} from "./primordials.ts";

/** A timer of the runtime. */
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

/** Finds them, before `Deno` is replaced. */
export function runtimeInternals(): RuntimeInternals {
  const { internal } = Deno as unknown as { internal: symbol };
  return (Deno as unknown as Record<symbol, RuntimeInternals>)[internal]!;
}

/**
 * Takes the use out of what the runtime has and no program needs, also for one that found a way to
 * it: the last wall of the thread, behind the globals that are gone.
 */
export async function disarmRuntime(): Promise<void> {
  disarmNode();
  disarmThreads();
  await disarmDatabases();
}

/**
 * `node:process` starts by asking for these: as they cannot be had, it cannot be loaded any more, nor
 * what is made of it: `node:module` with `require` and `getBuiltinModule`, `node:fs`, `node:net`, the
 * threads and child processes of Node.
 */
function disarmNode(): void {
  const { internal } = Deno as unknown as { internal: symbol };
  defineProperty((Deno as unknown as Record<symbol, object>)[internal]!, "__nodeBootstrapArgs", {
    get() {
      throw new Error("Cannot load Node: a program has none of it");
    },
  });
}

/** A class calls the one it extends before all else, and looks for it each time. */
function disarmThreads(): void {
  Object.setPrototypeOf(Worker, refused);
  freeze(Worker);
}

/** An object that nothing can be asked of: SQLite would write its temporary files into any folder. */
async function disarmDatabases(): Promise<void> {
  const { DatabaseSync, StatementSync } = await import("node:sqlite");
  for (const { prototype } of [DatabaseSync, StatementSync]) disarmPrototypes(prototype);
}

/** Node's class extends the one that holds the methods. */
function disarmPrototypes(first: object): void {
  for (let one = first; one !== Object.prototype; one = Object.getPrototypeOf(one)) {
    for (const name of Object.getOwnPropertyNames(one)) {
      if (name !== "constructor") defineProperty(one, name, { value: refused });
    }
    freeze(one);
  }
}

/** Stands in the place of what a program has not. */
export function refused(): never {
  throw new Error("Cannot use this: a program has it not");
}

/** The core of Deno, as its own modules have it: with every operation of the process. */
interface WholeCore {
  readonly ops: object;
  loadExtScript(specifier: string): unknown;
}

/**
 * Takes the use out of the core that the runtime's own modules hold. They took the operations that
 * they need before; who would come upon the core later finds none there: no thread with a Deno of its
 * own, no environment, no database, no graphics. Comes when all that a program may use is loaded.
 */
export async function disarmCore(connection: Deno.Conn): Promise<void> {
  const core = await findCore(connection);
  // A Deno that calls its operations in another way hands its core to nobody either.
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

/** What makes code out of text, loads the runtime's modules, or leads to all that is open. */
const UNUSED = [
  "callConsole",
  "compileFunction",
  "createLazyLoader",
  "evalContext",
  "print",
  "resources",
  "setPromiseHooks",
  "setUpAsyncStub",
];

/** The runtime's streams, files and events ask for one another each time. */
function isOfTheWeb(specifier: string): boolean {
  return sliceText(specifier, 0, WEB_SCRIPTS.length) === WEB_SCRIPTS ||
    sliceText(specifier, 0, WEB_IDL.length) === WEB_IDL;
}

const WEB_SCRIPTS = "ext:deno_web/";
const WEB_IDL = "ext:deno_webidl/";

/** An operation that is waited for is called on the core; this looks at what one is called on. */
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

/** Globals of the language that the guest and the runtime find by name while a program runs. */
const FIXED =
  `Object Array Promise Error TypeError Map Set Symbol String Number Boolean BigInt Function
  Uint8Array DataView ArrayBuffer TextEncoder TextDecoder JSON Reflect Proxy WeakMap WeakSet`
    .split(/\s+/);

/**
 * Makes fast what the runtime's code goes through on its ways, so that no program can stand there and
 * be handed what passes. Frozen is what honest programs do not change: how functions are called, how
 * promises, generators and lists are gone through, bytes, texts and events. To `Object.prototype`
 * nothing can be added, as options that were not given are looked for there; nor to
 * `Array.prototype`, where a setter would be given what comes into a list and `then` what is awaited.
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
  // Asked for with the objects and functions of each frame of a stack, the runtime's among them.
  defineProperty(Error, "prepareStackTrace", { get: () => undefined, set: () => {} });
  defineProperty(Error, "captureStackTrace", { writable: false, configurable: false });
  for (const name of FIXED) {
    defineProperty(globalThis, name, { writable: false, configurable: false });
  }
}

/**
 * A function may be called by the runtime with what no program should see: the core of Deno is the
 * `this` of each operation. What functions may have of their own under these names, they may be given.
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

/** Who leaves a loop early asks the iterator for these, and would find one of `Iterator.prototype`. */
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

/** They say by `Symbol.species` and static methods what is made of a part or a promise. */
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

/** How generators, promises and lists are gone through. */
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

/** Classes of the runtime's, whose objects it makes for itself too. */
function webPrototypes(): object[] {
  return ownKeys(globalThis).flatMap((name) => {
    const { value } = getOwnPropertyDescriptor(globalThis, name)!;
    const isWeb = typeof value === "function" && WEB.test(name as string);
    return isWeb && value.prototype ? [value.prototype as object] : [];
  });
}

const WEB =
  /^(Event|EventTarget|MessagePort|MessageChannel|MessageEvent|ErrorEvent|AbortSignal|AbortController|TextEncoder|TextDecoder|(Readable|Writable|Transform|Compression|Decompression|Text).*Stream.*|\w+QueuingStrategy)$/;
