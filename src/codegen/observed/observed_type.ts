import type { Shape } from "./shape_of.ts";

/** What a tool without an output schema was seen to answer. */
export interface ObservedType {
  /** Of the tool as it was then, see `hashTool`. */
  readonly hash: string;
  /** How many results. */
  readonly samples: number;
  readonly shape: Shape;
}

/** By the names of tools. */
export type ObservedTypes = ReadonlyMap<string, ObservedType>;
