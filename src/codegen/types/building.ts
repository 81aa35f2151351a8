import type { RefIndex, RefTarget } from "../schema/index_refs.ts";
import { normalizeSchema } from "../schema/normalize_schema.ts";
import { ANYTHING, mergeShapes, saysNothing, type Shape, shapeOf } from "../schema/shape.ts";
import type { TypeNode } from "./type_node.ts";

/** A schema inside more than this many others is anything. */
const MAX_DEPTH = 100;
/** The widest real schema takes about 10,000. */
const MAX_STEPS = 60_000;

/** What the parts that turn one schema document into types share. */
export interface Building {
  readonly refs: RefIndex;
  /** How many schemas this one is inside of. */
  readonly depth: number;
  /** How much more may be read; a few references can stand for any amount of schemas. */
  readonly budget: Budget;
  readonly nameOf: (target: RefTarget) => string;
  readonly report: (message: string) => void;
  /** The type of a value that satisfies all of the schemas, with what there is to say about it. */
  readonly typeOf: (schemas: readonly unknown[], building: Building) => DescribedType;
  readonly typeOfShape: (shape: Shape, building: Building) => TypeNode;
}

/** The steps left for one schema document. */
export interface Budget {
  stepsLeft: number;
}

/** A type and one line about it, `""` where there is nothing to say. */
export interface DescribedType {
  readonly type: TypeNode;
  readonly doc: string;
}

/** The same, one schema further in. */
export function deeper(building: Building): Building {
  return { ...building, depth: building.depth + 1 };
}

/** What one schema document may take. */
export function newBudget(): Budget {
  return { stepsLeft: MAX_STEPS };
}

/** Takes one step; where none is left, or the schema is too deep, it is reported and not read. */
export function isSpent({ budget, depth, report }: Building): boolean {
  budget.stepsLeft--;
  if (budget.stepsLeft >= 0 && depth <= MAX_DEPTH) return false;
  report("The schema is too large or too deep to be told in full: any value");
  return true;
}

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
