import { canonicalJson, isJsonObject, ownValue } from "../../text/json_value.ts";
import type { Condition } from "../schema/normal_schema.ts";
import { normalizeSchema } from "../schema/normalize_schema.ts";
import { type Shape, typesOf, valuesOf } from "../schema/shape.ts";
import {
  type Building,
  combineShapes,
  deeper,
  gatherShape,
  isSpent,
  targetNames,
} from "./building.ts";
import { objectType } from "./object_type.ts";
import { intersectionOf, NEVER, type TypeNode, unionOf } from "./type_node.ts";

/** TypeScript compares each branch of one choice with each of the others. */
const MAX_COMBINATIONS = 1_000;

/** The type of a shape with choices. */
export function choiceType(shape: Shape, building: Building): TypeNode {
  const conditions = shape.conditions.map((each) => conditionBranches(each, shape, building));
  const choices = [...shape.choices, ...conditions];
  const kept = withinCombinations(choices);
  const base: Shape = { ...shape, choices: [], conditions: [] };
  const isSplit = base.properties.size > 0 &&
    typesOf(base)?.every((type) => type === "object") &&
    kept.flat().every((branch) => mayBeObject(branch, building));
  if (!isSplit) return distribute(base, kept, building);
  // Keys that a choice beyond the limit would have named are allowed like any other.
  const open: Shape = kept.length < choices.length ? { ...base, additional: [true] } : base;
  return intersectionOf([
    objectType(open, building, "value"),
    ...kept.map((choice) => addedBy(choice, base, building)),
  ]);
}

function withinCombinations(choices: Shape["choices"]): Shape["choices"] {
  let combinations = 1;
  return choices.filter(({ length }) => {
    if (combinations * length > MAX_COMBINATIONS) return false;
    combinations *= length;
    return true;
  });
}

function mayBeObject(branch: unknown, building: Building): boolean {
  return typesOf(gatherShape([branch], deeper(building)))?.includes("object") ?? true;
}

/** Each branch together with what the base asks for. */
function distribute(base: Shape, choices: Shape["choices"], building: Building): TypeNode {
  const [choice, ...others] = choices;
  const inner = deeper(building);
  if (!choice) return building.typeOfShape(base, inner);
  const rest: Shape = { ...base, choices: others };
  const type = unionOf(
    choice.map((branch) =>
      building.typeOfShape(combineShapes(rest, gatherShape([branch], inner), inner), inner)
    ),
  );
  // A choice that no value satisfies is a slip of the schema's author; the rest still holds.
  return type.kind === "never" ? building.typeOfShape(rest, inner) : type;
}

/** The type that the branches of a choice add to an object with fields of its own. */
function addedBy(choice: readonly unknown[], base: Shape, building: Building): TypeNode {
  const added = choice.map((branch) => branchType(gatherShape([branch], building), building));
  const isNeeded = added.every(({ kind }) => kind !== "nothing_more") ||
    added.some((type) => namesMore(type, base));
  return isNeeded ? unionOf(added) : { kind: "nothing_more" };
}

function branchType(shape: Shape, building: Building): TypeNode {
  const inner = deeper(building);
  if (typesOf(shape)?.length === 0) return NEVER;
  if (isSpent(building)) return { kind: "nothing_more" };
  return intersectionOf([
    ...targetNames(shape, building),
    objectType(shape, building, "branch"),
    ...shape.choices.map((choice) => addedBy(choice, shape, inner)),
  ]);
}

/** Whether a branch allows a key that the base does not name. */
function namesMore(type: TypeNode, base: Shape): boolean {
  if (type.kind === "union" || type.kind === "intersection") {
    return type.members.some((member) => namesMore(member, base));
  }
  if (type.kind !== "object") return type.kind === "name";
  return type.index !== undefined || type.fields.some(({ key }) => !base.properties.has(key));
}

/**
 * A condition as two branches: `if` and `then`, or `else`. Where `if` asks one property for some
 * of its few values, the second branch asks for the others.
 */
function conditionBranches(
  { when, then, otherwise }: Condition,
  shape: Shape,
  building: Building,
): readonly unknown[] {
  const opposite = oppositeOf(when, shape, building);
  return [{ allOf: [when, then] }, opposite ? { allOf: [opposite, otherwise] } : otherwise];
}

function oppositeOf(when: unknown, shape: Shape, building: Building): unknown {
  if (!isJsonObject(when)) return undefined;
  const { properties, required = [], values } = { values: undefined, ...normalizeSchema(when) };
  const [key, ...otherKeys] = Object.keys(properties ?? {});
  const isSimple = Object.keys(when).every((keyword) => SIMPLE.has(keyword)) &&
    values === undefined && otherKeys.length === 0 && required.every((name) => name === key);
  if (!isSimple || key === undefined) return undefined;
  const asked = normalizeSchema(ownValue(properties!, key)).values;
  const possible = possibleValues(shape.properties.get(key) ?? [], building);
  if (!asked || !possible) return undefined;
  const askedFor = new Set(asked.map(canonicalJson));
  const left = possible.filter((value) => !askedFor.has(canonicalJson(value)));
  return {
    properties: Object.fromEntries([[key, left.length === 0 ? false : { enum: left }]]),
    // Without the property, an `if` that does not require it holds.
    required: required.length > 0 ? [] : [key],
  };
}

const SIMPLE = new Set(["properties", "required", "type"]);

function possibleValues(
  schemas: readonly unknown[],
  building: Building,
): readonly unknown[] | undefined {
  if (schemas.length === 0) return undefined;
  const shape = gatherShape(schemas, building);
  const isBoolean = typesOf(shape)?.every((type) => type === "boolean");
  return valuesOf(shape) ?? (isBoolean ? [true, false] : undefined);
}
