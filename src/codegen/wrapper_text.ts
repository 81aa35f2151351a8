import type { Tool, ToolAnnotations } from "../model/tool.ts";
import { banner } from "./banner.ts";
import template from "./client.ts" with { type: "text" };
import type { ToolNames } from "./names.ts";
import type { ObservedType } from "./observed/observed_shape.ts";
import { type ToolTypes, toolTypes } from "./tool_types.ts";
import { safeLines, safeLiteral } from "./types/safe_text.ts";
import { type FieldNode, type NamedType, printType, printValue } from "./types/type_node.ts";

const MAX_DESCRIPTION_CHARS = 3_000;
const MAX_EXAMPLE_CHARS = 2_000;

/** Options of {@linkcode wrapperText}. */
export interface WrapperTextOptions {
  readonly server: string;
  readonly names: ToolNames;
  /** The version of the generator. */
  readonly generator: string;
  /** Called with a sentence about each thing that could not be told as a type. */
  readonly report: (message: string) => void;
  /** What the tool was seen to answer. */
  readonly observed?: ObservedType | undefined;
}

/** The text of the file that wraps one tool. */
export function wrapperText(tool: Tool, options: WrapperTextOptions): string {
  const { server, names, generator, report, observed } = options;
  const types = toolTypes(tool, { typeName: names.typeName, report, observed });
  const { exportName, typeName } = names;
  const input = `input: ${typeName}Input${types.takesNothing ? " = {}" : ""}`;
  return banner({ generator, from: [server, tool.name] }) +
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

/** What each annotation means for a caller; `destructive` is said of tools that write only. */
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

/** A shorter doc is as cheap to say again as to look up. */
const MIN_REPEATED_CHARS = 24;

/** Declares types, those of the given names for other files too. */
export function printDeclarations(
  types: readonly NamedType[],
  exported: readonly string[],
): string {
  const showDoc = sayOnce();
  return types.map(({ name, type, doc }) => {
    const comment = doc === undefined ? "" : `/** ${doc} */\n`;
    const keyword = exported.includes(name) ? "export type" : "type";
    return `${comment}${keyword} ${name} = ${printType(type, { showDoc })};\n\n`;
  }).join("");
}

/** What was said about a field is not said again about another of the same name. */
function sayOnce(): (doc: string, field: FieldNode) => string {
  const said = new Set<string>();
  return (doc, { key }) => {
    const about = `${key}: ${doc}`;
    if (doc.length >= MIN_REPEATED_CHARS && said.has(about)) return "";
    said.add(about);
    return doc;
  };
}

/** Options of {@linkcode indexText}. */
export interface IndexTextOptions {
  readonly server: string;
  /** The version of the generator. */
  readonly generator: string;
}

/** The text of `index.ts`: all functions of a server, and their types. */
export function indexText(tools: readonly ToolNames[], options: IndexTextOptions): string {
  const lines = tools.map(({ file }) => `export * from "./${file}";\n`);
  return banner({ generator: options.generator, from: [options.server] }) +
    (lines.length === 0 ? "export {};\n" : lines.join(""));
}

/** The text of `servers/client.ts`, which all wrappers import: `client.ts` as it is here. */
export function clientText(generator: string): string {
  return banner({ generator, from: [] }) + template;
}
