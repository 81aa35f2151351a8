import type { Building } from "./building.ts";
import { canonicalJson } from "../../text/canonical_json.ts";
import { gatherShape } from "./gather_shape.ts";
import { isJsonObject, ownValue } from "../../text/json_value.ts";
import { normalizeSchema } from "../schema/normalize_schema.ts";
import type { Condition } from "../schema/normal_schema.ts";
import { type Shape, typesOf, valuesOf } from "../schema/shape.ts";

/**
 * A condition as two branches: `if` and `then`, or `else`. Where `if` asks one property for some
 * of its few values, the second branch asks for the others.
 */
export function conditionBranches(
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
    values === undefined;
  if (!isSimple || key === undefined || otherKeys.length > 0) return undefined;
  if (required.some((name) => name !== key)) return undefined;
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
