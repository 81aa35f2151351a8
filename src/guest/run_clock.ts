import { redefine, redefineClass } from "./primordials.ts";

/** The clock of a program: its readings are kept, so that a replay reads the same. */
export interface RunClock {
  /** Returns milliseconds since 1970, with tenths. */
  now(): number;
  /** Starts with the readings of the run before, as pairs of a time and how often it was read. */
  start(startedAt: number, reads: readonly number[]): void;
  /** When the run was started for the first time. */
  readonly startedAt: number;
  /** Takes the readings since the last call, as such pairs; undefined for none. */
  take(): number[] | undefined;
}

/** The most readings, of different times, that are kept. */
const MAX_KEPT = 100_000;
const TENTHS = 10;

const { trunc } = Math;

export function createRunClock(): RunClock {
  const elapsed = performance.now.bind(performance); // before the program could replace it
  const origin = performance.timeOrigin;
  let startedAt = origin;
  let before: readonly number[] = [];
  let at = 0;
  let left = 0;
  let last = 0;
  let kept = createReads();
  let keptCount = 0;

  function keep(): void {
    if (kept.length > 0 && kept[kept.length - 2] === last) kept[kept.length - 1]!++;
    else if (keptCount < MAX_KEPT) {
      kept[kept.length] = last;
      kept[kept.length] = 1;
      keptCount++;
    }
  }

  return {
    now() {
      if (at < before.length) {
        if (left === 0) left = before[at + 1]!;
        last = before[at]!;
        if (--left === 0) at += 2;
        return last;
      }
      const read = trunc((origin + elapsed()) * TENTHS) / TENTHS;
      if (read > last) last = read;
      keep();
      return last;
    },
    start(first, reads) {
      startedAt = first;
      before = reads;
      kept = createReads();
    },
    get startedAt() {
      return startedAt;
    },
    take() {
      if (kept.length === 0) return undefined;
      const taken = kept;
      kept = createReads();
      return taken;
    },
  };
}

/** Makes a list that inherits nothing: no setter of the program's sees its elements. */
function createReads(): number[] {
  return Object.setPrototypeOf([], null);
}

/** Taken before the program could replace them. */
const { apply: applyReal, construct: constructReal } = Reflect;
const { floor, round } = Math;

/** Replaces the clocks beside `Date` and `Temporal`: formats, performance, and times of files. */
export function replaceClocks(clock: RunClock): void {
  replaceFormats(() => floor(clock.now()));
  replacePerformance(clock);
  replaceFileTimes(() => floor(clock.now()));
}

/** A format without a date takes the present one. */
function replaceFormats(now: () => number): void {
  const { prototype } = Intl.DateTimeFormat;
  const formatOf = Object.getOwnPropertyDescriptor(prototype, "format")!.get!;
  const toParts = prototype.formatToParts;
  const made = new WeakMap<object, unknown>();
  const recall = made.get.bind(made);
  const remember = made.set.bind(made);
  const read = {
    get format() {
      const real = applyReal(formatOf, this, []);
      const known = recall(real);
      if (known !== undefined) return known;
      const format = (date?: unknown) => real(date === undefined ? now() : date);
      redefine(format, "name", "");
      redefine(format, "length", 1);
      remember(real, format);
      return format;
    },
    formatToParts(date: unknown) {
      return applyReal(toParts, this, [date === undefined ? now() : date]);
    },
  };
  const { get } = Object.getOwnPropertyDescriptor(read, "format")!;
  Object.defineProperty(prototype, "format", { get: get!, enumerable: false, configurable: true });
  redefine(prototype, "formatToParts", read.formatToParts);
}

function replacePerformance(clock: RunClock): void {
  const { prototype } = Performance;
  const { mark: realMark, measure: realMeasure, toJSON: realJson } = prototype;
  const RealMark = performance.mark("").constructor as new (...values: unknown[]) => object;
  performance.clearMarks();
  const now = () => round((clock.now() - clock.startedAt) * 10) / 10;
  const begun = (options: unknown) => isAbsent(options) ? { startTime: now() } : markAt(options);
  const markAt = (options: unknown) =>
    isObject(options) && options.startTime === undefined
      ? { ...options, startTime: now() }
      : options;
  const replaced = {
    now,
    mark(name: unknown, options?: unknown) {
      return applyReal(realMark, this, [name, begun(options)]);
    },
    measure(name: unknown, start?: unknown, end?: unknown) {
      return applyReal(realMeasure, this, measured(name, start, end));
    },
    toJSON() {
      return { ...applyReal(realJson, this, []), timeOrigin: clock.startedAt };
    },
  };
  // No list is spread here: a program may have replaced the iteration of lists.
  const measured = (name: unknown, start: unknown, end: unknown): unknown[] => {
    if (end !== undefined) return [name, start, end];
    if (!isObject(start)) return [name, isAbsent(start) ? { end: now() } : { start, end: now() }];
    const isWhole = start.end !== undefined || start.duration !== undefined;
    const saysNothing = start.start === undefined && start.detail !== undefined;
    return [name, isWhole || saysNothing ? start : { ...start, end: now() }];
  };
  for (const [name, value] of Object.entries(replaced)) redefine(prototype, name, value);
  for (const name of ["mark", "measure"]) redefine(replaced[name as "mark"], "length", 1);
  Object.defineProperty(prototype, "timeOrigin", { get: () => clock.startedAt });
  redefineClass(RealMark, function (this: unknown, name: unknown, options?: unknown) {
    return constructReal(RealMark, [name, begun(options)], new.target ?? RealMark);
  } as never);
}

/** A file made of data alone has the time of its making. */
function replaceFileTimes(now: () => number): void {
  const RealFile = File;
  function RunFile(this: unknown, bits: unknown, name: unknown, options?: unknown): unknown {
    if (new.target === undefined) throw new TypeError("Class constructor File cannot be invoked");
    const isDated = isObject(options) && options.lastModified !== undefined;
    const dated = isDated || !(isAbsent(options) || isObject(options))
      ? options
      : { ...(options as object), lastModified: now() };
    return constructReal(RealFile, [bits, name, dated], new.target);
  }
  redefineClass(RealFile, RunFile as never);
  redefine(globalThis, "File", RunFile);
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
