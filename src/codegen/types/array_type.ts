import { type Building, deeper } from "./building.ts";
import type { Shape } from "../schema/shape.ts";
import { NEVER, type TypeNode, UNKNOWN } from "./type_node.ts";

/** A longer tuple is an array of anything. */
const MAX_PLACES = 100;
/** An example shows no more items than this. */
const MAX_SAMPLE_ITEMS = 3;

/** The type of the lists that a shape allows. */
export function arrayType(shape: Shape, building: Building): TypeNode {
  const inner = deeper(building);
  if (shape.prefix.length > MAX_PLACES) return { kind: "array", item: UNKNOWN, sampleLength: 0 };
  if (shape.prefix.length > 0) return tupleType(shape, inner);
  const item = shape.items.length === 0 ? UNKNOWN : building.typeOf(shape.items, inner).type;
  const fewest = Math.min(Math.max(shape.minItems, 1), MAX_SAMPLE_ITEMS);
  return { kind: "array", item, sampleLength: Math.min(fewest, shape.maxItems) };
}

/** Places after `minItems` may be missing: a prefix only says what is there if it is there. */
function tupleType(shape: Shape, inner: Building): TypeNode {
  const items = shape.prefix.map((schemas) => inner.typeOf(schemas, inner).type);
  const isClosed = shape.maxItems <= items.length;
  const rest = isClosed
    ? NEVER
    : shape.items.length === 0
    ? UNKNOWN
    : inner.typeOf(shape.items, inner).type;
  return {
    kind: "tuple",
    items,
    required: Math.min(shape.minItems, items.length),
    ...(rest.kind !== "never" && { rest }),
  };
}
