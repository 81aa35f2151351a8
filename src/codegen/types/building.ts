import type { RefIndex, RefTarget } from "../schema/index_refs.ts";
import type { Shape } from "../schema/shape.ts";
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
