import { unionOf } from "../types/combine_types.ts";
import { type FieldNode, type TypeNode, UNKNOWN } from "../types/type_node.ts";
import type { ObjectShape, Shape } from "./shape_of.ts";

/** The type that a shape comes to; `unknown` where nothing was seen or anything may be there. */
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
