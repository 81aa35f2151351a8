import { isJsonObject, type JsonObject, type JsonType, jsonTypeOf } from "../../text/json_value.ts";
import { indexRefs, type RefTarget } from "../schema/index_refs.ts";
import {
  ANYTHING,
  saysNothing,
  saysNothingButTypes,
  type Shape,
  typesOf,
  valuesOf,
} from "../schema/shape.ts";
import {
  type Building,
  combineShapes,
  deeper,
  type DescribedType,
  gatherShape,
  isSpent,
  MAX_STEPS,
  targetNames,
} from "./building.ts";
import { choiceType } from "./choice_type.ts";
import { sampleNumber, sampleString } from "./example_value.ts";
import { fieldDoc } from "./field_doc.ts";
import { type ObjectRole, objectType } from "./object_type.ts";
import {
  type FieldNode,
  intersectionOf,
  type NamedType,
  NEVER,
  type TypeNode,
  unionOf,
  UNKNOWN,
} from "./type_node.ts";

/**
 * The types of one schema document: its own, called `name`, then those that it refers to. `takeName`
 * gives a free name like the hint; `report` is called with a sentence about each thing that no type
 * expresses.
 */
export function buildTypes(schema: unknown, options: {
  readonly role: "input" | "output";
  readonly name: string;
  readonly takeName: (hint: string) => string;
  readonly report: (message: string) => void;
}): NamedType[] {
  const refs = indexRefs(isJsonObject(schema) ? schema : {});
  const names = new Map<RefTarget, string>();
  const waiting: RefTarget[] = [];
  const own = refs.targetAt(schema);
  if (own) names.set(own, options.name);
  const building: Building = {
    refs,
    depth: 0,
    budget: { stepsLeft: MAX_STEPS },
    nameOf(target) {
      const name = names.get(target) ?? options.takeName(target.nameHint);
      if (!names.has(target)) waiting.push(target);
      names.set(target, name);
      return name;
    },
    report: options.report,
    typeOf,
    typeOfShape: (shape, inner) => typeOfShape(shape, inner),
  };
  const root = options.role === "input"
    ? inputType(schema, building)
    : typeOfShape(gatherShape([schema], building), building);
  const built: NamedType[] = [{ name: options.name, type: root }];
  for (let target = waiting.shift(); target !== undefined; target = waiting.shift()) {
    const shape = gatherShape([target.schema], building);
    const doc = fieldDoc(shape.sources);
    const type = typeOfShape(shape, building);
    built.push({ name: names.get(target)!, type, ...(doc !== "" && { doc }) });
  }
  return built;
}

/** The type of a tool's arguments, which is an object's whatever the schema says. */
function inputType(schema: unknown, building: Building): TypeNode {
  const shape = gatherShape([schema], building);
  const object: Shape = { ...ANYTHING, types: ["object"] };
  const mayBeObject = typesOf(shape)?.includes("object") ?? true;
  if (!mayBeObject) building.report("The input schema is for no object: any object");
  if (!mayBeObject || saysNothing(shape)) return objectType(ANYTHING, building, "value");
  return typeOfShape(combineShapes(shape, object, building), building, "arguments");
}

function typeOf(schemas: readonly unknown[], building: Building): DescribedType {
  if (isSpent(building)) return { type: UNKNOWN, doc: "" };
  const place = schemas.length === 1 ? building.refs.targetAt(schemas[0]) : undefined;
  const shape = place ? { ...ANYTHING, targets: [place] } : gatherShape(schemas, building);
  const doc = place ? "" : fieldDoc(docSources(shape), shape.choices.flat());
  return { type: typeOfShape(shape, building), doc };
}

function typeOfShape(shape: Shape, building: Building, role: ObjectRole = "value"): TypeNode {
  const types = typesOf(shape);
  if (types?.length === 0) return NEVER;
  if (isSpent(building)) return UNKNOWN;
  if (shape.targets.length > 0) return namedType(shape, building);
  const values = valuesOf(shape);
  if (values) return literalType(values);
  if (shape.choices.length + shape.conditions.length > 0) return choiceType(shape, building);
  if (!types) return UNKNOWN;
  return unionOf(types.map((type) => TYPE_OF[type](shape, building, role)));
}

