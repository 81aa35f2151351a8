import type { Policy } from "../../config/policy.ts";
import type { Tool } from "../../model/tool.ts";
import type { AcceptedWords } from "./accepted_words.ts";
import { scanTools } from "./scan_tool.ts";
import { withholdWords } from "./withhold_words.ts";

/** Options of {@linkcode ShownTools}. */
export interface ShownToolsOptions {
  readonly policy: Policy["suspiciousTools"];
  readonly accepted: AcceptedWords;
  /** Told once of each list, with the names of the tools whose words are withheld. */
  readonly onShown?: ((list: ShownList) => void) | undefined;
}

/** A list that a server gave, and what of it a model does not read. */
export interface ShownList {
  readonly server: string;
  /** As the server lists them. */
  readonly tools: readonly Tool[];
  /** Names of tools whose words are withheld. */
  readonly withheld: readonly string[];
}

/** Tools as models and programs may read them: what speaks to a model is left out of their words. */
export class ShownTools {
  readonly #options: ShownToolsOptions;
  readonly #suspicious = new WeakMap<readonly Tool[], Promise<ReadonlySet<string>>>();
  readonly #shown = new WeakMap<readonly Tool[], { stamp: string; tools: readonly Tool[] }>();

  constructor(options: ShownToolsOptions) {
    this.#options = options;
  }

  /** The tools of a list: the list itself where nothing is withheld of it. */
  async of(server: string, tools: readonly Tool[]): Promise<readonly Tool[]> {
    const suspicious = await this.#suspiciousOf(server, tools);
    if (suspicious.size === 0 || this.#options.policy === "allow") {
      if (!this.#shown.has(tools)) this.#keep(tools, { server, stamp: "", shown: tools });
      return tools;
    }
    const { accepted, policy } = this.#options;
    const { stamp } = accepted;
    const known = this.#shown.get(tools);
    if (known?.stamp === stamp) return known.tools;
    const shown = tools.flatMap((tool) => {
      if (!suspicious.has(tool.name) || accepted.has(server, tool)) return [tool];
      return withholdWords(tool, { asks: policy === "ask" }) ?? [];
    });
    const isAllAccepted = shown.length === tools.length &&
      shown.every((tool, index) => tool === tools[index]);
    return this.#keep(tools, { server, stamp, shown: isAllAccepted ? tools : shown });
  }

  /** The same as far as it was asked for already. */
  known(tools: readonly Tool[]): readonly Tool[] {
    return this.#shown.get(tools)?.tools ?? [];
  }

  /** Names of the tools of a list whose words are withheld, as far as it was asked for. */
  withheld(tools: readonly Tool[]): string[] {
    const shown = this.#shown.get(tools)?.tools;
    return shown === undefined ? [] : withheldOf(tools, shown);
  }

  #suspiciousOf(server: string, tools: readonly Tool[]): Promise<ReadonlySet<string>> {
    const known = this.#suspicious.get(tools) ??
      scanTools(server, tools).then((found) => new Set(found.map(({ tool }) => tool)));
    this.#suspicious.set(tools, known);
    return known;
  }

  #keep(
    tools: readonly Tool[],
    { server, stamp, shown }: { server: string; stamp: string; shown: readonly Tool[] },
  ): readonly Tool[] {
    this.#shown.set(tools, { stamp, tools: shown });
    this.#options.onShown?.({ server, tools, withheld: withheldOf(tools, shown) });
    return shown;
  }
}

function withheldOf(tools: readonly Tool[], shown: readonly Tool[]): string[] {
  const whole = new Set(shown.filter(({ withheld }) => withheld === undefined));
  return tools.filter((tool) => !whole.has(tool)).map(({ name }) => name);
}
