import type { Capability } from "../model/tool.ts";

/** So many of a tool's latest answers say how large its next one may be. */
const KEPT = 20;

/** More tools than any machine has; the one that answered longest ago is forgotten. */
const MAX_TOOLS = 10_000;

/** How large the latest answers of tools were, since the host started. */
export class AnswerSizes {
  readonly #bytes = new Map<string, number[]>();

  /** Notes an answer, as a program was given it. */
  note(tool: Capability, bytes: number): void {
    const key = keyOf(tool);
    const sizes = this.#bytes.get(key) ?? [];
    this.#bytes.delete(key);
    this.#bytes.set(key, [...sizes, bytes].slice(-KEPT));
    const [oldest] = this.#bytes.keys();
    if (this.#bytes.size > MAX_TOOLS) this.#bytes.delete(oldest!);
  }

  /** Bytes of the largest; undefined where none was seen. */
  largest(tool: Capability): number | undefined {
    const sizes = this.#bytes.get(keyOf(tool));
    return sizes && Math.max(...sizes);
  }

  /** Forgets a server's: its tools may no longer be the same. */
  forget(server: string): void {
    const prefix = keyOf({ server, tool: "" });
    for (const key of this.#bytes.keys()) if (key.startsWith(prefix)) this.#bytes.delete(key);
  }
}

function keyOf({ server, tool }: Capability): string {
  return `${server.length}:${server}\0${tool}`;
}
