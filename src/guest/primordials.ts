/**
 * The language as it was before a program could replace parts of it. The guest uses these after the
 * program has begun, and looks up no method then.
 */

type Function = (...values: never[]) => unknown;

/** Calls a function, as `Reflect.apply`. */
export const apply = Reflect.apply as (
  fn: Function,
  on: unknown,
  values: readonly unknown[],
) => unknown;

export const { defineProperty, freeze, fromEntries, getOwnPropertyDescriptor } = Object;
export const { ownKeys } = Reflect;
export const { stringify } = JSON;
export const { isError } = Error;
export const { isView } = ArrayBuffer;
export const { isSafeInteger } = Number;
export const toText = String;
export const toNumber = Number;
export const NativePromise = Promise;

/** A method as a function that takes its object first. */
function unbound<Fn>(method: Function): Fn {
  return ((on: unknown, ...values: unknown[]) => apply(method, on, values)) as Fn;
}

type OnError = (error: unknown) => void;

export const thenPromise: (promise: Promise<unknown>, done: undefined, failed: OnError) => void =
  unbound(Promise.prototype.then as Function);
export const indexOfText: (text: string, part: string) => number = unbound(
  String.prototype.indexOf as Function,
);
export const sliceText: (text: string, from: number, to?: number) => string = unbound(
  String.prototype.slice as Function,
);
export const partOfBytes: (bytes: Uint8Array, from: number) => Uint8Array = unbound(
  Uint8Array.prototype.subarray as Function,
);
export const setBytes: (bytes: Uint8Array, part: Uint8Array, at: number) => void = unbound(
  Uint8Array.prototype.set as Function,
);

interface SafeMap<Key, Value> {
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): void;
  delete(key: Key): void;
}

const { get, set, delete: remove } = Map.prototype;

/** Makes a map that inherits from nothing. */
export function createSafeMap<Key, Value>(): SafeMap<Key, Value> {
  const map = new Map<Key, Value>();
  return {
    __proto__: null,
    get: (key: Key) => apply(get, map, [key]) as Value | undefined,
    set: (key: Key, value: Value) => void apply(set, map, [key, value]),
    delete: (key: Key) => void apply(remove, map, [key]),
  } as SafeMap<Key, Value>;
}

/** A queue of linked entries: no method of an array is called, which a program could have replaced. */
interface SafeQueue<Value> {
  push(value: Value): void;
  /** Returns the first value, which stays. */
  peek(): Value | undefined;
  /** Removes and returns the first value. */
  shift(): Value | undefined;
}

interface Entry<Value> {
  readonly value: Value;
  next: Entry<Value> | undefined;
}

/** Makes a queue that inherits from nothing. */
export function createSafeQueue<Value>(): SafeQueue<Value> {
  let first: Entry<Value> | undefined;
  let last: Entry<Value> | undefined;
  return {
    __proto__: null,
    push(value: Value) {
      const entry = { value, next: undefined };
      if (last === undefined) first = entry;
      else last.next = entry;
      last = entry;
    },
    peek: () => first?.value,
    shift() {
      const value = first?.value;
      first = first?.next;
      if (first === undefined) last = undefined;
      return value;
    },
  } as SafeQueue<Value>;
}

/** Replaces the value of a property; it stays as visible as before. */
export function redefine(on: object, name: string, value: unknown): void {
  defineProperty(on, name, {
    value,
    writable: true,
    configurable: true,
    enumerable: getOwnPropertyDescriptor(on, name)?.enumerable ?? false,
  });
}

type AnyClass = new (...values: never[]) => object;

/** Gives a class another constructor of the same name. */
export function redefineClass(real: AnyClass, constructor: AnyClass | (() => unknown)): void {
  redefine(constructor, "name", real.name);
  redefine(constructor, "length", real.length);
  defineProperty(constructor, "prototype", { value: real.prototype, writable: false });
  redefine(real.prototype, "constructor", constructor);
}
