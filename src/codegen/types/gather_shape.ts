import { type Building, deeper, isSpent } from "./building.ts";
import { normalizeSchema } from "../schema/normalize_schema.ts";
import { ANYTHING, mergeShapes, saysNothing, type Shape, shapeOf } from "../schema/shape.ts";

/** Of more schemas that all apply, the others are left out. */
const MAX_PARTS = 200;

/** What a value satisfies that satisfies all of the schemas. */
export function gatherShape(schemas: readonly unknown[], building: Building): Shape {
  return schemas
    .map((schema) => gatherOne(schema, building))
    .reduce((all, shape) => combineShapes(all, shape, building), ANYTHING);
}

/**
 * What a value satisfies that satisfies both. Types that have a name keep it if there is nothing
 * to combine, or if they contain themselves; what the others ask for is taken in.
 */
export function combineShapes(a: Shape, b: Shape, building: Building): Shape {
  if (saysNothing(a) || saysNothing(b)) return mergeShapes(a, b);
  return mergeShapes(takeIn(a, building), takeIn(b, building));
}

function gatherOne(schema: unknown, building: Building): Shape {
  if (isSpent(building)) return ANYTHING;
  const normal = normalizeSchema(schema);
  const own = shapeOf(normal);
  const referred = normal.ref === undefined ? [] : [shapeBehind(normal.ref, own, building)];
  const parts = (normal.allOf ?? []).slice(0, MAX_PARTS)
    .map((part) => gatherOne(part, deeper(building)));
  return [...referred, ...parts]
    .reduce((all, shape) => combineShapes(all, shape, building), own);
}

function shapeBehind(ref: string, { sources }: Shape, building: Building): Shape {
  const target = building.refs.resolve(ref, sources[0]!);
  if (!target) {
    building.report(
      `The schema refers to ${JSON.stringify(ref)}, which it does not have: any value`,
    );
    return ANYTHING;
  }
  if (typeof target.schema === "boolean") return shapeOf(normalizeSchema(target.schema));
  return { ...ANYTHING, targets: [target] };
}

function takeIn(shape: Shape, building: Building): Shape {
  const loose = shape.targets.filter((target) => !building.refs.isRecursive(target));
  if (loose.length === 0) return shape;
  const kept = shape.targets.filter((target) => building.refs.isRecursive(target));
  const inner = deeper(building);
  return loose
    .map(({ schema }) => takeIn(gatherOne(schema, inner), inner))
    .reduce(mergeShapes, { ...shape, targets: kept });
}
