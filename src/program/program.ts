import type {
  CallExpression,
  ExportAllDeclaration,
  ExportNamedDeclaration,
  ImportDeclaration,
  ImportExpression,
  MetaProperty,
  Program as SyntaxTree,
  ReturnStatement,
} from "acorn";
import type { Position } from "../model/errors.ts";
import type { Capability } from "../model/tool.ts";
import type { Wrapper } from "./wrappers.ts";
import type { SourcePositions } from "./source_positions.ts";

/** A node that loads a module, wherever it stands. */
export type ImportNode =
  | ImportDeclaration
  | ReExport
  | ImportExpression;

/** `export … from`. */
export type ReExport =
  | ExportNamedDeclaration & { readonly source: NonNullable<ExportNamedDeclaration["source"]> }
  | ExportAllDeclaration;

/** How running code uses a name. */
export interface NameUse {
  /** `x` of every `name.x`. */
  readonly members: Set<string>;
  /** Whether it is also used in any other way. */
  escapes: boolean;
}

/** What one walk through a module's tree finds, in the order of the text. */
export interface TreeFacts {
  readonly imports: readonly ImportNode[];
  /** `import.meta`. */
  readonly metas: readonly MetaProperty[];
  readonly calls: readonly CallExpression[];
  /** Returns of the top level. */
  readonly returns: readonly ReturnStatement[];
  /** Whether the top level awaits. */
  readonly waits: boolean;
  /** By name: all that running code names, or declares otherwise than by an import. */
  readonly names: ReadonlyMap<string, NameUse>;
  /** All words that stand there as names of anything. */
  readonly words: ReadonlySet<string>;
}

/** What an import of a program may stand for. */
export type ImportTarget =
  | { readonly kind: "airlock" }
  | { readonly kind: "node"; readonly module: string }
  | { readonly kind: "server"; readonly folder: string }
  | { readonly kind: "tool"; readonly folder: string; readonly file: string }
  | { readonly kind: "skill"; readonly name: string };

/** One import of a module, wherever it stands. */
export type ModuleImport =
  & { readonly target: ImportTarget; readonly specifier: string }
  & (
    | { readonly form: "import"; readonly node: ImportDeclaration }
    | { readonly form: "export"; readonly node: ExportNamedDeclaration | ExportAllDeclaration }
    | { readonly form: "call"; readonly node: ImportExpression }
  );

/** All imports of a module. */
export interface ModuleImports {
  readonly imports: readonly ModuleImport[];
  /** `import(x)` whose specifier is known only while the program runs. */
  readonly computed: readonly ImportExpression[];
}

/** A module as it will run, its syntax tree, and the way back to where its author wrote it. */
export interface ParsedModule {
  /** Its tokens, each where it stood, and no comment; positions of the tree are positions in it. */
  readonly js: string;
  readonly tree: SyntaxTree;
  readonly facts: TreeFacts;
  /** The same with comments, as it was without types. */
  readonly stripped: string;
  /** A source map in JSON; absent where lines and columns are the author's. */
  readonly map?: string | undefined;
  /** The author's position of a position in `js`. */
  toSource(position: Position): Position;
}

/** A call of `callTool("server", "tool", …)` of the module `airlock`. */
export interface NamedCall {
  readonly node: CallExpression;
  /** What the text says, or all that its constants can come to. */
  readonly tools: readonly Capability[];
  /** Whether both names stand in the call. */
  readonly isPlain: boolean;
}

/** One module of a program: its own, or that of a skill. */
export interface ProgramModule extends ParsedModule, ModuleImports {
  /** Undefined for the program's own. */
  readonly skill: string | undefined;
  /** Its calls of tools by their names. */
  readonly named: readonly NamedCall[];
}

/** A program that was read whole, every module that it reaches included. */
export interface Program {
  /** SHA-256 of all its modules' text, in hexadecimal. */
  readonly hash: string;
  /** The program's own first. */
  readonly modules: readonly ProgramModule[];
  /** The wrappers that it imports, by folder. */
  readonly wrappers: ReadonlyMap<string, readonly Wrapper[]>;
  /** The tools that it may call. */
  readonly capabilities: readonly Capability[];
}

/** A file that a worker imports. */
export interface LinkedFile {
  /** Relative to the folder that all linked files stand in. */
  readonly path: string;
  readonly js: string;
}

/** A program as a worker loads it. */
export interface LinkedProgram {
  /** The program's own file first. */
  readonly files: readonly LinkedFile[];
  /** From the program's own file to its author's text. */
  readonly positions: SourcePositions;
}

/** A tool that a module names and that is not there. */
export interface MisnamedTool {
  /** Of the call, in the author's text. */
  readonly position: Position;
  /** What is so, and what was probably meant. */
  readonly message: string;
}

/** A program that is one call of a tool and gives back what the tool answers, as it is. */
export interface SingleCall extends Capability {
  /** As they stand in the program. */
  readonly arguments: Readonly<Record<string, unknown>>;
  /** Where the program calls it, in the author's text. */
  readonly position: Position;
  /** Whether the answer is the program's value, or what it logs. */
  readonly gives: "value" | "log";
}
