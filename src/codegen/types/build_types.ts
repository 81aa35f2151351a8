import { arrayType } from "./array_type.ts";
import { type Building, type DescribedType, isSpent, newBudget } from "./building.ts";
import { choiceType } from "./choice_type.ts";
import { intersectionOf, unionOf } from "./combine_types.ts";
import { fieldDoc } from "./field_doc.ts";
import { combineShapes, gatherShape } from "./gather_shape.ts";
import { indexRefs, type RefTarget } from "../schema/index_refs.ts";
import { isJsonObject, type JsonObject, type JsonType } from "../../text/json_value.ts";
import { literalType } from "./literal_type.ts";
import { objectType, type ObjectTypeOptions } from "./object_type.ts";
import { sampleNumber, sampleString } from "./sample_value.ts";
import {
  ANYTHING,
  saysNothing,
  saysNothingButTypes,
  type Shape,
  typesOf,
  valuesOf,
} from "../schema/shape.ts";
import { type NamedType, NEVER, type TypeNode, UNKNOWN } from "./type_node.ts";

/** Options of {@linkcode buildTypes}. */
export interface BuildTypesOptions {
  readonly role: "input" | "output";
  /** The name of the schema's own type. */
  readonly name: string;
  /** A free name for a type that its author called so. */
  readonly takeName: (hint: string) => string;
  /** Called with a sentence about each thing that could not be told as a type. */
  readonly report: (message: string) => void;
}

/** The types of one schema document: its own first, then those that it refers to. */
export function buildTypes(schema: unknown, options: BuildTypesOptions): NamedType[] {
  const refs = indexRefs(isJsonObject(schema) ? schema : {});
  const names = new Map<RefTarget, string>();
  const waiting: RefTarget[] = [];
  const own = refs.targetAt(schema);
  if (own) names.set(own, options.name);
  const building: Building = {
    refs,
    depth: 0,
    budget: newBudget(),
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
  const built: NamedType[] = [{ name: options.name, type: rootType(schema, building, options) }];
  for (let target = waiting.shift(); target !== undefined; target = waiting.shift()) {
    const shape = gatherShape([target.schema], building);
    const doc = fieldDoc(shape.sources);
    const type = typeOfShape(shape, building);
    built.push({ name: names.get(target)!, type, ...(doc !== "" && { doc }) });
  }
  return built;
}

/** The arguments of a tool are an object, whatever their schema says. */
function rootType(schema: unknown, building: Building, { role }: BuildTypesOptions): TypeNode {
  const shape = gatherShape([schema], building);
  if (role === "output") return typeOfShape(shape, building);
  const object: Shape = { ...ANYTHING, types: ["object"] };
  const mayBeObject = typesOf(shape)?.includes("object") ?? true;
  if (!mayBeObject) building.report("The input schema is for no object: any object");
  if (!mayBeObject || saysNothing(shape)) return objectType(ANYTHING, building, { role: "value" });
  return typeOfShape(combineShapes(shape, object, building), building, { role: "arguments" });
}

function typeOf(schemas: readonly unknown[], building: Building): DescribedType {
  if (isSpent(building)) return { type: UNKNOWN, doc: "" };
  const place = schemas.length === 1 ? building.refs.targetAt(schemas[0]) : undefined;
  const shape = place ? { ...ANYTHING, targets: [place] } : gatherShape(schemas, building);
  const doc = place ? "" : fieldDoc(docSources(shape), shape.choices.flat());
  return { type: typeOfShape(shape, building), doc };
}

function typeOfShape(
  shape: Shape,
  building: Building,
  options: ObjectTypeOptions = { role: "value" },
): TypeNode {
  const types = typesOf(shape);
  if (types?.length === 0) return NEVER;
  if (isSpent(building)) return UNKNOWN;
  if (shape.targets.length > 0) return namedType(shape, building);
  const values = valuesOf(shape);
  if (values) return literalType(values);
  if (shape.choices.length + shape.conditions.length > 0) return choiceType(shape, building);
  if (!types) return UNKNOWN;
  return unionOf(types.map((type) => TYPE_OF[type](shape, building, options)));
}

const TYPE_OF: Readonly<
  Record<JsonType, (shape: Shape, building: Building, options: ObjectTypeOptions) => TypeNode>
> = {
  string: ({ sources }) => ({ kind: "string", sample: sampleString(sources) }),
  number: ({ sources }) => ({ kind: "number", sample: sampleNumber(sources) }),
  boolean: () => ({ kind: "boolean" }),
  null: () => ({ kind: "null" }),
  array: arrayType,
  object: objectType,
};

/** A type of its own, and what is asked for beside it. */
function namedType(shape: Shape, building: Building): TypeNode {
  const names = shape.targets.map((target): TypeNode => ({
    kind: "name",
    name: building.nameOf(target),
  }));
  const rest: Shape = { ...shape, targets: [] };
  const isAll = saysNothingButTypes(rest);
  return intersectionOf(isAll ? names : [...names, typeOfShape(rest, building)]);
}

/** A list, or a choice with one way to say something, is often described where it says it. */
function docSources(shape: Shape): JsonObject[] {
  const inner = [...shape.items, ...shape.choices.flat()].filter(isJsonObject)
    .filter(({ type }) => type !== "null");
  return [...shape.sources, ...(inner.length === 1 ? inner : [])];
}
