import { isJsonObject, type JsonObject } from "../text/json_value.ts";
import { z } from "zod";
import type { Catalogue, JsonSchema, Tool, ToolAnnotations, ToolProblem } from "../model/tool.ts";
import { type McpClient, ServerError } from "./channel.ts";
import { measureJson } from "./measure_json.ts";

const MAX_PAGES = 1_000;
/** JSON-RPC's "Method not found": a server without tools. */
const METHOD_NOT_FOUND = -32_601;

/** A page of the list; `repairTools` checks its tools one by one. */
const page = z.object({
  tools: z.array(z.unknown()),
  nextCursor: z.string().min(1).nullish().catch(undefined),
});

/**
 * Asks a server for all of its tools, page by page, and returns them unchecked. `fault` tells why
 * the rest of the list was not asked for.
 *
 * @throws {ServerError} where the answer is no list
 * @throws {ConnectionError} where the server cannot be reached
 */
export async function listTools(
  client: McpClient,
  signal: AbortSignal,
): Promise<{ readonly rawTools: readonly unknown[]; readonly fault?: string }> {
  const rawTools: unknown[] = [];
  const seen = new Set<string>();
  let cursor: string | undefined;
  do {
    const answer = await listPage(client, cursor, signal);
    for (const tool of answer.tools) rawTools.push(tool);
    cursor = answer.nextCursor ?? undefined;
    if (cursor === undefined || rawTools.length > MAX_TOOLS) return { rawTools };
    if (seen.has(cursor)) return { rawTools, fault: "The pages of the list lead in a circle" };
    seen.add(cursor);
  } while (seen.size < MAX_PAGES);
  return { rawTools, fault: `The list has more than ${MAX_PAGES} pages` };
}

