/**
 * `node:events` of a program: our own, made of nothing but the language, so that it leads nowhere.
 *
 * @module
 */
import { codedError, outOfRange, wrongType } from "./coded_error.ts";

type Listener = (...values: unknown[]) => unknown;
type Name = string | symbol;
type Wrapped = Listener & { listener?: Listener };

export const errorMonitor = Symbol("events.errorMonitor");
export const captureRejectionSymbol = Symbol.for("nodejs.rejection");
const LISTENERS = Symbol("listeners");
const MOST = Symbol("maxListeners");
const CAPTURES = Symbol("captureRejections");

interface State {
  [LISTENERS]?: Map<Name, Wrapped[]>;
  [MOST]?: number | undefined;
  [CAPTURES]?: boolean;
}

export interface EventEmitter extends State {
  on(name: Name, listener: Listener): this;
  off(name: Name, listener: Listener): this;
  emit(name: Name, ...values: unknown[]): boolean;
}

/** Also called without `new`, by constructors of the older style that inherit from it. */
export function EventEmitter(this: State, options?: { captureRejections?: boolean }): void {
  if (options?.captureRejections === true) this[CAPTURES] = true;
}

let defaultMost = 10;

const methods: ThisType<EventEmitter & Record<string, never>> & Record<string, unknown> = {
  on: named("on", function (this: EventEmitter, name: Name, listener: Listener) {
    return add(this, name, { listener, at: "end" });
  }),
  prependListener(this: EventEmitter, name: Name, listener: Listener) {
    return add(this, name, { listener, at: "start" });
  },
  once(this: EventEmitter, name: Name, listener: Listener) {
    return add(this, name, { listener: onceOnly(this, name, listener), at: "end" });
  },
  prependOnceListener(this: EventEmitter, name: Name, listener: Listener) {
    return add(this, name, { listener: onceOnly(this, name, listener), at: "start" });
  },
  off: named("off", function (this: EventEmitter, name: Name, listener: Listener) {
    return remove(this, name, listener);
  }),
  removeAllListeners(this: EventEmitter, ...names: Name[]) {
    const listeners = listenersOf(this);
    for (const name of names.length > 0 ? names : [...listeners.keys()]) {
      for (const listener of (listeners.get(name) ?? []).toReversed()) remove(this, name, listener);
    }
    return this;
  },
  emit(this: EventEmitter, name: Name, ...values: unknown[]) {
    const listeners = listenersOf(this).get(name);
    if (name === "error") {
      for (const watch of [...listenersOf(this).get(errorMonitor) ?? []]) watch.apply(this, values);
      if (listeners === undefined) throw unhandled(values[0]);
    }
    if (listeners === undefined) return false;
    for (const listener of [...listeners]) watchRejection(this, name, listener.apply(this, values));
    return true;
  },
  listenerCount(this: EventEmitter, name: Name, listener?: Listener) {
    const all = listenersOf(this).get(name) ?? [];
    return listener === undefined ? all.length : all.filter((one) => isOf(one, listener)).length;
  },
  listeners(this: EventEmitter, name: Name) {
    return (listenersOf(this).get(name) ?? []).map((listener) => listener.listener ?? listener);
  },
  rawListeners(this: EventEmitter, name: Name) {
    return [...listenersOf(this).get(name) ?? []];
  },
  eventNames(this: EventEmitter) {
    return [...listenersOf(this).keys()];
  },
  setMaxListeners(this: EventEmitter, most: number) {
    this[MOST] = checkMost(most);
    return this;
  },
  getMaxListeners(this: EventEmitter) {
    return this[MOST] ?? defaultMost;
  },
};
methods.addListener = methods.on;
methods.removeListener = methods.off;
for (const [name, value] of Object.entries(methods)) {
  Object.defineProperty(EventEmitter.prototype, name, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}

export function once(
  emitter: EventEmitter | EventTarget,
  name: Name,
  { signal }: { signal?: AbortSignal } = {},
): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(abortError(signal));
    const done = (...values: unknown[]) => end(() => resolve(values));
    const failed = (error: unknown) => end(() => reject(error));
    const aborted = () => end(() => reject(abortError(signal!)));
    const stops = [listen(emitter, name, done)];
    if (name !== "error" && !(emitter instanceof EventTarget)) {
      stops.push(listen(emitter, "error", failed));
    }
    signal?.addEventListener("abort", aborted, { once: true });
    function end(settle: () => void): void {
      for (const stop of stops) stop();
      signal?.removeEventListener("abort", aborted);
      settle();
    }
  });
}

export async function* on(
  emitter: EventEmitter | EventTarget,
  name: Name,
  { signal, close = [] }: { signal?: AbortSignal; close?: readonly Name[] } = {},
): AsyncGenerator<unknown[]> {
  const waiting: unknown[][] = [];
  let failure: { error: unknown } | undefined;
  let isOver = false;
  let wake = () => {};
  const fail = (error: unknown) => (failure = { error }, wake());
  const aborted = () => fail(abortError(signal!));
  const stops = [listen(emitter, name, (...values) => (waiting.push(values), wake()))];
  if (!(emitter instanceof EventTarget)) stops.push(listen(emitter, "error", fail));
  for (const last of close) stops.push(listen(emitter, last, () => (isOver = true, wake())));
  if (signal?.aborted) aborted();
  signal?.addEventListener("abort", aborted, { once: true });
  try {
    for (;;) {
      while (waiting.length > 0) yield waiting.shift()!;
      if (failure !== undefined) throw failure.error;
      if (isOver) return;
      await new Promise<void>((resolve) => wake = resolve);
    }
  } finally {
    for (const stop of stops) stop();
    signal?.removeEventListener("abort", aborted);
  }
}

