import { createHash } from "node:crypto";
import { join } from "@std/path";
import { ensureDir } from "@std/fs";
import { z } from "zod";
import { hashTool } from "../../codegen/hash_tool.ts";
import type { Tool } from "../../model/tool.ts";

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
    await ensureDir(this.#folder);
    const unfinished = `${this.#path}.${crypto.randomUUID()}.tmp`;
    await Deno.writeTextFile(unfinished, JSON.stringify({ version: 1, tools }), { mode: 0o600 });
    await Deno.rename(unfinished, this.#path);
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
  return createHash("sha256").update(words).digest("hex");
}
