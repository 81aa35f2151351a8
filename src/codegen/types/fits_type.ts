import { isJsonObject, jsonTypeOf, ownValue } from "../../text/json_value.ts";
import { NEVER, type ObjectNode, type TupleNode, type TypeNode } from "./type_node.ts";

/** The types that names stand for. */
export type TypesByName = ReadonlyMap<string, TypeNode>;

/** Alternatives inside alternatives could take for ever; what takes longer does not fit. */
const MAX_STEPS = 5_000;

/** Whether TypeScript would take the JSON value, written out in full, for the type. */
export function fitsType(value: unknown, type: TypeNode, types: TypesByName): boolean {
  let stepsLeft = MAX_STEPS;
  const fits = (inner: unknown, node: TypeNode): boolean => {
    if (stepsLeft-- <= 0) return false;
    switch (node.kind) {
      case "unknown":
        return true;
      case "string":
      case "number":
      case "boolean":
      case "null":
        return jsonTypeOf(inner) === node.kind;
      case "literal":
        return inner === node.value;
      case "nothing_more":
        return isJsonObject(inner);
      case "array":
        return Array.isArray(inner) && inner.every((item) => fits(item, node.item));
      case "tuple":
        return Array.isArray(inner) && fitsTuple(inner, node, fits);
      case "object":
        return isJsonObject(inner) && fitsObject(inner, node, fits);
      case "union":
        return node.members.some((member) => fits(inner, member));
      case "intersection":
        return node.members.every((member) => fits(inner, member));
      case "name":
        return fits(inner, types.get(node.name) ?? NEVER);
      default:
        return false;
    }
  };
  return fits(value, type);
}

type Fits = (value: unknown, type: TypeNode) => boolean;

function fitsTuple(value: readonly unknown[], type: TupleNode, fits: Fits): boolean {
  if (value.length < type.required) return false;
  return value.every((item, at) => fits(item, type.items[at] ?? type.rest ?? NEVER));
}

/** Keys that the type does not name are another member's of its intersection. */
function fitsObject(
  value: Readonly<Record<string, unknown>>,
  type: ObjectNode,
  fits: Fits,
): boolean {
  return type.fields.every(({ key, presence, type: field }) =>
    Object.hasOwn(value, key) ? fits(ownValue(value, key), field) : presence === "optional"
  );
}
