import type { Tool, ToolAnnotations } from "../model/tool.ts";
import { banner } from "./generated_folder.ts";
import template from "./client.ts" with { type: "text" };
import type { ToolNames } from "./names.ts";
import type { ObservedType } from "./observed/observed_shape.ts";
import { type ToolTypes, toolTypes } from "./tool_types.ts";
import { safeLines, safeLiteral } from "./types/safe_text.ts";
import { type FieldNode, type NamedType, printType, printValue } from "./types/type_node.ts";

const MAX_DESCRIPTION_CHARS = 3_000;
const MAX_EXAMPLE_CHARS = 2_000;

/** The text of the file that wraps one tool; `report` and `observed` are those of `toolTypes`. */
export function wrapperText(tool: Tool, options: {
  readonly server: string;
  readonly names: ToolNames;
  readonly generator: string;
  readonly report: (message: string) => void;
  readonly observed?: ObservedType | undefined;
}): string {
  const { server, names, generator, report, observed } = options;
  const types = toolTypes(tool, { typeName: names.typeName, report, observed });
  const { exportName, typeName } = names;
  const input = `input: ${typeName}Input${types.takesNothing ? " = {}" : ""}`;
  return banner(generator, server, tool.name) +
    'import { callMCPTool } from "../client.ts";\n\n' +
    printDeclarations(types.declarations, [`${typeName}Input`, `${typeName}Output`]) +
    functionDoc(tool, exportName, types) +
    `export function ${exportName}(${input}): Promise<${typeName}Output> {\n` +
    `  return callMCPTool(${safeLiteral(server)}, ${safeLiteral(tool.name)}, input);\n}\n`;
}

function functionDoc(tool: Tool, exportName: string, types: ToolTypes): string {
  const description = safeLines(tool.description, MAX_DESCRIPTION_CHARS);
  const title = safeLines(tool.title ?? tool.annotations?.title, MAX_DESCRIPTION_CHARS);
  const lines = [
    ...(description.length > 0 ? description : title),
    ...hintLine(tool.annotations),
    ...exampleLine(exportName, types),
  ];
  if (lines.length === 0) return "";
  return `/**\n${lines.map((line) => ` * ${line}\n`).join("")} */\n`;
}

/** The meaning of each annotation for a caller; `destructive` only for tools that write. */
function hintLine(annotations: ToolAnnotations | undefined): string[] {
  const { readOnlyHint, destructiveHint, idempotentHint, openWorldHint } = annotations ?? {};
  const hints = [
    readOnlyHint === true && "read-only",
    readOnlyHint !== true && destructiveHint === true && "destructive",
    readOnlyHint !== true && destructiveHint === false && "not destructive",
    readOnlyHint !== true && idempotentHint === true && "idempotent",
    openWorldHint === true && "open world",
  ].filter((hint) => typeof hint === "string");
  return hints.length === 0 ? [] : [`(${hints.join(", ")})`];
}

function exampleLine(exportName: string, { example, takesNothing }: ToolTypes): string[] {
  if (!example) return [];
  const argument = takesNothing ? "" : printValue(example.value);
  const call = `await ${exportName}(${argument})`.replaceAll("*/", "*\\/");
  return call.length > MAX_EXAMPLE_CHARS ? [] : [`@example ${call}`];
}

/** A shorter doc is repeated: that costs no more than to look it up. */
const MIN_REPEATED_CHARS = 24;

/** Declares types, and exports those of the given names. */
function printDeclarations(types: readonly NamedType[], exported: readonly string[]): string {
  const showDoc = showOnce();
  return types.map(({ name, type, doc }) => {
    const comment = doc === undefined ? "" : `/** ${doc} */\n`;
    const keyword = exported.includes(name) ? "export type" : "type";
    return `${comment}${keyword} ${name} = ${printType(type, { showDoc })};\n\n`;
  }).join("");
}

/** Leaves out the doc of a field that another of the same name already has. */
function showOnce(): (doc: string, field: FieldNode) => string {
  const shown = new Set<string>();
  return (doc, { key }) => {
    const about = `${key}: ${doc}`;
    if (doc.length >= MIN_REPEATED_CHARS && shown.has(about)) return "";
    shown.add(about);
    return doc;
  };
}

/** The text of `index.ts`: all functions of a server, and their types. */
export function indexText(tools: readonly ToolNames[], server: string, generator: string): string {
  const lines = tools.map(({ file }) => `export * from "./${file}";\n`);
  return banner(generator, server) + (lines.length === 0 ? "export {};\n" : lines.join(""));
}

/** The text of `servers/client.ts`, which all wrappers import: `client.ts` as it is here. */
export function clientText(generator: string): string {
  return banner(generator) + template;
}
