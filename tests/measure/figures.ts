import { unusedExports } from "./exports.ts";
import { arrowsOf, circlesOf, dependencyCounts, folderOf, type Graph } from "./graph.ts";
import { nameOf, type Node, nodesOf, type Source } from "./syntax.ts";

/** One line of the table. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  /** The most that is wanted; undefined where the figure is only told. */
  readonly wanted?: number;
  readonly places: readonly string[];
}

/** What is measured. */
export interface Tree {
  readonly sources: readonly Source[];
  readonly mod: Source;
  readonly graph: Graph;
  /** The folders of `src`, the highest first. */
  readonly order: readonly string[];
}

const LONGEST_FUNCTION = 50;
const MOST_FIELDS = 8;

/** Types by whose name a function or a constructor takes a bag of fields. */
const BAG = /(Options|Parts|Services|Dependencies|Deps|Init|Args|Input|Context|Scope)$/;
/** Folders whose types are shapes of files and of the wire. */
const SHAPES = /^(config|model)\//;
/** Words by which a comment names no subject. */
const VAGUE = /\b(nobody|no[ -]one|somebody|someone|whoever|what is so of)\b|^\W*of its\b/i;

/** Measures the shape of a tree. */
export function figuresOf(tree: Tree): Figure[] {
  const { sources, mod, graph, order } = tree;
  const places = <T>(all: readonly T[], show: (one: T) => string) => all.map(show);
  const functions = sources.flatMap(functionsOf);
  const long = functions.filter(({ lines }) => lines > LONGEST_FUNCTION);
  const sizes = sources.map(({ path, codeLines }) => ({ path, value: codeLines.size }));
  const needs = [...dependencyCounts(graph)].map(([path, value]) => ({ path, value }));
  const arrows = [...arrowsOf(graph)].flatMap(([from, to]) =>
    [...to].map((one) => `${from} → ${one}`)
  );
  const up = upArrows(graph, order);
  const circles = circlesOf(graph);
  const bags = sources.flatMap(bagsOf).filter(({ fields }) => fields > MOST_FIELDS);
  const vague = sources.flatMap(vagueComments);
  const unused = unusedExports(sources, mod);
  const nonBlank = sources.flatMap(({ lines }) => lines.filter((line) => line.trim())).length;
  return [
    { name: "files", value: sources.length, wanted: 470, places: [] },
    { name: "non-blank lines", value: nonBlank, wanted: 47_000, places: [] },
    { name: "code lines a file, p50", value: percentile(sizes, 50), places: [] },
    {
      name: "code lines a file, p90",
      value: percentile(sizes, 90),
      wanted: 250,
      places: largest(sizes, 250),
    },
    {
      name: "functions over 50 lines, %",
      value: Math.round(long.length / functions.length * 10_000) / 100,
      wanted: 0.5,
      places: places(long, ({ place, lines }) => `${place} ${lines} lines`),
    },
    { name: "arrows between folders", value: arrows.length, wanted: 116, places: arrows },
    { name: "arrows that lead up", value: up.length, wanted: 0, places: up },
    {
      name: "files in circles",
      value: circles.flat().length,
      wanted: 0,
      places: places(circles, (one) => one.join(" ↔ ")),
    },
    { name: "exports without importer", value: unused.length, wanted: 0, places: unused },
    {
      name: "option bags over 8 fields",
      value: bags.length,
      wanted: 0,
      places: places(bags, ({ place, fields }) => `${place} ${fields} fields`),
    },
    { name: "dependencies of a file, p50", value: percentile(needs, 50), places: [] },
    {
      name: "dependencies of a file, p90",
      value: percentile(needs, 90),
      wanted: 60,
      places: largest(needs, 60),
    },
    { name: "comments without subject", value: vague.length, wanted: 0, places: vague },
  ];
}

interface Sized {
  readonly path: string;
  readonly value: number;
}

/** The value below which `percent` of all are (nearest rank). */
export function percentile(all: readonly Sized[], percent: number): number {
  const sorted = all.map(({ value }) => value).sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * percent / 100) - 1)] ?? 0;
}

function largest(all: readonly Sized[], above: number): string[] {
  return all.filter(({ value }) => value > above).sort((a, b) => b.value - a.value)
    .map(({ path, value }) => `${path} ${value}`);
}

/** Each function with a body, and the lines from its first to its last. */
function functionsOf({ path, tree }: Source): { place: string; lines: number }[] {
  const found = [];
  for (const node of nodesOf(tree)) {
    if (!/^(Function(Declaration|Expression)|ArrowFunctionExpression)$/.test(node.type)) continue;
    if (!node.body) continue;
    const { start, end } = node.loc;
    found.push({ place: `${path}:${start.line}`, lines: end.line - start.line + 1 });
  }
  return found;
}

/** Each type that is a bag of options: by its name, or written where a parameter is. */
function bagsOf({ path, tree }: Source): { place: string; fields: number }[] {
  const found: { place: string; fields: number }[] = [];
  const add = (node: Node, name: string, members: unknown) => {
    const fields = ((members ?? []) as Node[]).filter(({ type }) => type === "TSPropertySignature");
    found.push({ place: `${path}:${node.loc.start.line} ${name}`, fields: fields.length });
  };
  for (const node of nodesOf(tree)) {
    const name = nameOf(node.id);
    if (node.type === "TSInterfaceDeclaration" && BAG.test(name) && !SHAPES.test(path)) {
      add(node, name, (node.body as Node).body);
    }
    for (const one of (Array.isArray(node.params) ? node.params : []) as Node[]) {
      const type = (one?.typeAnnotation as Node | undefined)?.typeAnnotation as Node | undefined;
      if (type?.type === "TSTypeLiteral") add(one, "(parameter)", type.members);
    }
  }
  return found;
}

function vagueComments({ path, comments }: Source): string[] {
  return comments.filter(({ value }) => VAGUE.test(value)).map(({ value, loc }) =>
    `${path}:${loc.start.line} ${value.replaceAll(/\s*\n\s*\*?\s*/g, " ").trim()}`
  );
}

function upArrows(graph: Graph, order: readonly string[]): string[] {
  const place = (file: string) => order.indexOf(folderOf(file));
  return [...graph].flatMap(([from, targets]) =>
    [...targets].filter((to) => place(from) < 0 || place(to) < place(from))
      .map((to) => `${from} → ${to}`)
  );
}
