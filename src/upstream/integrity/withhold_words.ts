import { hashTool } from "../../codegen/hash_tool.ts";
import type { JsonSchema, Tool } from "../../model/tool.ts";
import { scanWords } from "./scan_text.ts";
import { scanTool } from "./scan_tool.ts";

/** What stands in the place of a description that is withheld. */
export const WITHHELD_WORDS =
  "The server's words about this tool are withheld: they are meant for a model, not for a reader. " +
  "A person can read and accept them: deno task servers list";

type Schema = Readonly<Record<string, unknown>>;

/**
 * A tool as a model may read it whose server's words give a model orders: its name and the types of
 * its schemas stay, all words go. Undefined where its name already says too much.
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
  const withheld = { hash: hashTool(tool), asks };
  // Names of properties may make a sentence.
  const speaks = scanTool("", shown).length > 0;
  return {
    ...shown,
    ...(speaks && { inputSchema: ANY_OBJECT, outputSchema: {} }),
    description: WITHHELD_WORDS,
    withheld,
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
/** What would mean more, and not less, where a part of it is left out is not among these. */
const ONE = ["items", "additionalProperties", "additionalItems", "unevaluatedProperties"];
const MANY = {
  allOf: "allOf",
  anyOf: "anyOf",
  oneOf: "anyOf",
  prefixItems: "prefixItems",
} as const;
const NAMED = ["properties", "$defs", "definitions"];

/** The types that a schema tells, without a word of it. */
function typesOf(schema: unknown, depth = 0): JsonSchema {
  if (typeof schema === "boolean") return schema;
  if (!isSchema(schema) || depth > MAX_DEPTH) return {};
  const inner = (part: unknown) => typesOf(part, depth + 1);
  const kept: Record<string, unknown> = { ...typeOf(schema), ...valuesOf(schema) };
  for (const key of NUMBERS) if (typeof schema[key] === "number") kept[key] = schema[key];
  for (const key of FLAGS) if (typeof schema[key] === "boolean") kept[key] = schema[key];
  for (const key of ONE) if (schema[key] !== undefined) kept[key] = inner(schema[key]);
  for (const [key, as] of Object.entries(MANY)) {
    if (Array.isArray(schema[key])) kept[as] = schema[key].map(inner);
  }
  for (const key of NAMED) {
    if (isSchema(schema[key])) kept[key] = mapNamed(schema[key], inner);
  }
  if (Array.isArray(schema["required"])) {
    kept["required"] = schema["required"].filter((name) => isPlainName(name, MAX_NAME));
  }
  // A property that has no name here may still be given.
  if (leavesOut(schema)) delete kept["additionalProperties"];
  if (leavesOut(schema)) delete kept["unevaluatedProperties"];
  return kept;
}

function typeOf({ type, format, $ref }: Schema): Schema {
  const types = [type].flat().filter((one) => TYPES.has(String(one)));
  return {
    ...(types.length > 0 && { type: Array.isArray(type) ? types : types[0] }),
    ...(typeof format === "string" && /^[a-z-]{1,20}$/.test(format) && { format }),
    ...(typeof $ref === "string" && isPlainRef($ref) && { $ref }),
  };
}

/** Values that are names stay; where one is a sentence, any value will do. */
function valuesOf(schema: Schema): Schema {
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

function mapNamed(schemas: Schema, inner: (part: unknown) => JsonSchema): Schema {
  return Object.fromEntries(
    Object.entries(schemas).filter(([name]) => isPlainName(name, MAX_NAME))
      .map(([name, schema]) => [name, inner(schema)]),
  );
}

function leavesOut({ properties, patternProperties }: Schema): boolean {
  return patternProperties !== undefined ||
    isSchema(properties) && Object.keys(properties).some((name) => !isPlainName(name, MAX_NAME));
}

function isPlainRef(ref: string): boolean {
  const [root, ...steps] = ref.split("/");
  return root === "#" && steps.every((step) => isPlainName(step, MAX_NAME));
}

/** A word, or a few that are joined by signs, and no sentence. */
function isPlainName(name: unknown, maxLength: number): boolean {
  return typeof name === "string" && name.length <= maxLength &&
    /^[\p{L}\p{N}_.$:/+@-]*$/u.test(name) && !speaks(name);
}

function speaks(name: string): boolean {
  const words = name.replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2").replace(/[_.:/+-]+/g, " ");
  return scanWords(name).length > 0 || scanWords(words).length > 0;
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
