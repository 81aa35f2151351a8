import type { Limits } from "../config/limits.ts";
import {
  FrameError,
  type FrameGuard,
  type FrameHead,
  type FrameHold,
  FrameTooLargeError,
} from "../model/frames.ts";
import {
  type JsonBounds,
  JsonBoundsError,
  JsonScanner,
  JsonSyntaxError,
} from "../text/json_scanner.ts";
import { MemoryShares } from "./memory_shares.ts";
import { FRAME, type Role } from "../model/protocol.ts";

/** Where frames come from: a worker's connections, its output, or who has not said hello yet. */
type FrameSource = Role | "output" | "stranger";

/** A frame has more than a limit of its run allows. */
export class FrameOverLimitError extends Error {
  override readonly name = "FrameOverLimitError";
  /** The limit. */
  readonly limit: keyof Limits;

  /** @param limit that the frame is over */
  constructor(limit: keyof Limits) {
    super(`Cannot read frame: it is over ${limit}`);
    this.limit = limit;
  }
}

const KiB = 1024;
const MiB = 1024 * KiB;

/** Bodies of frames, of all workers together, while they are read and until they are dealt with. */
const MAX_BODY_BYTES = 256 * MiB;
/** What is made of them, by {@linkcode costOf}. */
const MAX_VALUE_BYTES = 1024 * MiB;
/** Shorter bodies cost too little to be counted. */
const SMALL_BYTES = 16 * KiB;
/** What a value costs on its way through the host, beside its text: parsed, masked, written. */
const NODE_COST = 250;
/** How often a text is in memory on its way. */
const TEXT_COST = 4;

const BODIES = new MemoryShares(MAX_BODY_BYTES);
const VALUES = new MemoryShares(MAX_VALUE_BYTES);

/** What a frame of one type may have. */
interface FrameBounds extends JsonBounds {
  readonly bytes: number;
  /** The limit of the run that the length is; absent where only who breaks the protocol is over it. */
  readonly limit?: keyof Limits;
}

/**
 * The door of a worker's frames: which types may come, how long they may be, how deep and of how many
 * values, and how much of all of it is in memory at once. Nothing else of the host sees a frame that
 * is over a bound.
 */
export class FrameIntake implements FrameGuard, Disposable {
  readonly #limits: Limits;
  readonly #holds = new Set<Disposable>();
  readonly #closing = new AbortController();
  #bounds: ReadonlyMap<number, FrameBounds>;
  #owner: string | undefined;
  #scanner: JsonScanner | undefined;
  #body: Disposable | undefined;

  /** @param source what the frames are read from */
  constructor(source: FrameSource, limits: Limits) {
    this.#limits = limits;
    this.#bounds = boundsOf(source, limits);
  }

  /** Says what the frames are read from, now that it is known. */
  listenTo(source: FrameSource): void {
    this.#bounds = boundsOf(source, this.#limits);
  }

  /** Says whose run the frames are of from now on. */
  serve(owner: string): void {
    this.#owner = owner;
  }

