import { TextScanner } from "../detect/search_text.ts";
import type { Masker } from "./masker.ts";
import type { MaskContext, MaskSession } from "./mask_context.ts";
import { withholdText, writeFindings } from "./write_findings.ts";
import { withoutLastWord } from "./cut_masked.ts";

/** What {@linkcode MaskStream} masks with. */
interface MaskStreamOptions {
  readonly masker: Masker;
  readonly session: MaskSession;
  readonly context: MaskContext;
}

/**
 * Masks a text that comes in pieces: the output of a program, a server's progress. It holds back the
 * line that is not complete. However the text is cut, what comes out is the same.
 */
export class MaskStream {
  readonly #options: MaskStreamOptions;
  readonly #scanner: TextScanner;

  constructor(options: MaskStreamOptions) {
    this.#options = options;
    this.#scanner = new TextScanner(options.masker.finderOf(options.context));
  }

  /** Takes a piece and gives what is settled by it, masked. */
  push(piece: string): string {
    return this.#write(() => this.#scanner.push(piece));
  }

  /**
   * Gives the rest.
   *
   * @param how `cut` when the text was broken off, as at a timeout or a limit: then its last word,
   * which may be half a value, is withheld
   */
  end(how: "whole" | "cut" = "whole"): string {
    const rest = this.#write(() => this.#scanner.end());
    return how === "whole" ? rest : withoutLastWord(rest);
  }

  /** A detector that throws costs all that it was to look at. */
  #write(
    scan: () => Iterable<{ text: string; findings: Parameters<typeof writeFindings>[1] }>,
  ): string {
    const { masker, session, context } = this.#options;
    const replaces = masker.replacesIn(context);
    let written = "";
    try {
      for (const { text, findings } of scan()) {
        written += writeFindings(text, findings, { session, context, path: () => "", replaces });
      }
    } catch {
      const { waiting } = this.#scanner;
      const withheld = withholdText("failed", { session, context, length: waiting });
      this.#scanner.drop();
      return `${written}${withheld}`;
    }
    return written;
  }
}
