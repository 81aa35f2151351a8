import { defineProperty, freeze, getOwnPropertyDescriptor, ownKeys } from "./primordials.ts";

/** Globals of the language that the guest and the runtime find by name while a program runs. */
const FIXED =
  `Object Array Promise Error TypeError Map Set Symbol String Number Boolean BigInt Function
  Uint8Array DataView ArrayBuffer TextEncoder TextDecoder JSON Reflect Proxy WeakMap WeakSet`
    .split(/\s+/);

/**
 * Makes fast what the runtime's code goes through on its ways, so that no program can stand there and
 * be handed what passes. Frozen is what honest programs do not change: how promises, generators and
 * lists are gone through, bytes, texts and events. To `Object.prototype` nothing can be added: options
 * that were not given are looked for there.
 */
export function sealRealm(): void {
  for (const prototype of [...passedThrough(), ...webPrototypes()]) freeze(prototype);
  freeze(JSON);
  Object.preventExtensions(Object.prototype);
  // Asked for with the objects and functions of each frame of a stack, the runtime's among them.
  defineProperty(Error, "prepareStackTrace", { get: () => undefined, set: () => {} });
  for (const name of FIXED) {
    defineProperty(globalThis, name, { writable: false, configurable: false });
  }
}

/** How generators, promises and lists are gone through. */
function passedThrough(): object[] {
  const generator = Object.getPrototypeOf(function* () {}) as object;
  const asyncGenerator = Object.getPrototypeOf(async function* () {}) as object;
  const prototypes = [generator, asyncGenerator].flatMap((of) => {
    const made = (of as { prototype: object }).prototype;
    return [of, made, Object.getPrototypeOf(made) as object];
  });
  const iterators = [[].values(), new Map().values(), new Set().values(), ""[Symbol.iterator]()]
    .map((iterator) => Object.getPrototypeOf(iterator) as object);
  const typed = Object.getPrototypeOf(Uint8Array.prototype) as object;
  return [
    // Not %IteratorPrototype%, which libraries add methods to, nor that of lists.
    ...prototypes.filter((one) => one !== Iterator.prototype),
    ...iterators,
    Promise.prototype,
    typed,
    Uint8Array.prototype,
    DataView.prototype,
    ArrayBuffer.prototype,
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
