import { countModelTokens } from "../../src/text/count_model_tokens.ts";

/** What a text is in a conversation. */
export type Part = "definitions" | "finding" | "intermediate" | "program" | "final";

/** Reading what is in the cache costs this part of reading it anew. */
const CACHED = 0.1;

/** Counts what enters a model's context, turn by turn. A model that answers ends a turn. */
export class TokenBill {
  readonly #parts: Record<Part, number> = {
    definitions: 0,
    finding: 0,
    intermediate: 0,
    program: 0,
    final: 0,
  };
  #context = 0;
  #sent = 0;
  #resent = 0;
  #cached = 0;

  /** Something that stands in the context from here on. */
  add(part: Part, text: string): void {
    this.addCount(part, countModelTokens(text));
  }

  /** The same, where only the count is known. */
  addCount(part: Part, count: number): void {
    this.#parts[part] += count;
    this.#context += count;
  }

  /** The model is asked: all of the context is sent to it. */
  turn(): void {
    this.#resent += this.#context;
    this.#cached += (this.#context - this.#sent) + CACHED * this.#sent;
    this.#sent = this.#context;
  }

  /** Tokens by what they are, each counted once. */
  get parts(): Readonly<Record<Part, number>> {
    return this.#parts;
  }

  /** All tokens, each counted once. */
  get total(): number {
    return this.#context;
  }

  /** Input of all turns, where each sends all that came before again. */
  get resent(): number {
    return this.#resent;
  }

  /** The same, where what was sent before is read from the provider's cache at a tenth. */
  get cached(): number {
    return Math.round(this.#cached);
  }
}
