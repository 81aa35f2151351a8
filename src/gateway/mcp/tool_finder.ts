import { initialContext } from "../../discovery/initial_context.ts";
import { presentSearch } from "../../discovery/present_search.ts";
import { readTools } from "../../discovery/read_tools.ts";
import { createToolIndex, type IndexedTool } from "../../discovery/tool_index.ts";
import type { ToolDetail } from "../../discovery/tool_text.ts";
import type { Runtime, ToolInfo } from "../../runtime_types.ts";
import { knownWithin } from "./known_within.ts";

/** What the endpoint needs to know of the tools. */
export interface ToolFinder {
  /** The tools for a query, as a model reads them. */
  search(query: string, options: FindOptions): Promise<string>;
  /** The types of tools, as a model reads them. */
  read(names: readonly string[]): Promise<string>;
  /** What is connected and how to use it, in few words. */
  context(): Promise<string>;
  /** The paths of all wrappers, such as `./servers/crm/list_leads.ts`, in their order. */
  modules(): Promise<readonly string[]>;
  /** The text of a wrapper; undefined where there is none at the path. */
  wrapperText(module: string): Promise<string | undefined>;
}

/** What is wanted of a search. */
export interface FindOptions {
  readonly detail: ToolDetail;
  readonly limit: number;
  readonly offset: number;
  readonly server?: string;
}

/** How long a client may wait for servers that are slow to start. */
const CONTEXT_WAIT_MS = 2_000;
const FIND_WAIT_MS = 10_000;
const MAX_MISSING_NAMES = 5;

const SHORT_GUIDE =
  "Find them with search_tools, read their types with read_tools, call them in one program with run_program";

const GUIDE = `${SHORT_GUIDE}, such as:
import { list_leads } from "./servers/crm/list_leads.ts";
const { leads } = await list_leads({ limit: 100 });
return leads.length;`;

/** Makes the finder of a runtime's tools. It asks the runtime, and starts what must be started. */
export function createToolFinder(runtime: Runtime): ToolFinder {
  return new RuntimeToolFinder(runtime);
}

class RuntimeToolFinder implements ToolFinder {
  readonly #runtime: Runtime;
  readonly #index = createToolIndex();
  readonly #known = new Map<string, readonly ToolInfo[]>();
  /** As it was, for the servers that were missing, until something changes. */
  #context: { readonly key: string; readonly text: string } | undefined;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  async search(query: string, { detail, limit, offset, server }: FindOptions): Promise<string> {
    const missing = await this.#refresh(FIND_WAIT_MS);
    const only = server === undefined ? {} : { server };
    const found = this.#index.search(query, { limit, offset, ...only });
    const texts = detail === "full" ? await this.#wrapperTexts(found.hits) : new Map();
    const wrapperText = (tool: IndexedTool) => texts.get(tool.import);
    const { text } = presentSearch(found, { detail, offset, wrapperText });
    return withNote(text, missing.filter((name) => (server ?? name) === name));
  }

  async read(names: readonly string[]): Promise<string> {
    const missing = await this.#refresh(FIND_WAIT_MS);
    const tools = names.map((name) => this.#index.resolve(name)).filter((tool) =>
      tool !== undefined
    );
    const texts = await this.#wrapperTexts(tools);
    const read = readTools(this.#index, names, { wrapperText: (tool) => texts.get(tool.import) });
    return read.unknown.length === 0 ? read.text : withNote(read.text, missing);
  }

  async context(): Promise<string> {
    const missing = await this.#refresh(CONTEXT_WAIT_MS);
    const key = missing.join("\n");
    // Words are weighed against all tools, which is worth remembering.
    if (this.#context?.key !== key) this.#context = { key, text: this.#introduce(missing) };
    return this.#context.text;
  }

  #introduce(missing: readonly string[]): string {
    const servers = [...this.#known].map(([server, tools]) => ({
      server,
      tools: tools.map(({ tool: { name } }) => ({ name })),
    }));
    const text = initialContext(servers, { guide: withNote(GUIDE, missing) });
    // Where not all fit, their names are worth more than the example.
    if (servers.every(({ server }) => text.includes(`${server} (`))) return text;
    return initialContext(servers, { guide: withNote(`${SHORT_GUIDE}.`, missing) });
  }

  async modules(): Promise<readonly string[]> {
    await this.#refresh(FIND_WAIT_MS);
    return [...this.#known.values()].flat().map(({ module }) => module).sort();
  }

  async wrapperText(module: string): Promise<string | undefined> {
    await this.#refresh(FIND_WAIT_MS);
    const tool = this.#index.resolve(module);
    if (tool?.import !== module) return undefined;
    return await this.#runtime.wrapperText(tool.server, tool.tool.name);
  }

  async #wrapperTexts(tools: readonly IndexedTool[]): Promise<Map<string | undefined, string>> {
    const texts = tools.map(async ({ import: module, server, tool }) =>
      [module, await this.#runtime.wrapperText(server, tool.name) ?? ""] as const
    );
    return new Map(await Promise.all(texts));
  }

  /** Brings the index up to date; gives the servers whose tools are not to be had now. */
  async #refresh(waitMs: number): Promise<string[]> {
    const names = this.#runtime.servers().filter(({ state }) => state !== "disabled")
      .map(({ name }) => name);
    const asked = new Map(names.map((name) => [name, this.#runtime.tools(name)]));
    const { values, failed, late } = await knownWithin(asked, waitMs);
    for (const [server, tools] of values) this.#set(server, tools);
    for (const server of failed) this.#remove(server);
    for (const server of this.#known.keys()) if (!asked.has(server)) this.#remove(server);
    // What was known of a server that is slow now is still good.
    return [...failed, ...late.filter((server) => !this.#known.has(server))];
  }

  #set(server: string, tools: readonly ToolInfo[]): void {
    const known = this.#known.get(server);
    const same = known?.length === tools.length &&
      known.every(({ tool, module }, at) =>
        tools[at]!.tool === tool && tools[at]!.module === module
      );
    if (same) return;
    this.#known.set(server, tools);
    this.#context = undefined;
    this.#index.setServer(server, tools.map(({ tool, module }) => ({ tool, import: module })));
  }

  #remove(server: string): void {
    if (!this.#known.delete(server)) return;
    this.#index.removeServer(server);
    this.#context = undefined;
  }
}

function withNote(text: string, missing: readonly string[]): string {
  if (missing.length === 0) return text;
  const named = missing.slice(0, MAX_MISSING_NAMES).join(", ");
  const more = missing.length - MAX_MISSING_NAMES;
  return `${text}\nNot within reach now: ${named}${more > 0 ? ` and ${more} more` : ""}.`;
}
