import { visibleLine } from "../../text/visible_text.ts";
import type { Tool } from "../../model/tool.ts";

const MAX_DEPTH = 12;

/** What of a tool is pinned: all that a model or a program relies on. */
export type PinnedTool = Pick<Tool, "description" | "annotations" | "inputSchema" | "outputSchema">;

/** The part of a tool that is pinned. */
export function pinnedPart(
  { description, annotations, inputSchema, outputSchema }: PinnedTool,
): PinnedTool {
  return {
    ...(description !== undefined && { description }),
    ...(annotations !== undefined && { annotations }),
    inputSchema,
    ...(outputSchema !== undefined && { outputSchema }),
  };
}

/**
 * Says line by line all that has changed: `+` what is new, `-` what is gone. Whoever accepts a change
 * accepts all of it, so nothing is cut; characters that nobody sees are written out.
 */
export function describeChange(before: PinnedTool | undefined, after: PinnedTool): string[] {
  if (before === undefined) {
    return ["what it was before is not kept: accept it to keep it from now on"];
  }
  return compare("", pinnedPart(before), pinnedPart(after));
}

function compare(path: string, before: unknown, after: unknown, depth = 0): string[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (depth < MAX_DEPTH && isObject(before) && isObject(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) => {
      const inner = path === "" ? key : `${path}.${key}`;
      return compare(inner, before[key], after[key], depth + 1);
    });
  }
  return [
    ...before === undefined ? [] : [line("-", path, before)],
    ...after === undefined ? [] : [line("+", path, after)],
  ];
}

function line(sign: string, path: string, value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return `${sign} ${visibleLine(`${path}: ${text}`)}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
