import { isJsonObject, type JsonObject } from "../text/json_value.ts";
import { readJsonTextInSteps } from "./read_messages.ts";

/** The answer of a tool: a value, or the message of its failure. */
type ToolOutcome =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "tool_error"; readonly message: string };

/**
 * Makes a value of any `CallToolResult`.
 *
 * Structured content is the value where there is any. Else it is the content: one block gives its
 * value, several an array of values, none `null`. A text that is a JSON object or array is parsed;
 * images, audio, resources and resource links become plain objects with their `type`. Pauses
 * regularly, so that other work is not held up.
 *
 * @example
 * ```ts
 * import { readToolResult } from "./read_tool_result.ts";
 *
 * const steps = readToolResult({ content: [{ type: "text", text: '{"total":3}' }] });
 * console.assert(steps.next().value?.kind === "value");
 * ```
 */
export function* readToolResult(result: unknown): Generator<void, ToolOutcome> {
  if (!isJsonObject(result)) return { kind: "value", value: result ?? null };
  if (result.isError === true) return { kind: "tool_error", message: readErrorText(result) };
  if (result.structuredContent !== undefined && result.structuredContent !== null) {
    return { kind: "value", value: result.structuredContent };
  }
  // Servers of the first revision of the protocol answer with `toolResult`.
  if (result.content === undefined && result.toolResult !== undefined) {
    return { kind: "value", value: result.toolResult };
  }
  return { kind: "value", value: yield* readContent(result.content) };
}

function* readContent(content: unknown): Generator<void, unknown> {
  if (content === undefined || content === null) return null;
  if (!Array.isArray(content)) return yield* readBlock(content);
  const blocks: unknown[] = [];
  for (const block of content) {
    blocks.push(yield* readBlock(block));
    yield;
  }
  return blocks.length > 1 ? blocks : blocks[0] ?? null;
}

function* readBlock(block: unknown): Generator<void, unknown> {
  if (typeof block === "string") return yield* readText(block);
  if (!isJsonObject(block)) return block;
  switch (block.type) {
    case "text":
      return typeof block.text === "string" ? yield* readText(block.text) : block;
    case "image":
    case "audio":
      return pick(block, ["type", "mimeType", "data"]);
    case "resource":
      return isJsonObject(block.resource)
        ? { type: "resource", ...pick(block.resource, ["uri", "mimeType", "text", "blob"]) }
        : block;
    case "resource_link":
      return pick(block, ["type", "uri", "name", "title", "description", "mimeType", "size"]);
    default:
      return block;
  }
}

/** Parses objects and arrays only: a number or a quoted word may mean itself. */
function* readText(text: string): Generator<void, unknown> {
  const first = /^\s*([[{])/.exec(text.slice(0, 1_024))?.[1];
  if (first === undefined) return text;
  if (/([\]}])\s*$/.exec(text.slice(-1_024))?.[1] !== (first === "{" ? "}" : "]")) return text;
  try {
    return yield* readJsonTextInSteps(text);
  } catch {
    return text;
  }
}

function pick(object: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(
    keys.flatMap((key) => object[key] === undefined ? [] : [[key, object[key]]]),
  );
}

function readErrorText({ content, structuredContent }: JsonObject): string {
  const blocks = Array.isArray(content) ? content : [content];
  const texts = blocks.flatMap((block) => {
    if (typeof block === "string") return [block];
    return isJsonObject(block) && typeof block.text === "string" ? [block.text] : [];
  });
  const text = texts.join("\n").trim();
  if (text !== "") return text;
  if (isJsonObject(structuredContent)) return JSON.stringify(structuredContent);
  return "The tool failed and gave no reason";
}
