import type { Tool } from "../tool.ts";

const MAX_LINES = 40;
const MAX_LINE = 160;
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
 * Says line by line what has changed: `+` what is new, `-` what is gone. Characters that nobody sees
 * are written out.
 */
export function describeChange(before: PinnedTool | undefined, after: PinnedTool): string[] {
  if (before === undefined) {
    return ["what it was before is not kept: accept it to keep it from now on"];
  }
  const lines = compare("", pinnedPart(before), pinnedPart(after));
  return lines.length <= MAX_LINES
    ? lines
    : [...lines.slice(0, MAX_LINES), `… ${lines.length - MAX_LINES} more lines`];
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
  const text = visible(`${path}: ${typeof value === "string" ? value : JSON.stringify(value)}`);
  return `${sign} ${text.length > MAX_LINE ? `${text.slice(0, MAX_LINE)}…` : text}`;
}

/** With what nobody would see, or what would change the terminal, written out. */
function visible(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
