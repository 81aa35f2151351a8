import { findTokens, type TokenPlace } from "../../model/token.ts";
import type { MaskSession } from "./mask_context.ts";

/** What looks like a token of the session in a text. */
export function tokensOfSession(
  text: string,
  { protection: { kinds }, vault: { nonce } }: MaskSession,
): TokenPlace[] {
  return findTokens(text, { kinds, nonce });
}
