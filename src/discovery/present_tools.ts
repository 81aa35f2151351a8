import type {
  NearestNames,
  PresentedTool,
  ReadToolsResult,
  ToolDetail,
  ToolPage,
  UnknownTool,
} from "./tool_finder_types.ts";
import { countModelTokens } from "../text/count_model_tokens.ts";
import type { IndexedTool, ToolIndex } from "./tool_index.ts";

/** Detail, budget and source of a page of tools. */
export interface PresentToolsOptions {
  readonly detail: ToolDetail;
  /** The most that the text may cost, in model tokens. */
  readonly maxModelTokens: number;
  /** Returns the text of a tool's wrapper, for the detail "full". */
  readonly wrapperText?: ((tool: IndexedTool) => string | undefined) | undefined;
}

/**
 * Shows tools in the order given, grouped by server, as many as fit. A tool whose wrapper does not
 * fit is shown with its description; the first tool that does not fit at all ends the page. Pauses
 * regularly, so that other work is not held up.
 */
export function* presentTools(
  tools: readonly IndexedTool[],
  options: PresentToolsOptions,
): Generator<void, ToolPage> {
  let lines = yield* fitLines(tools, options);
  let text = writePage(lines);
  let modelTokens = countModelTokens(text);
  // Lines can cost a little more together than one by one.
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

const LESS = { full: "description", description: "name", name: undefined } as const;

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
    const text = toolText(tool, shown, wrapperText);
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

/** `crm ./servers/crm/`: the server, and the folder that its tools are imported from. */
function heading(tool: IndexedTool): string {
  const folder = tool.import?.slice(0, tool.import.lastIndexOf("/") + 1);
  return `# ${oneLine(tool.server)}${folder === undefined ? "" : ` ${folder}`}`;
}

/** The file's name, with the tool's own name where that differs. */
function labelOf(tool: IndexedTool): string {
  if (tool.import === undefined) return tool.tool.name;
  const file = tool.import.slice(tool.import.lastIndexOf("/") + 1);
  return file.replace(/\.ts$/, "") === tool.tool.name ? file : `${file} (${tool.tool.name})`;
}

function presented({ tool, detail }: Line, { wrapperText }: PresentToolsOptions): PresentedTool {
  const wrapper = detail === "full" ? wrapperText?.(tool) : undefined;
  return {
    server: tool.server,
    tool: tool.tool.name,
    ...(tool.import !== undefined && { import: tool.import }),
    detail,
    ...(detail !== "name" && { description: shortDescription(tool) }),
    ...(wrapper !== undefined && { wrapper }),
  };
}

const MAX_DESCRIPTION_MODEL_TOKENS = 60;
const MAX_DESCRIPTION_LENGTH = 600;
const MAX_SCHEMA_LENGTH = 20_000;
/** Blanks, and control and format characters, such as those of direction. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu;

/** A tool as a model reads it. Without a wrapper's text `full` shows description and schema. */
function toolText(
  tool: IndexedTool,
  detail: ToolDetail,
  wrapperText: PresentToolsOptions["wrapperText"],
): string {
  const line = oneLine(labelOf(tool));
  if (detail === "name") return line;
  if (detail === "full") {
    const text = wrapperText?.(tool);
    if (text !== undefined) return `${line}\n${wrapperSignature(text)}`;
  }
  const description = shortDescription(tool);
  const described = description === "" ? line : `${line}: ${description}`;
  return detail === "full" ? `${described}\n${schemaText(tool)}` : described;
}

/** A text on one line, without invisible characters. */
function oneLine(text: string): string {
  return text.replace(UNSEEN, " ").trim();
}

/** A tool's description on one line of at most 60 model tokens; empty where it has none. */
function shortDescription({ tool }: IndexedTool): string {
  const description = (tool.description ?? tool.title ?? "").slice(0, 4 * MAX_DESCRIPTION_LENGTH);
  const line = oneLine(description).slice(0, MAX_DESCRIPTION_LENGTH);
  const fits = (text: string) => countModelTokens(text) <= MAX_DESCRIPTION_MODEL_TOKENS;
  if (fits(line) && line.length < MAX_DESCRIPTION_LENGTH) return line;
  let words = line.split(" ");
  while (words.length > 1 && !fits(words.join(" "))) {
    words = words.slice(0, Math.floor(words.length * 0.9));
  }
  return `${words.join(" ")} …`;
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
 * Types, documentation and function of a wrapper, without the parts that every wrapper has. A text
 * that is no generated wrapper stays as it is.
 */
function wrapperSignature(text: string): string {
  if (!BANNER.test(text)) return text.trim();
  const declared = text.replace(BANNER, "").replace(IMPORT, "").replace(BODY, ";");
  return declared.replace(GAPS, "\n").trim();
}

const DEFAULT_MAX_MODEL_TOKENS = 4_000;
const MAX_NAMES = 50;
const MAX_SHOWN_NAME = 80;
const MAX_SUGGESTIONS = 3;
/** Unknown names for which similar ones are looked up. */
const MAX_EXPLAINED = 5;
const NOTHING_NEAR: NearestNames = { servers: [], tools: [] };

/**
 * Reads several tools at once, by `server/tool` or by import path, within a budget: in the order
 * asked for, with less detail where the budget is short; the first few unknown names come back with
 * similar ones. Pauses regularly, so that other work is not held up.
 */
export function* readTools(
  index: ToolIndex,
  names: readonly string[],
  options: Partial<PresentToolsOptions> = {},
): Generator<void, ReadToolsResult> {
  const found = new Map<string, IndexedTool>();
  const unknown: UnknownTool[] = [];
  for (const name of [...new Set(names)].slice(0, MAX_NAMES)) {
    const tool = index.resolve(name);
    if (tool !== undefined) found.set(JSON.stringify([tool.server, tool.tool.name]), tool);
    else {
      const nearest = unknown.length < MAX_EXPLAINED
        ? index.nearest(name, MAX_SUGGESTIONS)
        : NOTHING_NEAR;
      unknown.push({ name, nearest });
    }
    yield;
  }
  const wanted = { detail: "full", maxModelTokens: DEFAULT_MAX_MODEL_TOKENS, ...options } as const;
  const notes = writeUnknown(unknown, wanted.maxModelTokens / 2);
  const reserved = notes === "" ? 0 : countModelTokens(notes) + 1;
  const page = yield* presentTools([...found.values()], {
    ...wanted,
    maxModelTokens: wanted.maxModelTokens - reserved,
  });
  const text = [page.text, notes].filter((part) => part !== "").join("\n");
  return { ...page, text, modelTokens: countModelTokens(text), unknown };
}

/** A line for each unknown name, as many as fit. */
function writeUnknown(unknown: readonly UnknownTool[], maxModelTokens: number): string {
  const lines = unknown.map(({ name, nearest }) => {
    const names = nearest.tools.map(({ server, tool }) => `${server}/${tool}`);
    const known = oneLine((names.length > 0 ? names : nearest.servers).join(", "));
    const shown = oneLine(name.slice(0, MAX_SHOWN_NAME));
    return `No tool "${shown}".${known === "" ? "" : ` Did you mean ${known}?`}`;
  });
  let left = maxModelTokens;
  const fitting = lines.findIndex((line) => (left -= countModelTokens(`${line}\n`, left)) < 0);
  return lines.slice(0, fitting < 0 ? undefined : fitting).join("\n");
}
