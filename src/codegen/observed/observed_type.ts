import { type FieldNode, type TypeNode, unionOf, UNKNOWN } from "../types/type_node.ts";
import type { ObjectShape, Shape } from "./observed_shape.ts";

/** The type of a shape; `unknown` where nothing was seen or anything may be there. */
export function shapeType({ any, kinds = [], item, object }: Shape): TypeNode {
  if (any) return UNKNOWN;
  const members: TypeNode[] = kinds.map((kind): TypeNode => ({ kind }));
  if (object) members.unshift(objectType(object));
  if (item) members.unshift({ kind: "array", item: shapeType(item), sampleLength: 1 });
  return members.length === 0 ? UNKNOWN : unionOf(members);
}

function objectType(object: ObjectShape): TypeNode {
  if ("values" in object) return { kind: "object", fields: [], index: shapeType(object.values) };
  const fields = Object.entries(object.fields).map(([key, { shape, optional }]): FieldNode => ({
    key,
    presence: optional ? "optional" : "required",
    type: shapeType(shape),
  }));
  // An object that was empty may have anything another time.
  return { kind: "object", fields, ...(fields.length === 0 && { index: UNKNOWN }) };
}

/** Beginning of the comment of an observed type; no text of a server can contain it. */
export const OBSERVED = "/** Observed in ";

/** The comment of an observed type; the counts are coarse, so that it seldom changes. */
export function observedDoc(samples: number): string {
  const steps = [1_000, 100, 10, 3].find((step) => samples >= step);
  const count = steps === undefined ? String(samples) : `${steps} or more`;
  return `Observed in ${count} result${samples === 1 ? "" : "s"}, not promised by the server`;
}

/** A wrapper's text with `type` in the place of an observed type; unchanged without one. */
export function withoutObserved(wrapper: string, type: "any" | "unknown"): string {
  const at = wrapper.indexOf(OBSERVED);
  if (at < 0) return wrapper;
  const rest = wrapper.slice(at).replace(
    /^[^\n]*\nexport type (\w+) = [\s\S]*?;\n\n/,
    (_whole, name: string) => `export type ${name} = ${type};\n\n`,
  );
  return wrapper.slice(0, at) + rest;
}
