import { isJsonObject, type JsonObject } from "../../text/json_value.ts";
import { hashTool } from "../../codegen/hash_tool.ts";
import type { JsonSchema, Tool, ToolProblem } from "../../model/tool.ts";
import { partedWords } from "./readings_of.ts";
import { scanWords } from "./scan_text.ts";

/** Longest time without a pause. */
const SLICE_MS = 15;

/** Findings by tool; a tool that is listed again is another object. */
const scanned = new WeakMap<Tool, readonly string[]>();

/** {@linkcode scanTool} for several tools, with pauses. */
export async function scanTools(server: string, tools: readonly Tool[]): Promise<ToolProblem[]> {
  const problems: ToolProblem[] = [];
  let began = performance.now();
  for (const tool of tools) {
    problems.push(...scanTool(server, tool));
    if (performance.now() - began < SLICE_MS) continue;
    await new Promise((resolve) => setTimeout(resolve));
    began = performance.now();
  }
  return problems;
}

/** Returns the suspicious parts of a tool's words: names, descriptions, and all of its schemas. */
export function scanTool(server: string, tool: Tool): ToolProblem[] {
  const messages = scanned.get(tool) ?? messagesOf(tool);
  scanned.set(tool, messages);
  return messages.map((message) => ({ server, tool: tool.name, message }));
}

function messagesOf(tool: Tool): string[] {
  const found = new Set<string>();
  for (const [place, text] of textsOf(tool)) {
    for (const { message } of scanWords(text)) found.add(`Suspicious ${place}: ${message}`);
  }
  if (found.size > 0) return [...found];
  const joined = joinedTexts(tool).flatMap(scanWords);
  return [...new Set(joined.map(({ message }) => `Suspicious words: ${message}`))];
}

/** Every text of a tool that a model may read; the words of its schemas are one text. */
function textsOf({ name, title, description, annotations, inputSchema, outputSchema }: Tool) {
  const words = wordsOf([inputSchema, outputSchema]);
  const texts: [place: string, text: string][] = [
    ["name", name],
    ["name", partedWords(name)],
    ["title", title ?? ""],
    ["title", annotations?.title ?? ""],
    ["description", description ?? ""],
    ["schema", words.join("\n")],
    ["schema", words.filter((word) => !/\s/.test(word)).map(partedWords).join("\n")],
  ];
  return texts.filter(([, text]) => text !== "");
}

/** All words as one text: a model may read an instruction that continues in the next text. */
function joinedTexts(
  { title, description, annotations, inputSchema, outputSchema }: Tool,
): string[] {
  const own = [title, annotations?.title, description].flatMap((text) => text ?? []);
  const all = wordsOf([inputSchema, outputSchema]);
  const spoken = wordsOf([inputSchema, outputSchema], { spokenOnly: true });
  if (own.length + all.length < 2) return [];
  return [all, spoken].map((words) =>
    [...own, ...words].map((text) => text.replace(/[\s.…:]+$/, "")).join("\n")
  );
}

/** Keys of JSON Schema whose texts are no words. */
const UNSPOKEN = new Set(["type", "format", "$ref", "$schema", "$id", "pattern", "required"]);

/** The words of schemas in their order: names of properties, and every text; or the texts alone. */
function wordsOf(schemas: readonly unknown[], { spokenOnly = false } = {}): string[] {
  const words: string[] = [];
  const open: unknown[] = [...schemas].reverse();
  while (open.length > 0) {
    const node = open.pop();
    if (typeof node === "string") words.push(node);
    if (typeof node !== "object" || node === null) continue;
    const isList = Array.isArray(node);
    for (const [key, value] of Object.entries(node).reverse()) {
      if (spokenOnly && !isList && UNSPOKEN.has(key)) continue;
      open.push(value);
      if (!isList && !spokenOnly) open.push(key);
    }
  }
  return words;
}

/** The description of a tool whose words are withheld. */
const WITHHELD_WORDS =
  "The server's words about this tool are withheld: they are meant for a model, not for a reader. " +
  "A person can read and accept them: deno task servers list";

/**
 * A tool without the words that instruct a model: its name and the types of its schemas stay, all
 * words go. Undefined where its name is itself suspicious.
 */
export function withholdWords(tool: Tool, { asks }: { asks: boolean }): Tool | undefined {
  const { name, annotations, inputSchema, outputSchema } = tool;
  if (!isPlainName(name, MAX_TOOL_NAME)) return undefined;
  const { title: _title, ...hints } = annotations ?? {};
  const shown = {
    name,
    ...(annotations !== undefined && { annotations: hints }),
    inputSchema: typesOf(inputSchema),
    ...(outputSchema !== undefined && { outputSchema: typesOf(outputSchema) }),
  };
  // Names of properties may make a sentence.
  const speaks = scanTool("", shown).length > 0;
  return {
    ...shown,
    ...(speaks && { inputSchema: ANY_OBJECT, outputSchema: {} }),
    description: WITHHELD_WORDS,
    withheld: { hash: hashTool(tool), asks },
  };
}

