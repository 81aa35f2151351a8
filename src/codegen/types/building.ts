import type { RefIndex, RefTarget } from "../schema/index_refs.ts";
import { normalizeSchema } from "../schema/normalize_schema.ts";
import { ANYTHING, mergeShapes, saysNothing, type Shape, shapeOf } from "../schema/shape.ts";
import type { TypeNode } from "./type_node.ts";

/** A schema inside more than this many others is anything. */
const MAX_DEPTH = 100;
/** Steps for one schema document; the widest real schema takes about 10,000. */
export const MAX_STEPS = 60_000;

/** What the parts that turn one schema document into types share. */
export interface Building {
  readonly refs: RefIndex;
  /** The number of schemas around this one. */
  readonly depth: number;
  /** A limit on reading: a few references can stand for any number of schemas. */
  readonly budget: { stepsLeft: number };
  readonly nameOf: (target: RefTarget) => string;
  readonly report: (message: string) => void;
  /** The type of a value that satisfies all of the schemas, and its doc. */
  readonly typeOf: (schemas: readonly unknown[], building: Building) => DescribedType;
  readonly typeOfShape: (shape: Shape, building: Building) => TypeNode;
}

/** A type and one line about it, which may be empty. */
export interface DescribedType {
  readonly type: TypeNode;
  readonly doc: string;
}

/** The same, one schema further in. */
export function deeper(building: Building): Building {
  return { ...building, depth: building.depth + 1 };
}

/** The names of the types that a shape refers to. */
export function targetNames({ targets }: Shape, { nameOf }: Building): TypeNode[] {
  return targets.map((target) => ({ kind: "name", name: nameOf(target) }));
}

/** Takes one step; reports a schema that is too deep, or for which no step is left. */
export function isSpent({ budget, depth, report }: Building): boolean {
  budget.stepsLeft--;
  if (budget.stepsLeft >= 0 && depth <= MAX_DEPTH) return false;
  report("The schema is too large or too deep to be told in full: any value");
  return true;
}

/** Parts of `allOf` after the first ones are left out. */
const MAX_PARTS = 200;

/** The shape of values that satisfy all of the schemas. */
export function gatherShape(schemas: readonly unknown[], building: Building): Shape {
  return schemas
    .map((schema) => gatherOne(schema, building))
    .reduce((all, shape) => combineShapes(all, shape, building), ANYTHING);
}

/**
 * The shape of values that satisfy both. A type with a name keeps it where there is nothing to
 * combine, or where it contains itself; any other is written out.
 */
export function combineShapes(a: Shape, b: Shape, building: Building): Shape {
  if (saysNothing(a) || saysNothing(b)) return mergeShapes(a, b);
  return mergeShapes(writeOut(a, building), writeOut(b, building));
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

function writeOut(shape: Shape, building: Building): Shape {
  const loose = shape.targets.filter((target) => !building.refs.isRecursive(target));
  if (loose.length === 0) return shape;
  const kept = shape.targets.filter((target) => building.refs.isRecursive(target));
  const inner = deeper(building);
  return loose
    .map(({ schema }) => writeOut(gatherOne(schema, inner), inner))
    .reduce(mergeShapes, { ...shape, targets: kept });
}
