import { AirlockError } from "../model/errors.ts";
import type { Tool } from "../model/tool.ts";
import type { Upstreams } from "../upstream/upstreams.ts";
import { estimateModelTokens } from "../text/count_model_tokens.ts";

/** The tools of servers by their names, worked out once for each list that a server gave. */
export class NamedTools {
  readonly #upstreams: Upstreams;
  readonly #byName = new WeakMap<readonly Tool[], ReadonlyMap<string, Tool>>();
  readonly #modelTokens = new WeakMap<readonly Tool[], Promise<number>>();

  constructor(upstreams: Upstreams) {
    this.#upstreams = upstreams;
  }

  /** All tools of a server; rejects where it is out of reach and nothing is known of it. */
  async of(server: string): Promise<ReadonlyMap<string, Tool>> {
    const tools = await this.#upstreams.catalogue(server);
    const named = this.#byName.get(tools) ?? new Map(tools.map((tool) => [tool.name, tool]));
    this.#byName.set(tools, named);
    return named;
  }

  /**
   * One tool.
   *
   * @throws {AirlockError} TOOL_UNKNOWN
   */
  async find(server: string, name: string): Promise<Tool> {
    const tool = (await this.of(server)).get(name);
    if (tool !== undefined) return tool;
    throw new AirlockError("TOOL_UNKNOWN", `Cannot call ${server}.${name}: there is no such tool`);
  }

  /** What the definitions of all tools known so far would cost a model; asks no server. */
  async definitionModelTokens(): Promise<number> {
    const lists = this.#upstreams.status().map(({ name }) => this.#upstreams.known(name));
    const tokens = await Promise.all(lists.map((tools) => this.#tokensOf(tools)));
    return tokens.reduce((sum, count) => sum + count, 0);
  }

  #tokensOf(tools: readonly Tool[]): Promise<number> {
    const known = this.#modelTokens.get(tools) ?? estimateModelTokens(definitionsOf(tools));
    this.#modelTokens.set(tools, known);
    return known;
  }
}

/** As clients give tools to a model: without their output schemas. */
function definitionsOf(tools: readonly Tool[]): string {
  return tools.map(({ name, description, inputSchema }) =>
    JSON.stringify({ name, description, input_schema: inputSchema })
  ).join("\n");
}
