import { AirlockError } from "../model/errors.ts";

const MAX_TOLD = 5;

/** Collects what is refused of a program's imports, so that its author can mend all at once. */
export class RefusedImports {
  readonly #errors: AirlockError[] = [];

  /** Does something; an import that it refuses is kept. */
  async during(look: () => Promise<void>): Promise<void> {
    try {
      await look();
    } catch (error) {
      this.add(error);
    }
  }

  /** Keeps what was thrown of an import; all else is thrown on. */
  add(error: unknown): void {
    if (!(error instanceof AirlockError) || error.code !== "IMPORT_REFUSED") throw error;
    this.#errors.push(error);
    if (this.#errors.length === MAX_TOLD) this.throw();
  }

  /** Throws all of it as one error, where there is any: the first with its place, then the others. */
  throw(): void {
    const [first, ...others] = this.#errors;
    if (first === undefined) return;
    if (others.length === 0) throw first;
    const messages = [first.message, ...others.map(withLine)];
    const hints = new Set(this.#errors.flatMap(({ hint }) => hint ?? []));
    throw new AirlockError(first.code, messages.join("\n"), {
      cause: first,
      ...(first.position !== undefined && { position: first.position }),
      ...(hints.size > 0 && { hint: [...hints].join("\n") }),
    });
  }
}

function withLine({ message, position }: AirlockError): string {
  return position === undefined ? message : `${message} (line ${position.line})`;
}
