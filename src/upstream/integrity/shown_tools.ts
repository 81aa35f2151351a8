import { join } from "@std/path";
import { z } from "zod";
import { hashTool } from "../../codegen/hash_tool.ts";
import type { Policy } from "../../config/policy.ts";
import type { Tool } from "../../model/tool.ts";
import { scanTools, withholdWords } from "./withhold_words.ts";
import { replaceFile } from "../../storage/atomic_file.ts";
import { sha256 } from "../../text/sha256.ts";

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

const FILE = "accepted_words.json";

const accepted = z.object({
  version: z.literal(1),
  tools: z.array(z.tuple([z.string(), z.string(), z.string()])),
});

/** Words of tools that a person has accepted, each by its digest: other words are not accepted by it. */
export class AcceptedWords {
  readonly #folder: string;
  #known: { readonly stamp: string; readonly tools: ReadonlySet<string> } | undefined;

  constructor(stateFolder: string) {
    this.#folder = stateFolder;
  }

  /** Changes with the file: other processes accept too. */
  get stamp(): string {
    try {
      const { ino, size, mtime } = Deno.statSync(this.#path);
      return `${ino} ${size} ${mtime?.getTime()}`;
    } catch {
      return "";
    }
  }

  /** Whether a person has accepted what the tool says now. */
  has(server: string, tool: Tool): boolean {
    const { stamp } = this;
    if (this.#known?.stamp !== stamp) {
      const tools = new Set(this.#read().map((one) => JSON.stringify(one)));
      this.#known = { stamp, tools };
    }
    return this.#known.tools.has(JSON.stringify([server, tool.name, digestOfWords(tool)]));
  }

  /** Accepts what the tool says now, in the place of what was accepted of it before. */
  async accept(server: string, tool: Tool): Promise<void> {
    const others = this.#read().filter(([one, name]) => one !== server || name !== tool.name);
    const tools = [...others, [server, tool.name, digestOfWords(tool)]];
    await replaceFile(this.#path, JSON.stringify({ version: 1, tools }));
  }

  get #path(): string {
    return join(this.#folder, FILE);
  }

  /** A file that cannot be read accepts nothing. */
  #read(): [server: string, tool: string, digest: string][] {
    try {
      return accepted.parse(JSON.parse(Deno.readTextFileSync(this.#path))).tools;
    } catch {
      return [];
    }
  }
}

/** The SHA-256 of all that a tool says of itself. */
export function digestOfWords(tool: Tool): string {
  const words = JSON.stringify([tool.name, tool.title ?? null, hashTool(tool)]);
  return sha256(words);
}
