import type { MaskSession } from "../mask/mask_context.ts";
import { findTokens } from "../../model/token.ts";

/** Why a person may see the values in a text. */
export interface RevealOptions {
  /** Goes into the audit with every value that is shown. */
  readonly reason: string;
  /** Writes a value as the text around it needs it. Default: as it is. */
  readonly write?: (value: string) => string;
}

/**
 * Writes the values in the places of a text's tokens, for a person who may see them: an operator
 * with a reason, never a model or a program. Tokens of other sessions stay as they are.
 */
export function reveal(
  text: string,
  { reason, session, write = (value) => value }: RevealOptions & { readonly session: MaskSession },
): string {
  const { vault, protection: { kinds }, log } = session;
  let revealed = "";
  let place = 0;
  for (const { start, end, token } of findTokens(text, { kinds, nonce: vault.nonce })) {
    const entry = vault.get(token);
    if (entry === undefined) continue;
    const value = String(entry.forms[0]!.value);
    log.add({
      direction: "call",
      path: "",
      kind: entry.kind,
      entry,
      detector: "reveal",
      confidence: 1,
      action: "revealed",
      reason,
      length: value.length,
    });
    revealed += text.slice(place, start) + write(value);
    place = end;
  }
  log.flush();
  return revealed + text.slice(place);
}
