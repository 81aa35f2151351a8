import { defineProperty, freeze, getOwnPropertyDescriptor, ownKeys } from "./primordials.ts";

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
