import type { Tool } from "../model/tool.ts";
import { isJsonObject } from "../text/json_value.ts";

/** The parts of a tool that search reads, and the most terms of each. */
export const FIELDS = {
  name: 30,
  title: 30,
  lead: 60,
  body: 120,
  parameters: 80,
  parameterTexts: 100,
  server: 20,
  serverDescription: 80,
} as const;

/** One of the parts of a tool that search reads; `lead` is the description's first sentence. */
export type Field = keyof typeof FIELDS;

/** The fields in the order of their numbers. */
export const FIELD_NAMES: readonly Field[] = Object.keys(FIELDS) as Field[];

const MAX_SCHEMA_DEPTH = 5;
const MAX_PROPERTIES = 200;
const MAX_ENUM_VALUES = 30;
const FIRST_SENTENCE = /^[\s\S]*?(?:[.!?](?=\s|$)|[。！？]|\n\s*\n|\n(?=\s*[-*#A-Z]))/;

/** The texts of a tool's own fields, without its server's. */
export function readToolFields(
  tool: Tool,
): Record<Exclude<Field, "server" | "serverDescription">, string> {
  const description = (tool.description ?? "").trimStart();
  const lead = FIRST_SENTENCE.exec(description.slice(0, 4_000))?.[0] ?? description;
  const parameters: Parameters = { names: [], texts: [] };
  collectParameters(tool.inputSchema, parameters, 0);
  return {
    name: tool.name,
    title: tool.title ?? tool.annotations?.title ?? "",
    lead,
    body: description.slice(lead.length),
    parameters: parameters.names.join(" "),
    parameterTexts: parameters.texts.join(" "),
  };
}

interface Parameters {
  readonly names: string[];
  readonly texts: string[];
}

function collectParameters(schema: unknown, found: Parameters, depth: number): void {
  if (!isJsonObject(schema) || depth > MAX_SCHEMA_DEPTH) return;
  if (isJsonObject(schema.properties)) {
    for (const [name, property] of Object.entries(schema.properties)) {
      if (found.names.length >= MAX_PROPERTIES) return;
      found.names.push(name);
      collectTexts(property, found.texts);
      collectParameters(property, found, depth + 1);
    }
  }
  collectParameters(schema.items, found, depth + 1);
  for (const keyword of ["anyOf", "oneOf", "allOf"]) {
    const branches = schema[keyword];
    if (!Array.isArray(branches)) continue;
    for (const branch of branches.slice(0, MAX_ENUM_VALUES)) {
      collectParameters(branch, found, depth + 1);
    }
  }
}

function collectTexts(property: unknown, texts: string[]): void {
  if (!isJsonObject(property)) return;
  if (typeof property.description === "string") texts.push(property.description);
  if (Array.isArray(property.enum)) {
    const values = property.enum.slice(0, MAX_ENUM_VALUES);
    texts.push(...values.filter((value) => typeof value === "string"));
  }
}
