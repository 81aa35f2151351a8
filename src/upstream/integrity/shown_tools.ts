import { join } from "@std/path";
import { z } from "zod";
import { hashTool } from "../../codegen/hash_tool.ts";
import type { Policy } from "../../config/policy.ts";
import type { Tool } from "../../model/tool.ts";
import { scanTools, withholdWords } from "./withhold_words.ts";
import { replaceFile } from "../../storage/atomic_file.ts";
import { sha256 } from "../../text/sha256.ts";

interface ShownToolsOptions {
  readonly policy: Policy["suspiciousTools"];
  readonly accepted: AcceptedWords;
  /** Called once with each list. */
  readonly onShown?: ((list: ShownList) => void) | undefined;
}

/** A server's list, and the parts of it that are withheld from models. */
export interface ShownList {
  readonly server: string;
  /** With all words. */
  readonly tools: readonly Tool[];
  /** Names of tools whose words are withheld. */
  readonly withheld: readonly string[];
}

/** Tools as models and programs may read them: words that are meant for a model are withheld. */
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

  /** The result of an earlier {@linkcode of}, if there was one. */
  known(tools: readonly Tool[]): readonly Tool[] {
    return this.#shown.get(tools)?.tools ?? [];
  }

  /** Names of the tools whose words an earlier {@linkcode of} withheld. */
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

const accepted = z.object({
  version: z.literal(1),
  tools: z.array(z.tuple([z.string(), z.string(), z.string()])),
});

/** Words of tools that a person has accepted, each by its digest: changed words are not accepted. */
export class AcceptedWords {
  readonly #path: string;
  #known: { readonly stamp: string; readonly tools: ReadonlySet<string> } | undefined;

  constructor(stateFolder: string) {
    this.#path = join(stateFolder, "accepted_words.json");
  }

  /** Changes with the file, which other processes write too. */
  get stamp(): string {
    return stampOf(this.#path);
  }

  /** Whether a person has accepted the present words of the tool. */
  has(server: string, tool: Tool): boolean {
    const { stamp } = this;
    if (this.#known?.stamp !== stamp) {
      const tools = new Set(this.#read().map((one) => JSON.stringify(one)));
      this.#known = { stamp, tools };
    }
    return this.#known.tools.has(JSON.stringify([server, tool.name, digestOfWords(tool)]));
  }

  /** Accepts the present words of the tool, in the place of earlier ones. */
  async accept(server: string, tool: Tool): Promise<void> {
    const others = this.#read().filter(([one, name]) => one !== server || name !== tool.name);
    const tools = [...others, [server, tool.name, digestOfWords(tool)]];
    await replaceFile(this.#path, JSON.stringify({ version: 1, tools }));
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

/** Tells one version of a file from another; empty where there is none. */
export function stampOf(path: string): string {
  try {
    // Synchronous: every call asks, and this takes a hundredth of the time.
    const { ino, size, mtime } = Deno.statSync(path);
    return `${ino} ${size} ${mtime?.getTime()}`;
  } catch {
    return "";
  }
}

/** The SHA-256 of all words of a tool. */
export function digestOfWords(tool: Tool): string {
  return sha256(JSON.stringify([tool.name, tool.title ?? null, hashTool(tool)]));
}
