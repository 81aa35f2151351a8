import { findRecursive } from "../schema/index_refs.ts";
import {
  intersectionOf,
  mapInner,
  type NamedType,
  printType,
  type TypeNode,
  unionOf,
  UNKNOWN,
} from "./type_node.ts";

/** A shorter type is written out wherever it is used. */
const MAX_INLINE_CHARS = 32;
/** A deeper type keeps its name. */
const MAX_INLINE_DEPTH = 40;

/**
 * Leaves a name only to the first type and to those that are used twice or contain themselves, and
 * replaces names that would stand for nothing but themselves.
 */
export function settleNames(types: readonly NamedType[]): NamedType[] {
  const sound = breakAliasCycles(types);
  const uses = countUses(sound);
  const inlined = new Map<string, NamedType>();
  const settled: NamedType[] = [];
  const mentioned = new Set<string>();
  // Later types were found in earlier ones: going backwards, each is final before it is used, and
  // one that is already mentioned is part of itself.
  for (const [at, type] of [...sound.entries()].toReversed()) {
    const final = inlineNames(type, inlined);
    namesIn(final.type).forEach((name) => mentioned.add(name));
    const isKept = at === 0 || mentioned.has(type.name) || !isWrittenOut(final, uses);
    if (isKept) settled.unshift(final);
    else inlined.set(type.name, final);
  }
  return settled;
}

/** `type A = B | string; type B = A` says nothing about A; TypeScript refuses it. */
function breakAliasCycles(types: readonly NamedType[]): readonly NamedType[] {
  const edges = types.flatMap(({ name, type }) =>
    nakedNames(type).map((other) => [name, other] as const)
  );
  if (edges.length === 0) return types;
  const circular = findRecursive(edges);
  const cut = (node: TypeNode): TypeNode => {
    if (node.kind === "name") return circular.has(node.name) ? UNKNOWN : node;
    if (node.kind === "union") return unionOf(node.members.map(cut));
    return node.kind === "intersection" ? intersectionOf(node.members.map(cut)) : node;
  };
  return types.map((type) => circular.has(type.name) ? { ...type, type: cut(type.type) } : type);
}

function nakedNames(node: TypeNode): string[] {
  if (node.kind === "name") return [node.name];
  return node.kind === "union" || node.kind === "intersection"
    ? node.members.flatMap(nakedNames)
    : [];
}

function countUses(types: readonly NamedType[]): Map<string, number> {
  const uses = new Map<string, number>();
  for (const name of types.flatMap(({ type }) => namesIn(type))) {
    uses.set(name, (uses.get(name) ?? 0) + 1);
  }
  return uses;
}

function inlineNames(type: NamedType, inlined: ReadonlyMap<string, NamedType>): NamedType {
  const write = (node: TypeNode): TypeNode => {
    if (node.kind === "name") return inlined.get(node.name)?.type ?? node;
    if (node.kind !== "object") return mapInner(node, write);
    const fields = node.fields.map((field) => {
      const doc = field.type.kind === "name" ? inlined.get(field.type.name)?.doc : undefined;
      return doc === undefined || field.doc !== undefined ? field : { ...field, doc };
    });
    return mapInner({ ...node, fields }, write);
  };
  return { ...type, type: write(type.type) };
}

function isWrittenOut({ name, type }: NamedType, uses: ReadonlyMap<string, number>): boolean {
  if (depthOf(type) > MAX_INLINE_DEPTH) return false;
  return (uses.get(name) ?? 0) <= 1 || printType(type).length <= MAX_INLINE_CHARS;
}

function namesIn(node: TypeNode): string[] {
  const names: string[] = [];
  const add = (inner: TypeNode): TypeNode => {
    if (inner.kind === "name") names.push(inner.name);
    return mapInner(inner, add);
  };
  add(node);
  return names;
}

function depthOf(node: TypeNode): number {
  let deepest = 0;
  mapInner(node, (inner) => {
    deepest = Math.max(deepest, depthOf(inner) + 1);
    return inner;
  });
  return deepest;
}
