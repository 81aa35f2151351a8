import type { Node } from "acorn";
import type { ProgramModule } from "../../program/program.ts";
import type { FileUse } from "../../model/risk.ts";
import type { ToolTraits } from "./judge_tool.ts";
import type { DataKind } from "./data_kinds.ts";

/** A function of a program, or the top level of one of its modules. */
export interface FunctionFact {
  readonly kind: "function";
  readonly node: Node;
  readonly module: ProgramModule;
  /** Sources that what it returns may come from. */
  returns: number;
  /** Sources that any of its parameters may have. */
  given?: number;
  /** Of each parameter, sources that it was given. */
  params?: number[];
}

/** A tool that a program can name. */
interface ToolFact {
  readonly kind: "tool";
  readonly traits: ToolTraits;
}

/** What a call may call. */
export type Callable = FunctionFact | ToolFact;

/** What the names of a module stand for. */
export interface Namespace {
  /** By the name of the export. */
  readonly exports: ReadonlyMap<string, Callable>;
}

/** One place where something is called, or may be. */
export interface CallSite {
  readonly callee: Callable;
  /** The function that it stands in. */
  readonly from: FunctionFact;
  /** How often it is called each time that function is. */
  readonly repeat: Repeat;
  readonly node: Node;
  /** Sources that its arguments may come from. */
  readonly sources: number;
}

/** What was read of a program before any rule is asked. */
export interface ProgramFacts {
  readonly modules: readonly ProgramModule[];
  /** Of all tools that it may call. */
  readonly tools: readonly ToolTraits[];
  readonly sites: readonly CallSite[];
  /** What it does with files of its workspace. */
  readonly files: readonly FileUse[];
  readonly evasions: ReadonlyMap<Evasion["kind"], readonly Evasion[]>;
  /** Where each tool is called first, as far as it is. */
  readonly firstCalls: ReadonlyMap<ToolTraits, CallSite>;
  /** How many ways lead through each function. */
  readonly complexities: readonly ComplexFunction[];
  /** The same for sources of data. */
  readonly sourceBits: SourceBits;
  /** How often a call site is reached in all. */
  timesOf(site: CallSite): Repeat;
}

/** Sources of data as bits: a server's plain, personal and secret data have one bit each. */
export interface SourceBits {
  /** What results of a tool are. */
  of(tool: ToolTraits): number;
  /** The servers that the data may come from, with the worst that it may be. */
  describe(sources: number): readonly { server: string; data: ToolTraits["data"] }[];
}

/** A function, or the top level of a module, with the number of ways through it. */
export interface ComplexFunction {
  readonly module: ProgramModule;
  readonly node: Node;
  /** Cyclomatic complexity: one, and one more for each decision. */
  readonly complexity: number;
}

/** Something about how a program is written, whatever tools it calls. */
export interface Evasion {
  readonly kind: EvasionKind;
  readonly module: ProgramModule;
  readonly node: Node;
  /** What it is, as the program has it. */
  readonly detail: string;
}

/** The evasions, named as what a program does. */
export type EvasionKind =
  | "makes_code_from_text"
  | "hides_what_it_does"
  | "computes_an_import"
  | "changes_what_all_objects_inherit"
  | "holds_a_secret"
  | "loops_without_end"
  | "reaches_for_the_machine";

/** Takes down an evasion of the module that is read. */
export type AddEvasion = (kind: EvasionKind, node: Node, detail: string) => void;

/** How often something happens, at most. */
export interface Repeat {
  /** Null where it cannot be told. */
  readonly times: number | null;
  /** The text of what is gone through, where there is a loop. */
  readonly over?: string | undefined;
}

/** Once, and in no loop. */
export const ONCE: Repeat = { times: 1 };

/** Something that happens so often each time that something else does. */
export function multiply(outer: Repeat, inner: Repeat): Repeat {
  return { times: times(outer.times, inner.times), over: outer.over ?? inner.over };
}

/** Two things of which each happens. */
export function add(one: Repeat, other: Repeat): Repeat {
  const sum = one.times === null || other.times === null ? null : one.times + other.times;
  return { times: sum, over: one.over ?? other.over };
}

function times(outer: number | null, inner: number | null): number | null {
  if (outer === 0 || inner === 0) return 0;
  return outer === null || inner === null ? null : outer * inner;
}

/** The tool that a place calls; undefined where it calls a function. */
export function toolOfSite({ callee }: CallSite): ToolTraits | undefined {
  return callee.kind === "tool" ? callee.traits : undefined;
}

/** What people call a tool. */
export function nameOfTool({ server, tool }: ToolTraits): string {
  return `${server}.${tool}`;
}

const KINDS: readonly DataKind[] = ["plain", "personal", "secret"];

/** What fits into a number's 31 bits; servers beyond share the last place. */
const MAX_SERVERS = 10;

const MAX_DESCRIBED = 1_000;

/** The first bit of every server: plain data. */
const PLAIN = 0b001_001_001_001_001_001_001_001_001_001;

/** Gives each server of a program its bits. */
export function createSourceBits(tools: readonly ToolTraits[]): SourceBits {
  const servers = [...new Set(tools.map(({ server }) => server))];
  const places = new Map(servers.map((server, at) => [server, Math.min(at, MAX_SERVERS - 1)]));
  const placeOf = (server: string) => places.get(server) ?? MAX_SERVERS - 1;
  const described = new Map<number, ReturnType<SourceBits["describe"]>>();
  return {
    of: ({ server, data }) => 1 << (3 * placeOf(server)) << KINDS.indexOf(data),
    describe(sources) {
      const known = described.get(sources) ?? servers.flatMap((server) => {
        const bits = (sources >>> (3 * placeOf(server))) & 0b111;
        if (bits === 0) return [];
        return [{ server, data: KINDS[31 - Math.clz32(bits)]! }];
      });
      if (described.size < MAX_DESCRIBED) described.set(sources, known);
      return known;
    },
  };
}

/** The same sources, of which the data is now known to be of a kind. */
export function asKind(sources: number, kind: DataKind): number {
  if (kind === "plain") return sources;
  const plain = asPlain(sources);
  return sources | plain << KINDS.indexOf(kind);
}

/** The same sources, without what is of persons and secrets. */
export function asPlain(sources: number): number {
  return (sources | sources >>> 1 | sources >>> 2) & PLAIN;
}