const TYPE_OF: Readonly<
  Record<JsonType, (shape: Shape, building: Building, role: ObjectRole) => TypeNode>
> = {
  string: ({ sources }) => ({ kind: "string", sample: sampleString(sources) }),
  number: ({ sources }) => ({ kind: "number", sample: sampleNumber(sources) }),
  boolean: () => ({ kind: "boolean" }),
  null: () => ({ kind: "null" }),
  array: arrayType,
  object: objectType,
};

/** Types with names of their own, and what the shape asks for beside them. */
function namedType(shape: Shape, building: Building): TypeNode {
  const names = targetNames(shape, building);
  const rest: Shape = { ...shape, targets: [] };
  return intersectionOf(
    saysNothingButTypes(rest) ? names : [...names, typeOfShape(rest, building)],
  );
}

/** Sources of a description: the only schema of a list's items or of a choice often has it. */
function docSources(shape: Shape): JsonObject[] {
  const inner = [...shape.items, ...shape.choices.flat()].filter(isJsonObject)
    .filter(({ type }) => type !== "null");
  return [...shape.sources, ...(inner.length === 1 ? inner : [])];
}

/** More or longer values are told by their types only. */
const MAX_VALUES = 1_000;
const MAX_VALUE_CHARS = 1_000;
const MAX_DEPTH = 20;

/** The type of exactly the given values. */
function literalType(values: readonly unknown[]): TypeNode {
  const type = values.length > MAX_VALUES ? wideType : exactType;
  return unionOf(values.map((value) => type(value, 0)));
}

function exactType(value: unknown, depth: number): TypeNode {
  if (depth > MAX_DEPTH) return UNKNOWN;
  if (Array.isArray(value)) {
    if (value.length > MAX_VALUES) return wideType(value);
    const items = value.map((item) => exactType(item, depth + 1));
    return { kind: "tuple", items, required: items.length };
  }
  if (isJsonObject(value)) {
    const fields = Object.entries(value).map(([key, inner]): FieldNode => {
      return { key, presence: "required", type: exactType(inner, depth + 1) };
    });
    return { kind: "object", fields };
  }
  if (typeof value === "string" && value.length > MAX_VALUE_CHARS) return wideType(value);
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
    return { kind: "literal", value };
  }
  return { kind: "null" };
}

function wideType(value: unknown): TypeNode {
  const type = jsonTypeOf(value);
  if (type === "object") return { kind: "object", fields: [], index: UNKNOWN };
  return type === "array" ? { kind: "array", item: UNKNOWN, sampleLength: 0 } : { kind: type };
}

/** A longer tuple is an array of anything. */
const MAX_PLACES = 100;
/** An example shows no more items than this. */
const MAX_SAMPLE_ITEMS = 3;

/** The type of the lists that a shape allows. */
function arrayType(shape: Shape, building: Building): TypeNode {
  const inner = deeper(building);
  if (shape.prefix.length > MAX_PLACES) return { kind: "array", item: UNKNOWN, sampleLength: 0 };
  if (shape.prefix.length > 0) return tupleType(shape, inner);
  const item = shape.items.length === 0 ? UNKNOWN : building.typeOf(shape.items, inner).type;
  const fewest = Math.min(Math.max(shape.minItems, 1), MAX_SAMPLE_ITEMS);
  return { kind: "array", item, sampleLength: Math.min(fewest, shape.maxItems) };
}

/** Places after `minItems` may be missing: a prefix does not require its items. */
function tupleType(shape: Shape, inner: Building): TypeNode {
  const items = shape.prefix.map((schemas) => inner.typeOf(schemas, inner).type);
  const required = Math.min(shape.minItems, items.length);
  if (shape.maxItems <= items.length) return { kind: "tuple", items, required };
  const rest = shape.items.length === 0 ? UNKNOWN : inner.typeOf(shape.items, inner).type;
  return { kind: "tuple", items, required, ...(rest.kind !== "never" && { rest }) };
}