const ANY_OBJECT: JsonSchema = { type: "object", additionalProperties: true };
const MAX_TOOL_NAME = 128;
const MAX_NAME = 48;
/** Deeper schemas are of any type. */
const MAX_DEPTH = 64;

const TYPES = new Set(["string", "number", "integer", "boolean", "object", "array", "null"]);
const NUMBERS = [
  ...["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
  ...["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"],
];
const FLAGS = ["uniqueItems", "deprecated", "readOnly", "writeOnly"];
/** Without keywords that allow less where a part of them is left out. */
const ONE = ["items", "additionalProperties", "additionalItems", "unevaluatedProperties"];
const MANY = { allOf: "allOf", anyOf: "anyOf", oneOf: "anyOf", prefixItems: "prefixItems" };
const NAMED = ["properties", "$defs", "definitions"];

/** The types of a schema, without its words. */
function typesOf(schema: unknown, depth = 0): JsonSchema {
  if (typeof schema === "boolean") return schema;
  if (!isJsonObject(schema) || depth > MAX_DEPTH) return {};
  const inner = (part: unknown) => typesOf(part, depth + 1);
  const kept: Record<string, unknown> = { ...typeOf(schema), ...valuesOf(schema) };
  for (const key of NUMBERS) if (typeof schema[key] === "number") kept[key] = schema[key];
  for (const key of FLAGS) if (typeof schema[key] === "boolean") kept[key] = schema[key];
  for (const key of ONE) if (schema[key] !== undefined) kept[key] = inner(schema[key]);
  for (const [key, as] of Object.entries(MANY)) {
    if (Array.isArray(schema[key])) kept[as] = schema[key].map(inner);
  }
  for (const key of NAMED) {
    if (!isJsonObject(schema[key])) continue;
    const plain = Object.entries(schema[key]).filter(([name]) => isPlainName(name, MAX_NAME));
    kept[key] = Object.fromEntries(plain.map(([name, part]) => [name, inner(part)]));
  }
  if (Array.isArray(schema["required"])) {
    kept["required"] = schema["required"].filter((name) => isPlainName(name, MAX_NAME));
  }
  // A property whose name is left out is still allowed.
  if (leavesOut(schema)) {
    delete kept["additionalProperties"];
    delete kept["unevaluatedProperties"];
  }
  return kept;
}

function typeOf({ type, format, $ref }: JsonObject): JsonObject {
  const types = [type].flat().filter((one) => TYPES.has(String(one)));
  return {
    ...(types.length > 0 && { type: Array.isArray(type) ? types : types[0] }),
    ...(typeof format === "string" && /^[a-z-]{1,20}$/.test(format) && { format }),
    ...(typeof $ref === "string" && isPlainRef($ref) && { $ref }),
  };
}

/** Values that are names; a list with a sentence among them is left out. */
function valuesOf(schema: JsonObject): JsonObject {
  const isPlain = (value: unknown) =>
    value === null || typeof value === "number" || typeof value === "boolean" ||
    isPlainName(value, MAX_NAME);
  const { enum: values, const: only } = schema;
  const words = (Array.isArray(values) ? values : []).map(String).join(" ");
  return {
    ...(Array.isArray(values) && values.every(isPlain) && !speaks(words) && { enum: values }),
    ...(Object.hasOwn(schema, "const") && isPlain(only) && { const: only }),
  };
}

function leavesOut({ properties, patternProperties }: JsonObject): boolean {
  return patternProperties !== undefined ||
    isJsonObject(properties) &&
      Object.keys(properties).some((name) => !isPlainName(name, MAX_NAME));
}

function isPlainRef(ref: string): boolean {
  const [root, ...steps] = ref.split("/");
  return root === "#" && steps.every((step) => isPlainName(step, MAX_NAME));
}

/** Whether a name is a word, or a few that signs join, and no sentence. */
function isPlainName(name: unknown, maxLength: number): boolean {
  return typeof name === "string" && name.length <= maxLength &&
    /^[\p{L}\p{N}_.$:/+@-]*$/u.test(name) && !speaks(name);
}

function speaks(name: string): boolean {
  const words = name.replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2").replace(/[_.:/+-]+/g, " ");
  return scanWords(name).length > 0 || scanWords(words).length > 0;
}
