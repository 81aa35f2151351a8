/**
 * The built-in module `airlock` of a program.
 *
 * @module
 */
export { AirlockError, McpToolError } from "./errors.ts";
export * from "./workspace_files.ts";

/** How much {@linkcode searchTools} tells of each tool. */
export type SearchDetail = "name" | "description" | "full";

/** Which page of tools {@linkcode searchTools} gives, and how much of each. */
export interface SearchToolsOptions {
  /** Default: "description". "full" is the text of the wrapper. */
  readonly detail?: SearchDetail;
  /** At most 100. Default: 10. */
  readonly limit?: number;
  /** How many to skip: the `nextOffset` of the page before. */
  readonly offset?: number;
  /** Only tools of this server. */
  readonly server?: string;
  /** Limit of the tools' texts together; a low one gives fewer tools, or less of each. */
  readonly maxModelTokens?: number;
}

/** How much {@linkcode readTools} gives of each tool. */
export interface ReadToolsOptions {
  /** Default: "full". */
  readonly detail?: SearchDetail;
  /** Limit of the tools' texts together. */
  readonly maxModelTokens?: number;
}

/** One tool that {@linkcode searchTools} found. */
export interface FoundTool {
  readonly server: string;
  readonly tool: string;
  /** What a program imports, such as `./servers/crm/list_leads.ts`. */
  readonly module: string;
  readonly description?: string;
  /** The wrapper's text. */
  readonly text?: string;
  /** Set where no connected tool does what was asked for, and this one is among the nearest. */
  readonly fit?: "nearest";
}

/** What a search found, the best first, tools of one server side by side. */
export interface FoundTools extends Array<FoundTool> {
  /** How many more tools match. */
  readonly further: number;
  /** Where the next page begins; absent on the last. */
  readonly nextOffset?: number;
  /** No connected tool does this: at most three are given, the nearest. */
  readonly noGoodMatch: boolean;
  /** Servers out of reach, whose tools are left out. */
  readonly unavailable: readonly string[];
}

/** The tools that were asked for, tools of one server side by side. */
export interface ReadTools extends Array<FoundTool> {
  /** The names that are no tool's, each with what it may mean. */
  readonly unknown: readonly UnknownTool[];
  /** Servers out of reach, whose tools are left out. */
  readonly unavailable: readonly string[];
}

/** A name that is no tool's. */
export interface UnknownTool {
  readonly name: string;
  readonly nearest: {
    readonly servers: readonly string[];
    readonly tools: readonly { readonly server: string; readonly tool: string }[];
  };
}

/** Finds tools by what they do. */
export async function searchTools(
  query: string,
  options: SearchToolsOptions = {},
): Promise<FoundTools> {
  return await askForTools("search_tools", { query, ...options }) as FoundTools;
}

/** Reads several tools by `server/tool` or by what a program imports. */
export async function readTools(
  names: readonly string[],
  options: ReadToolsOptions = {},
): Promise<ReadTools> {
  return await askForTools("read_tools", { names, ...options }) as ReadTools;
}

/** Resolves to the text of a tool's wrapper: its types, its documentation, an example. */
export function readTool(server: string, tool: string): Promise<string> {
  return ask("read_tool", { server, tool }) as Promise<string>;
}

/**
 * Calls a tool by its names. Both must stand in the program as plain strings: what a program may
 * call is read from its text.
 */
export function callTool<T = unknown>(
  server: string,
  tool: string,
  input: object = {},
): Promise<T> {
  return hook("airlock.callTool")(server, tool, input) as Promise<T>;
}

/**
 * Facts about the value behind a token, such as `[EMAIL_1_k7q]`, told by the host without the value.
 * A list gives a list, in one question; what the fact does not fit gives null.
 */
export const derive = {
  /** The part of an e-mail address after `@`, in small letters. */
  domain: fact("domain"),
  /** The country of a phone number or an IBAN, in two letters. */
  country: fact("country"),
  /** The last four characters of a card, an account, an IBAN or a phone number. */
  last4: fact("last4"),
  /** The network of a payment card. */
  network: fact("network"),
  /** The ten years that an age lies in, of a date of birth: "30-39". */
  ageBand: fact("ageBand"),
  /** The first letter of each word of a name. */
  initials: fact("initials"),
};

/** A token, or a real value where a program holds real ones. */
export type Subject = string | number | boolean | null;

/** Tells one fact. */
export interface DeriveFact {
  /** Of each value of a list. */
  (values: readonly Subject[]): Promise<(string | null)[]>;
  /** Of one value. */
  (value: Subject): Promise<string | null>;
}

/** Whether two values are the same, however they are written; each may be a token. */
export function same(one: Subject, other: Subject): Promise<boolean> {
  return ask("same", { one, other }) as Promise<boolean>;
}

/** What {@linkcode saveSkill} saves. */
export interface NewSkill {
  /** Small letters and digits, in words parted by hyphens: what programs import by. */
  readonly name: string;
  /** What it does and when to use it, in one line: what it is found by. */
  readonly description: string;
  /** A module of TypeScript that exports functions; it imports as programs do. */
  readonly code: string;
  /** Lines of programs that use it. */
  readonly examples?: readonly string[];
  /** A program that imports the skill, calls no tool, and throws where something is wrong. */
  readonly tests?: string;
}

/** A skill that can be imported. */
export interface Skill {
  readonly name: string;
  readonly version: number;
  readonly description: string;
  readonly trust: "draft" | "approved" | "deprecated";
  /** The tools that it may call: `server/tool`. */
  readonly tools: readonly string[];
  /** What a program imports; `@2` at its end stays at a version. */
  readonly module: string;
}

/**
 * Saves a module for later programs, which import it by `./skills/<name>`. It is yours alone until a
 * person approves it for others.
 */
export function saveSkill(skill: NewSkill): Promise<Skill> {
  return ask("save_skill", skill) as Promise<Skill>;
}

/** Finds skills by what they do. */
export function searchSkills(query: string, options: { limit?: number } = {}): Promise<Skill[]> {
  return ask("search_skills", { query, ...options }) as Promise<Skill[]>;
}

/** Resolves to the text of a skill's module. */
export function readSkill(name: string): Promise<string> {
  return ask("read_skill", { name }) as Promise<string>;
}

/** What may still be written to the workspace. */
export interface WorkspaceLeft {
  readonly bytes: number;
  readonly files: number;
}

/** Tells how much more the workspace may hold, before a run that writes more is ended. */
export function workspaceLeft(): Promise<WorkspaceLeft> {
  return ask("workspace_left", {}) as Promise<WorkspaceLeft>;
}

/** Resolves after so many milliseconds. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Adds a line to the run's log, like `console.log`. */
export function log(...data: unknown[]): void {
  console.log(...data);
}

/** An array of tools that carries what else is to be known of them. */
async function askForTools(method: string, params: unknown): Promise<FoundTool[]> {
  const { tools, ...signs } = await ask(method, params) as { tools: FoundTool[] };
  return Object.assign(tools, signs);
}

function fact(name: string): DeriveFact {
  const tell = (subject: unknown) => ask("derive", { fact: name, subject });
  return tell as DeriveFact;
}

function ask(method: string, params: unknown): Promise<unknown> {
  return hook("airlock.ask")(method, params);
}

function hook(name: string): (...args: unknown[]) => Promise<unknown> {
  const found = (globalThis as unknown as Record<symbol, unknown>)[Symbol.for(name)];
  if (typeof found !== "function") throw new Error('Cannot use "airlock": not in a worker');
  return found as (...args: unknown[]) => Promise<unknown>;
}
