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

/** A cell of a table with its separator before it; in quotes, a quote in it is written twice. */
const CELL = /"(?:[^"]|"")*"|[^",\t;\r\n]+/g;
const NEEDS_QUOTES = /[",;\t\r\n]/;

/** Reveals the tokens of a text, as `PrivacySession.reveal` does. */
type Reveal = (text: string, write?: RevealOptions["write"]) => string;

/** How a file is written, by the end of its name; any other is plain text. */
const WRITERS: Readonly<Record<string, (text: string, reveal: Reveal) => string>> = {
  json: revealJson,
  jsonl: revealJson,
  ndjson: revealJson,
  csv: revealTable,
  tsv: revealTable,
};

/** Writes the values into a file's text so that the file stays what it is. */
export function revealFile(name: string, text: string, reveal: Reveal): string {
  const ending = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  const writer = Object.hasOwn(WRITERS, ending) ? WRITERS[ending] : undefined;
  return writer === undefined ? reveal(text) : writer(text, reveal);
}

/** Tokens stand only in the strings of JSON. */
function revealJson(text: string, reveal: Reveal): string {
  return reveal(text, (value) => JSON.stringify(value).slice(1, -1));
}

function revealTable(text: string, reveal: Reveal): string {
  return text.replace(CELL, (cell) => {
    const isQuoted = cell.startsWith('"');
    const plain = isQuoted ? cell.slice(1, -1).replaceAll('""', '"') : cell;
    const revealed = reveal(plain);
    if (revealed === plain) return cell;
    return isQuoted || NEEDS_QUOTES.test(revealed)
      ? `"${revealed.replaceAll('"', '""')}"`
      : revealed;
  });
}
