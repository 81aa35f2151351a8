import { type Building, deeper } from "./building.ts";
import { type FieldNode, printType, type TypeNode, unionOf, UNKNOWN } from "./type_node.ts";
import type { Shape } from "../schema/shape.ts";

/**
 * `arguments`: all that a tool takes, so no properties means none at all. `value`: any other object,
 * free where no properties are named. `branch`: what a choice adds to an object.
 */
export type ObjectRole = "arguments" | "value" | "branch";

/** Where the type of all keys would be longer, other keys may have any value. */
const MAX_INDEX_CHARS = 80;

/** Functions of every object: without them in its type, an optional field of that name would not fit. */
const INHERITED = new Set([
  ...["constructor", "toString", "toLocaleString", "valueOf", "hasOwnProperty"],
  ...["isPrototypeOf", "propertyIsEnumerable"],
]);

/** The type of the objects that a shape allows. */
export function objectType(shape: Shape, building: Building, role: ObjectRole): TypeNode {
  const inner = deeper(building);
  const others = otherKeysType(shape, inner);
  const named = [...shape.properties].map(([key, schemas]): FieldNode => {
    const { type, doc } = inner.typeOf(schemas, inner);
    const isRequired = shape.required.has(key);
    return {
      key,
      presence: isRequired ? "required" : "optional",
      type: !isRequired && INHERITED.has(key) ? unionOf([type, { kind: "function" }]) : type,
      ...(doc !== "" && { doc }),
    };
  });
  const unnamed = [...shape.required].filter((key) => !shape.properties.has(key))
    .map((key): FieldNode => ({ key, presence: "required", type: others ?? UNKNOWN }));
  const fields = [...unnamed, ...named];
  if (fields.length === 0 && !others && role === "branch") return { kind: "nothing_more" };
  const isFree = others === undefined && role === "value" &&
    shape.properties.size === 0 && !isClosed(shape);
  const index = isFree ? UNKNOWN : others && withFieldTypes(others, fields);
  return { kind: "object", fields, ...(index && { index }) };
}

/** The type of keys that no property names; `undefined` where there are none. */
function otherKeysType(shape: Shape, inner: Building): TypeNode | undefined {
  const patterns = shape.patterns.map((schema) => inner.typeOf([schema], inner).type);
  const isOpen = shape.additional.length > 0 && !isClosed(shape);
  if (!isOpen) return patterns.length === 0 ? undefined : unionOf(patterns);
  return unionOf([inner.typeOf(shape.additional, inner).type, ...patterns]);
}

function isClosed({ additional }: Shape): boolean {
  return additional.includes(false);
}

/** An index signature of TypeScript is for all keys, the named ones too. */
function withFieldTypes(others: TypeNode, fields: readonly FieldNode[]): TypeNode {
  if (others.kind === "unknown" || fields.length === 0) return others;
  const isOptional = fields.some(({ presence }) => presence === "optional");
  const all = unionOf([
    others,
    ...fields.map(({ type }) => type),
    ...(isOptional ? [{ kind: "undefined" } as const] : []),
  ]);
  return printType(all).length <= MAX_INDEX_CHARS ? all : UNKNOWN;
}