async function listPage(
  client: McpClient,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<z.infer<typeof page>> {
  const params = cursor === undefined ? {} : { cursor };
  try {
    const result = await client.request({ method: "tools/list", params }, { signal });
    const answer = page.safeParse(result);
    if (answer.success) return answer.data;
  } catch (error) {
    if (error instanceof ServerError && error.code === METHOD_NOT_FOUND) return { tools: [] };
    throw error;
  }
  throw new ServerError(0, "Its answer to tools/list is not a list");
}

/** Further tools of one server are left out. */
const MAX_TOOLS = 10_000;
const MAX_NAME_LENGTH = 256;
const MAX_LENGTHS = { title: 256, description: 16_384 };
/** The largest schema seen on a real server has 146 KB. */
const MAX_SCHEMA_CHARS = 1_048_576;
const MAX_SCHEMA_DEPTH = 512;

/** Characters that do not show or that reorder what is shown: one name could pass for another. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/**
 * Makes tools of a server's list. A tool with a fault is repaired or left out, and the fault
 * reported; the other tools stay as they are.
 *
 * @example
 * ```ts
 * import { repairTools } from "./repair_tools.ts";
 *
 * const { tools, problems } = repairTools("crm", [{ name: "ping" }, { name: 7 }]);
 * console.assert(tools.length === 1 && problems.length === 2);
 * ```
 */
export function repairTools(server: string, rawTools: readonly unknown[]): Catalogue {
  const tools = new Map<string, Tool>();
  const problems: ToolProblem[] = [];
  rawTools.slice(0, MAX_TOOLS).forEach((raw, index) => {
    const position = `tool ${index + 1} of the list`;
    const report = (message: string, tool: string) => problems.push({ server, tool, message });
    if (!isJsonObject(raw)) return report("Left out: it is not an object", position);
    const fault = findNameFault(raw.name);
    if (fault !== undefined) return report(`Left out: ${fault}`, position);
    const name = raw.name as string;
    if (tools.has(name)) return report("Left out: an earlier tool has the same name", name);
    tools.set(name, repairTool(raw, name, (message) => report(message, name)));
  });
  if (rawTools.length > MAX_TOOLS) {
    const message = `Left out: all tools after the first ${MAX_TOOLS}`;
    problems.push({ server, tool: "", message });
  }
  return { tools: [...tools.values()], problems };
}

type Report = (message: string) => void;

function findNameFault(name: unknown): string | undefined {
  if (typeof name !== "string" || name === "") return "it has no name";
  if (name.length > MAX_NAME_LENGTH) return `its name is longer than ${MAX_NAME_LENGTH} characters`;
  if (UNPRINTABLE.test(name)) return "its name has characters that do not show";
  return undefined;
}

function repairTool(raw: JsonObject, name: string, report: Report): Tool {
  return {
    name,
    ...repairText("title", raw, report),
    ...repairText("description", raw, report),
    inputSchema: repairInputSchema(raw.inputSchema, report),
    ...repairOutputSchema(raw.outputSchema, report),
    ...repairAnnotations(raw.annotations, report),
  };
}

function repairText(field: keyof typeof MAX_LENGTHS, object: JsonObject, report: Report) {
  const [text, max] = [object[field], MAX_LENGTHS[field]];
  if (text === undefined || text === null) return {};
  if (typeof text !== "string") {
    report(`Dropped the ${field}: it is not a text`);
    return {};
  }
  if (text.length <= max) return { [field]: text.toWellFormed() };
  report(`Cut the ${field}: it is longer than ${max} characters`);
  return { [field]: `${text.slice(0, max)}…`.toWellFormed() };
}

/** Accepts any object: the server judges the arguments. */
const ANY_OBJECT: JsonSchema = { type: "object", additionalProperties: true };

function repairInputSchema(schema: unknown, report: Report): JsonSchema {
  const fault = findSchemaFault(schema);
  if (fault !== undefined || !isJsonObject(schema)) {
    report(`Replaced inputSchema by one for any object: ${fault}`);
    return ANY_OBJECT;
  }
  if (schema.type !== undefined && ![schema.type].flat().includes("object")) {
    report("Replaced inputSchema by one for any object: it does not describe an object");
    return ANY_OBJECT;
  }
  return repairMembers(schema, report);
}

function repairMembers(schema: JsonObject, report: Report): JsonSchema {
  const repaired: Record<string, unknown> = { ...schema };
  const { type, properties, required } = schema;
  if (type !== "object") {
    repaired.type = "object";
    // An empty schema accepts anything, not nothing.
    if (properties === undefined) repaired.additionalProperties ??= true;
    report('Set the type of inputSchema: it was not "object"');
  }
  if (properties !== undefined && !isJsonObject(properties)) {
    delete repaired.properties;
    report("Dropped the properties of inputSchema: they are not an object");
  }
  const isList = Array.isArray(required) && required.every((name) => typeof name === "string");
  if (required !== undefined && !isList) {
    delete repaired.required;
    report('Dropped "required" of inputSchema: it is not a list of names');
  }
  return repaired;
}

function repairOutputSchema(schema: unknown, report: Report): { outputSchema?: JsonSchema } {
  if (schema === undefined || schema === null) return {};
  const fault = findSchemaFault(schema);
  if (fault === undefined) return { outputSchema: schema as JsonSchema };
  report(`Dropped outputSchema: ${fault}`);
  return {};
}

function findSchemaFault(schema: unknown): string | undefined {
  if (schema === undefined || schema === null) return "there is none";
  if (!isJsonObject(schema)) return "it is not an object";
  const { chars, depth } = measureJson(schema, { maxChars: MAX_SCHEMA_CHARS });
  if (chars > MAX_SCHEMA_CHARS) return `it is larger than ${MAX_SCHEMA_CHARS} characters`;
  if (depth > MAX_SCHEMA_DEPTH) return `it is nested deeper than ${MAX_SCHEMA_DEPTH} levels`;
  return undefined;
}

const HINTS = ["readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"] as const;

function repairAnnotations(
  annotations: unknown,
  report: Report,
): { annotations?: ToolAnnotations } {
  if (annotations === undefined || annotations === null) return {};
  if (!isJsonObject(annotations)) {
    report("Dropped the annotations: they are not an object");
    return {};
  }
  const kept: Record<string, unknown> = repairText("title", annotations, report);
  for (const hint of HINTS) {
    const value = annotations[hint];
    if (typeof value === "boolean") kept[hint] = value;
    else if (value !== undefined) report(`Dropped ${hint}: it is neither true nor false`);
  }
  return { annotations: kept };
}