export function getEventListeners(emitter: EventEmitter, name: Name): Listener[] {
  return (listenersOf(emitter).get(name) ?? []).map((listener) => listener.listener ?? listener);
}

export function listenerCount(emitter: EventEmitter, name: Name): number {
  return listenersOf(emitter).get(name)?.length ?? 0;
}

export function getMaxListeners(emitter: EventEmitter): number {
  return emitter[MOST] ?? defaultMost;
}

export function setMaxListeners(most: number = defaultMost, ...emitters: EventEmitter[]): void {
  checkMost(most);
  if (emitters.length === 0) defaultMost = most;
  for (const emitter of emitters) emitter[MOST] = most;
}

export function addAbortListener(signal: AbortSignal, listener: Listener): Disposable {
  if (signal.aborted) queueMicrotask(() => listener());
  signal.addEventListener("abort", listener, { once: true });
  return { [Symbol.dispose]: () => signal.removeEventListener("abort", listener) };
}

const statics = {
  ...{ EventEmitter, errorMonitor, captureRejectionSymbol, once, on, getEventListeners },
  ...{ getMaxListeners, setMaxListeners, listenerCount, addAbortListener },
};
Object.assign(EventEmitter, statics);
Object.defineProperty(EventEmitter, "defaultMaxListeners", {
  get: () => defaultMost,
  set: (most: number) => void (defaultMost = checkMost(most)),
  enumerable: true,
});
export const defaultMaxListeners = defaultMost;
export default EventEmitter;

function named(name: string, method: unknown): unknown {
  return Object.defineProperty(method as object, "name", { value: name });
}

function listenersOf(emitter: State): Map<Name, Wrapped[]> {
  return emitter[LISTENERS] ??= hidden(emitter, new Map());
}

/** Keeps the listeners out of the shown properties of an emitter. */
function hidden(emitter: State, value: Map<Name, Wrapped[]>): Map<Name, Wrapped[]> {
  Object.defineProperty(emitter, LISTENERS, { value, writable: true, configurable: true });
  return value;
}

function add(
  emitter: EventEmitter,
  name: Name,
  { listener, at }: { listener: Wrapped; at: "start" | "end" },
): EventEmitter {
  if (typeof listener !== "function") throw wrongType("listener", "of type function", listener);
  const listeners = listenersOf(emitter);
  if (listeners.has("newListener")) {
    emitter.emit("newListener", name, listener.listener ?? listener);
  }
  const known = listeners.get(name) ?? [];
  listeners.set(name, at === "end" ? [...known, listener] : [listener, ...known]);
  const most = emitter[MOST] ?? defaultMost;
  if (most > 0 && known.length === most) {
    console.warn(
      `MaxListenersExceededWarning: Possible EventEmitter memory leak detected. ${most + 1} ` +
        `${String(name)} listeners added. MaxListeners is ${most}. ` +
        "Use emitter.setMaxListeners() to increase limit",
    );
  }
  return emitter;
}

function remove(emitter: EventEmitter, name: Name, listener: Listener): EventEmitter {
  if (typeof listener !== "function") throw wrongType("listener", "of type function", listener);
  const listeners = listenersOf(emitter);
  const known = listeners.get(name) ?? [];
  const at = known.findLastIndex((one) => isOf(one, listener));
  if (at === -1) return emitter;
  const left = known.toSpliced(at, 1);
  if (left.length > 0) listeners.set(name, left);
  else listeners.delete(name);
  if (listeners.has("removeListener")) emitter.emit("removeListener", name, listener);
  return emitter;
}

function isOf(one: Wrapped, listener: Listener): boolean {
  return one === listener || one.listener === listener;
}

function onceOnly(emitter: EventEmitter, name: Name, listener: Listener): Wrapped {
  if (typeof listener !== "function") throw wrongType("listener", "of type function", listener);
  const wrapped: Wrapped = function (this: unknown, ...values) {
    remove(emitter, name, wrapped);
    return listener.apply(this, values);
  };
  wrapped.listener = listener;
  return wrapped;
}

function watchRejection(emitter: EventEmitter, name: Name, result: unknown): void {
  if (emitter[CAPTURES] !== true || !(result instanceof Promise)) return;
  result.catch((error) => {
    const handle = (emitter as never as Record<symbol, unknown>)[captureRejectionSymbol];
    if (typeof handle === "function") handle.call(emitter, error, name);
    else emitter.emit("error", error);
  });
}

function listen(target: EventEmitter | EventTarget, name: Name, listener: Listener): () => void {
  if (target instanceof EventTarget) {
    target.addEventListener(name as string, listener);
    return () => target.removeEventListener(name as string, listener);
  }
  target.on(name, listener);
  return () => target.off(name, listener);
}

function unhandled(error: unknown): unknown {
  if (error instanceof Error) return error;
  const text = typeof error === "string" ? `'${error}'` : String(error);
  const unhandled = codedError(Error, "ERR_UNHANDLED_ERROR", `Unhandled error. (${text})`);
  return Object.assign(unhandled, { context: error });
}

function abortError({ reason }: AbortSignal): Error {
  const error = codedError(Error, "ABORT_ERR", "The operation was aborted");
  return Object.assign(error, { name: "AbortError", cause: reason });
}

function checkMost(most: number): number {
  if (typeof most === "number" && most >= 0) return most;
  throw outOfRange("n", "a non-negative number", most);
}
