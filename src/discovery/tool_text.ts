import { countModelTokens } from "../text/count_model_tokens.ts";
import type { IndexedTool } from "./tool_index.ts";
import { wrapperSignature } from "./wrapper_signature.ts";

/** How much of a tool is shown: its name, with its description, or the wrapper's own text. */
export type ToolDetail = "name" | "description" | "full";

/** Gives the text of a tool's wrapper; `undefined` when there is none. */
export type WrapperText = (tool: IndexedTool) => string | undefined;

/** How a tool is to be written down. */
export interface ToolTextOptions {
  readonly detail: ToolDetail;
  /** What the tool goes by in its place: a file name, a path or its plain name. */
  readonly label: string;
  readonly wrapperText?: WrapperText | undefined;
}

const MAX_DESCRIPTION_MODEL_TOKENS = 60;
const MAX_DESCRIPTION_LENGTH = 600;
const MAX_SCHEMA_LENGTH = 20_000;
/** Control and format characters, among them those that turn the direction of writing. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu;

/** A tool as a model reads it. Without a wrapper's text `full` shows description and schema. */
export function toolText(
  tool: IndexedTool,
  { detail, label, wrapperText }: ToolTextOptions,
): string {
  const line = oneLine(label);
  if (detail === "name") return line;
  if (detail === "full") {
    const text = wrapperText?.(tool);
    if (text !== undefined) return `${line}\n${wrapperSignature(text)}`;
  }
  const description = shortDescription(tool);
  const described = description === "" ? line : `${line}: ${description}`;
  return detail === "full" ? `${described}\n${schemaText(tool)}` : described;
}

/** A text on one line, without what a reader would not see. */
export function oneLine(text: string): string {
  return text.replace(UNSEEN, " ").trim();
}

/** What a tool does, on one line of at most 60 model tokens; empty where it does not say. */
export function shortDescription({ tool }: IndexedTool): string {
  const description = tool.description ?? tool.title ?? "";
  const line = oneLine(description.slice(0, 4 * MAX_DESCRIPTION_LENGTH)).slice(
    0,
    MAX_DESCRIPTION_LENGTH,
  );
  if (
    countModelTokens(line) <= MAX_DESCRIPTION_MODEL_TOKENS && line.length < MAX_DESCRIPTION_LENGTH
  ) {
    return line;
  }
  const words = line.split(" ");
  let kept = words.length;
  while (
    kept > 1 && countModelTokens(words.slice(0, kept).join(" ")) > MAX_DESCRIPTION_MODEL_TOKENS
  ) {
    kept = Math.floor(kept * 0.9);
  }
  return `${words.slice(0, kept).join(" ").slice(0, MAX_DESCRIPTION_LENGTH)} …`;
}

function schemaText({ tool }: IndexedTool): string {
  const schema = JSON.stringify(tool.inputSchema);
  return `input: ${schema.length > MAX_SCHEMA_LENGTH ? "(too large to show)" : oneLine(schema)}`;
}
