import type { AnyNode, Node } from "acorn";
import type { ProgramModule } from "../../program/program.ts";
import type { ComplexFunction } from "./find_complex.ts";
import type { FileUse } from "../../model/risk.ts";
import type { Repeat } from "./repeat.ts";
import type { ToolTraits } from "./tool_traits.ts";
import type { Trick } from "./tricks/trick.ts";

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
export interface ToolFact {
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
  readonly tricks: ReadonlyMap<Trick["kind"], readonly Trick[]>;
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

export type { AnyNode };
