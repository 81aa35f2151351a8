import type { RefIndex, RefTarget } from "./index_refs.ts";
import type { Shape } from "./shape.ts";
import type { TypeNode } from "./type_node.ts";

/** What the parts that turn one schema document into types share. */
export interface Building {
  readonly refs: RefIndex;
  /** How many schemas this one is inside of. */
  readonly depth: number;
  /** How much more may be written; a few references can stand for any amount of text. */
  readonly budget: { typesLeft: number };
  readonly nameOf: (target: RefTarget) => string;
  readonly report: (message: string) => void;
  /** The type of a value that satisfies all of the schemas, with what there is to say about it. */
  readonly typeOf: (schemas: readonly unknown[], building: Building) => DescribedType;
  readonly typeOfShape: (shape: Shape, building: Building) => TypeNode;
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
