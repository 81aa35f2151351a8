import { apply, createSafeMap, defineProperty } from "./primordials.ts";
import type { CoreTimer, RuntimeCore } from "./harden_runtime.ts";

type Callback = (...values: unknown[]) => unknown;

const LONGEST_MS = 2 ** 31 - 1;

// Called without the core as `this`, so that no function is handed it.
let createTimer: RuntimeCore["createTimer"];
let cancelTimer: RuntimeCore["cancelTimer"];
let refreshTimer: RuntimeCore["refreshTimer"];
let refTimer: RuntimeCore["refTimer"];
let unrefTimer: RuntimeCore["unrefTimer"];

const active = createSafeMap<number, Timeout>();

class Timeout {
  readonly #callback: Callback;
  readonly #ms: number;
  readonly #isRepeated: boolean;
  #timer: CoreTimer | undefined;
  #id = 0;
  #isRefed = true;

  constructor(callback: unknown, ms: unknown, isRepeated: boolean) {
    if (typeof callback !== "function") {
      throw new TypeError('The "callback" argument must be of type function');
    }
    this.#callback = callback as Callback;
    this.#ms = shortened(ms);
    this.#isRepeated = isRepeated;
    this.#start();
  }

  #start(): void {
    const run = () => {
      if (!this.#isRepeated) this.#forget();
      apply(this.#callback as never, this, []);
    };
    const timer = createTimer(
      run,
      this.#ms,
      undefined,
      this.#isRepeated,
      this.#isRefed,
      false,
    );
    this.#timer = timer;
    this.#id = timer._timerId;
    active.set(this.#id, this);
  }

  #forget(): void {
    this.#timer = undefined;
    active.delete(this.#id);
  }

  static clear(timeout: unknown): void {
    const found = typeof timeout === "object" && timeout !== null && #id in timeout
      ? timeout
      : active.get(+(timeout as number));
    found?.close();
  }

  close(): this {
    if (this.#timer !== undefined) cancelTimer(this.#timer);
    this.#forget();
    return this;
  }

  refresh(): this {
    if (this.#timer !== undefined) refreshTimer(this.#timer);
    else this.#start();
    return this;
  }

  ref(): this {
    this.#isRefed = true;
    if (this.#timer !== undefined) refTimer(this.#timer);
    return this;
  }

  unref(): this {
    this.#isRefed = false;
    if (this.#timer !== undefined) unrefTimer(this.#timer);
    return this;
  }

  hasRef(): boolean {
    return this.#isRefed;
  }

  [Symbol.toPrimitive](): number {
    return this.#id;
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

const { clear } = Timeout;

function begin(callback: unknown, ms: unknown, isRepeated: boolean, values: unknown[]): Timeout {
  if (values.length === 0 || typeof callback !== "function") {
    return new Timeout(callback, ms, isRepeated);
  }
  const called = function (this: unknown) {
    return apply(callback as never, this, values);
  };
  return new Timeout(called, ms, isRepeated);
}

/**
 * Replaces the runtime's timers, which are Node's: those load parts of Node for an odd time, and their
 * objects lead from one timer to all others.
 */
export function replaceTimers(core: RuntimeCore): void {
  ({ createTimer, cancelTimer, refreshTimer, refTimer, unrefTimer } = core);
  const timers = {
    setTimeout: (callback: unknown, ms?: unknown, ...values: unknown[]) =>
      begin(callback, ms, false, values),
    setInterval: (callback: unknown, ms?: unknown, ...values: unknown[]) =>
      begin(callback, ms, true, values),
    setImmediate: (callback: unknown, ...values: unknown[]) => begin(callback, 0, false, values),
    clearTimeout: (timeout: unknown) => clear(timeout),
    clearInterval: (timeout: unknown) => clear(timeout),
    clearImmediate: (timeout: unknown) => clear(timeout),
  };
  for (const [name, value] of Object.entries(timers)) {
    defineProperty(globalThis, name, {
      value,
      writable: true,
      configurable: true,
      enumerable: true,
    });
  }
  // The promises that util.promisify returns.
  const custom = Symbol.for("nodejs.util.promisify.custom");
  const later = (ms: unknown, value: unknown) =>
    new Promise((resolve) => void timers.setTimeout(() => resolve(value), ms));
  defineProperty(timers.setTimeout, custom, { value: later });
  defineProperty(timers.setImmediate, custom, { value: (value: unknown) => later(0, value) });
}

function shortened(ms: unknown): number {
  const given = +(ms as number);
  return given >= 1 && given <= LONGEST_MS ? given : 1;
}
