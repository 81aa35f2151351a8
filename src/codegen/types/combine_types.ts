import { printType } from "./print_type.ts";
import { NEVER, type TypeNode, UNKNOWN } from "./type_node.ts";

/** The type of a value that is of one of the given types. */
export function unionOf(types: readonly TypeNode[]): TypeNode {
  const members = new Map<string, TypeNode>();
  for (const type of types.flatMap((type) => type.kind === "union" ? type.members : [type])) {
    if (type.kind === "unknown") return UNKNOWN;
    if (type.kind === "never") continue;
    const text = printType(type);
    if (!members.has(text)) members.set(text, type);
  }
  if (members.has("true") && members.has("false")) {
    members.delete("true");
    members.delete("false");
    members.set("boolean", { kind: "boolean" });
  }
  const [first, ...others] = members.values();
  if (!first) return NEVER;
  return others.length === 0 ? first : { kind: "union", members: [first, ...others] };
}

/** The type of a value that is of all of the given types. */
export function intersectionOf(types: readonly TypeNode[]): TypeNode {
  const members = types
    .flatMap((type) => type.kind === "intersection" ? type.members : [type])
    .filter(({ kind }) => kind !== "unknown" && kind !== "nothing_more");
  if (members.some(({ kind }) => kind === "never")) return NEVER;
  const [first, ...others] = members;
  if (!first) return types.find(({ kind }) => kind === "nothing_more") ?? UNKNOWN;
  return others.length === 0 ? first : { kind: "intersection", members: [first, ...others] };
}
