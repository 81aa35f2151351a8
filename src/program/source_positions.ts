import type { Position } from "../model/errors.ts";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";

/** The way from a generated text back to its author's, as data. */
export interface SourcePositions {
  /** How many lines further down the generated text is. */
  readonly linesAbove: number;
  /** A source map in JSON; absent where lines and columns are the author's. */
  readonly map?: string | undefined;
}

/** Gives the author's position of a position in the generated text. */
export function tracePositions(
  { linesAbove, map }: SourcePositions,
): (position: Position) => Position {
  let traced: TraceMap | undefined;
  return ({ line: lineBelow, column }) => {
    const line = lineBelow - linesAbove;
    if (map === undefined || line < 1) return { line, column };
    traced ??= new TraceMap(map);
    const found = originalPositionFor(traced, { line, column: column - 1 });
    return found.line === null ? { line, column } : { line: found.line, column: found.column + 1 };
  };
}