  admit({ type, bytes }: FrameHead): Promise<void> | undefined {
    const bounds = this.#bounds.get(type);
    if (bounds === undefined) throw new FrameError("Cannot read frame: it may not come from here");
    if (bytes > bounds.bytes) throw tooLong(bounds);
    this.#scanner = new JsonScanner(bounds);
    // The last frame of a run: what came before needs no answer any more.
    if (type === FRAME.value || type === FRAME.thrown) this.#release();
    if (!this.#isShared(bytes)) return undefined;
    const share = this.#take(BODIES, bytes);
    if (!(share instanceof Promise)) return void this.#hold(share);
    return share.then((share) => this.#hold(share));
  }

  look(part: Uint8Array): void {
    try {
      this.#scanner!.push(part);
    } catch (error) {
      throw explain(error);
    }
  }

  finish({ bytes }: FrameHead): Promise<FrameHold> | FrameHold {
    const { nodes, outerCommas } = this.#end();
    const said = { nodes, outerCommas };
    const body = this.#body;
    this.#body = undefined;
    if (!this.#isShared(bytes)) return { ...said, [Symbol.dispose]: () => {} };
    const share = this.#take(VALUES, costOf({ bytes, nodes }));
    return share instanceof Promise
      ? share.then((share) => ({ ...said, ...this.#holdBoth(body, share) }))
      : { ...said, ...this.#holdBoth(body, share) };
  }

  /** Gives back all that is held, and waits for nothing more. */
  [Symbol.dispose](): void {
    this.#closing.abort(new FrameError("Cannot read frame: its run has ended"));
    this.#release();
  }

  /** What comes before a run, and beside it, is bounded by how short it is. */
  #isShared(bytes: number): boolean {
    return this.#owner !== undefined && bytes > SMALL_BYTES;
  }

  #end(): JsonScanner {
    const scanner = this.#scanner!;
    try {
      scanner.end();
    } catch (error) {
      throw explain(error);
    }
    return scanner;
  }

  #take(shares: MemoryShares, bytes: number): Disposable | Promise<Disposable> {
    return shares.take(this.#owner ?? "", bytes, this.#closing.signal);
  }

  #hold(share: Disposable): void {
    this.#body = share;
    this.#keep(share);
  }

  #holdBoth(body: Disposable | undefined, value: Disposable): Disposable {
    this.#keep(value);
    return {
      [Symbol.dispose]: () => {
        for (const share of [body, value]) {
          if (share === undefined) continue;
          this.#holds.delete(share);
          share[Symbol.dispose]();
        }
      },
    };
  }

  /** A share that comes after the end goes back at once. */
  #keep(share: Disposable): void {
    if (this.#closing.signal.aborted) share[Symbol.dispose]();
    else this.#holds.add(share);
  }

  #release(): void {
    for (const share of this.#holds) share[Symbol.dispose]();
    this.#holds.clear();
  }
}

/** What a JSON text costs in memory on its way through the host. */
function costOf({ bytes, nodes }: { bytes: number; nodes: number }): number {
  return TEXT_COST * bytes + NODE_COST * nodes;
}

/** What a worker says of itself is short. */
const FEW: JsonBounds = { depth: 4, nodes: 64 };
const HELLO: FrameBounds = { ...FEW, bytes: 4 * KiB };

function boundsOf(source: FrameSource, limits: Limits): ReadonlyMap<number, FrameBounds> {
  const { callBytes, argumentBytes, callDepth, callNodes, callNames } = limits;
  const { askBytes, outputBytes } = limits;
  // What stands around arguments and values is the protocol's.
  const asked: JsonBounds = {
    depth: callDepth + 1,
    nodes: callNodes + AROUND,
    names: callNames,
  };
  const given: JsonBounds = { depth: callDepth + 1, nodes: callNodes + 1 };
  const short = askBytes < callBytes
    ? { bytes: askBytes, limit: "askBytes" } as const
    : { bytes: callBytes, limit: "callBytes" } as const;
  const sent = argumentBytes < callBytes
    ? { bytes: argumentBytes, limit: "argumentBytes" } as const
    : { bytes: callBytes, limit: "callBytes" } as const;
  const thrown: FrameBounds = { ...FEW, ...short };
  switch (source) {
    case "stranger":
      return new Map([[FRAME.hello, HELLO]]);
    case "control":
      return new Map([[FRAME.thrown, thrown]]);
    case "output":
      return new Map([
        [FRAME.log, { ...FEW, bytes: outputBytes, limit: "outputBytes" }],
        [FRAME.logEnd, HELLO],
      ]);
    case "program":
      return new Map([
        [FRAME.call, { ...asked, ...sent }],
        [FRAME.ask, { ...asked, ...short }],
        [FRAME.value, { ...given, bytes: callBytes, limit: "callBytes" }],
        [FRAME.thrown, thrown],
      ]);
  }
}

/** Values beside the arguments of a call: names, and all that the program's clock may have said. */
const AROUND = 200_010;

function tooLong({ limit }: FrameBounds): Error {
  return limit === undefined
    ? new FrameTooLargeError("Cannot read frame: it is longer than its type may be")
    : new FrameOverLimitError(limit);
}

const LIMITS_OF_BOUNDS = {
  depth: "callDepth",
  nodes: "callNodes",
  names: "callNames",
} as const;

function explain(error: unknown): unknown {
  if (error instanceof JsonBoundsError) {
    return new FrameOverLimitError(LIMITS_OF_BOUNDS[error.bound]);
  }
  return error instanceof JsonSyntaxError
    ? new FrameError("Cannot read frame: the body is not JSON", { cause: error })
    : error;
}
