import { findTokens } from "../../model/token.ts";
import { type Scan, STRENGTH } from "./scan.ts";

/** The kind of what is token-shaped; what becomes of it is decided elsewhere. */
export const TOKEN_KIND = "TOKEN";

const MARKER = /\[(?:WITHHELD|BLOCKED)(?::[A-Z_]{1,20})?\]/g;

/** Text of the shape of a token, in any of its writings, and markers of what was withheld. */
export function findToken({ text, findings }: Scan, kinds: ReadonlySet<string>): void {
  for (const { start, end } of findTokens(text, { kinds })) {
    findings.push({
      kind: TOKEN_KIND,
      start,
      end,
      strength: STRENGTH.token,
      detector: "token.shape",
    });
  }
  for (const { 0: marker, index } of text.matchAll(MARKER)) {
    findings.push({
      kind: TOKEN_KIND,
      start: index,
      end: index + marker.length,
      strength: STRENGTH.token,
      detector: "token.marker",
    });
  }
}
