import { countModelTokens } from "../text/count_model_tokens.ts";
import type { IndexedTool } from "./tool_index.ts";

/** How tools are to be shown. */
export interface PresentToolsOptions {
  /** How much of each tool. */
  readonly detail: ToolDetail;
  /** The most that the text may cost, in model tokens. */
  readonly maxModelTokens: number;
  /** Gives the wrappers' own texts, for `full`. */
  readonly wrapperText?: WrapperText | undefined;
}

/** A tool as it was shown. */
export interface PresentedTool {
  /** The tool's server. */
  readonly server: string;
  /** The tool's own name. */
  readonly tool: string;
  /** What a program imports to call it. */
  readonly import?: string;
  /** What is shown of it; less than asked for where the budget left no room. */
  readonly detail: ToolDetail;
  /** What it does, in short; absent with the detail "name". */
  readonly description?: string;
  /** The wrapper's own text, with the detail "full". */
  readonly wrapper?: string;
}

/** Tools as a model reads them. */
export interface ToolPage {
  /** The tools that fit, grouped by server; the server of the best tool first. */
  readonly servers: readonly {
    readonly server: string;
    readonly tools: readonly PresentedTool[];
  }[];
  /** How many of the given tools did not fit. */
  readonly omitted: number;
  /** What the model reads. */
  readonly text: string;
  /** What the text costs. */
  readonly modelTokens: number;
}

/**
 * Writes tools down in the order given, grouped by server, as many as fit. A tool whose wrapper
 * does not fit is shown with its description; the first tool that does not fit at all ends the page.
 * It pauses now and then, so that others have their turn.
 */
export function* presentTools(
  tools: readonly IndexedTool[],
  options: PresentToolsOptions,
): Generator<void, ToolPage> {
  let lines = yield* fitLines(tools, options);
  let text = writePage(lines);
  let modelTokens = countModelTokens(text);
  // Parts can cost a little more together than one by one.
  while (modelTokens > options.maxModelTokens && lines.length > 0) {
    yield;
    lines = lines.slice(0, -1);
    text = writePage(lines);
    modelTokens = countModelTokens(text);
  }
  const servers = [...groupByServer(lines)].map(([server, own]) => ({
    server,
    tools: own.map((line) => presented(line, options)),
  }));
  return { servers, omitted: tools.length - lines.length, text, modelTokens };
}

interface Line {
  readonly tool: IndexedTool;
  readonly detail: ToolDetail;
  readonly text: string;
}

const LESS: Readonly<Record<ToolDetail, ToolDetail | undefined>> = {
  full: "description",
  description: "name",
  name: undefined,
};

function* fitLines(
  tools: readonly IndexedTool[],
  options: PresentToolsOptions,
): Generator<void, Line[]> {
  const lines: Line[] = [];
  const seen = new Set<string>();
  let left = options.maxModelTokens;
  for (const tool of tools) {
    const head = seen.has(tool.server) ? 0 : countModelTokens(`${heading(tool)}\n`);
    const fitted = fitLine(tool, left - head, options);
    if (fitted === undefined) break;
    lines.push(fitted.line);
    seen.add(tool.server);
    left -= head + fitted.cost;
    yield;
  }
  return lines;
}

function fitLine(
  tool: IndexedTool,
  left: number,
  { detail, wrapperText }: PresentToolsOptions,
): { line: Line; cost: number } | undefined {
  for (let shown: ToolDetail | undefined = detail; shown !== undefined; shown = LESS[shown]) {
    const text = toolText(tool, { detail: shown, label: labelOf(tool), wrapperText });
    const cost = countModelTokens(`${text}\n`);
    if (cost <= left) return { line: { tool, detail: shown, text }, cost };
  }
  return undefined;
}

function writePage(lines: readonly Line[]): string {
  return [...groupByServer(lines).values()].map((own) =>
    [heading(own[0]!.tool), ...own.map((line) => line.text)].join("\n")
  ).join("\n");
}

function groupByServer(lines: readonly Line[]): Map<string, Line[]> {
  return Map.groupBy(lines, (line) => line.tool.server);
}

/** `crm ./servers/crm/`: where its tools are imported from, or the server alone. */
function heading(tool: IndexedTool): string {
  const folder = folderOf(tool);
  return folder === undefined ? `# ${oneLine(tool.server)}` : `# ${oneLine(tool.server)} ${folder}`;
}

/** The file's name, with the tool's own name where that differs. */
function labelOf(tool: IndexedTool): string {
  if (tool.import === undefined) return tool.tool.name;
  const file = tool.import.slice(tool.import.lastIndexOf("/") + 1);
  return file.replace(/\.ts$/, "") === tool.tool.name ? file : `${file} (${tool.tool.name})`;
}

function folderOf(tool: IndexedTool): string | undefined {
  return tool.import?.slice(0, tool.import.lastIndexOf("/") + 1);
}

function presented(
  { tool, detail }: Line,
  { wrapperText }: PresentToolsOptions,
): PresentedTool {
  const wrapper = detail === "full" ? wrapperText?.(tool) : undefined;
  return {
    server: tool.server,
    tool: tool.tool.name,
    ...(tool.import === undefined ? {} : { import: tool.import }),
    detail,
    ...(detail === "name" ? {} : { description: shortDescription(tool) }),
    ...(wrapper === undefined ? {} : { wrapper }),
  };
}

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

const BANNER = /^\/\/ @generated airlock [^\n]*\n/;
const IMPORT = /^import \{ callMCPTool \} from "\.\.\/client\.ts";\n/m;
const BODY = / \{\n {2}return callMCPTool\([^\n]*\);\n\}\s*$/;
const GAPS = /\n{2,}/g;

/**
 * What a model needs of a wrapper: its types, its documentation and its function, without what is
 * the same in every wrapper. A text that is no generated wrapper stays as it is.
 */
export function wrapperSignature(text: string): string {
  if (!BANNER.test(text)) return text.trim();
  const declared = text.replace(BANNER, "").replace(IMPORT, "").replace(BODY, ";");
  return declared.replace(GAPS, "\n").trim();
}
