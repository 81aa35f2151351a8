import { tsPlugin } from "@sveltejs/acorn-typescript";
import { Parser } from "acorn";

/** A node of the syntax tree, as far as it is read here. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly loc: {
    readonly start: { readonly line: number };
    readonly end: { readonly line: number };
  };
  readonly [field: string]: unknown;
}

interface Comment {
  readonly value: string;
  readonly loc: Node["loc"];
}

/** A source file as it is measured. */
export interface Source {
  /** Relative to `src`. */
  readonly path: string;
  readonly text: string;
  readonly lines: readonly string[];
  readonly tree: Node;
  readonly comments: readonly Comment[];
  /** The numbers of the lines that hold code, from 1. */
  readonly codeLines: ReadonlySet<number>;
}

const TypeScript = Parser.extend(tsPlugin() as never);

/** Parses a TypeScript file. */
export function readSource(path: string, text: string): Source {
  const comments: Comment[] = [];
  const tree = TypeScript.parse(text, {
    ecmaVersion: "latest",
    sourceType: "module",
    locations: true,
    onComment: comments as never,
  }) as unknown as Node;
  const codeLines = new Set<number>();
  const code = blankOut(text, comments as unknown as { start: number; end: number }[]);
  const lines = text.split("\n");
  for (const [index, line] of code.split("\n").entries()) if (line.trim()) codeLines.add(index + 1);
  return { path, text, lines, tree, comments, codeLines };
}

/** Replaces comments by blanks, so that lines keep their numbers. */
function blankOut(text: string, comments: readonly { start: number; end: number }[]): string {
  let code = "";
  let at = 0;
  for (const { start, end } of comments.toSorted((a, b) => a.start - b.start)) {
    if (start < at) continue;
    code += text.slice(at, start) + text.slice(start, end).replaceAll(/[^\n]/g, " ");
    at = end;
  }
  return code + text.slice(at);
}

/** Every node below one, itself included. */
export function* nodesOf(node: Node): Generator<Node> {
  yield node;
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child)) yield* nodesOf(child);
    }
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Node).type === "string";
}

/** The name of an identifier, or the text of a literal. */
export function nameOf(node: unknown): string {
  const { name, value } = (node ?? {}) as { name?: string; value?: unknown };
  return name ?? String(value ?? "");
}
