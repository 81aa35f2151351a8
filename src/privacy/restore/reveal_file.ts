import type { PrivacySession } from "../privacy_session.ts";
import type { RevealOptions } from "./reveal.ts";

/** A cell of a table with its separator before it; in quotes, a quote in it is written twice. */
const CELL = /"(?:[^"]|"")*"|[^",\t;\r\n]+/g;
const NEEDS_QUOTES = /[",;\t\r\n]/;

/** How a file is written, by the end of its name; any other is plain text. */
const WRITERS: Readonly<
  Record<string, (text: string, privacy: PrivacySession, options: RevealOptions) => string>
> = { json: revealJson, jsonl: revealJson, ndjson: revealJson, csv: revealTable, tsv: revealTable };

/** Writes the values into a file's text so that the file stays what it is. */
export function revealFile(
  name: string,
  text: string,
  { privacy, reason }: { readonly privacy: PrivacySession; readonly reason: string },
): string {
  const ending = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  const writer = Object.hasOwn(WRITERS, ending) ? WRITERS[ending] : undefined;
  return writer === undefined
    ? privacy.reveal(text, { reason })
    : writer(text, privacy, { reason });
}

/** Tokens stand only in strings there. */
function revealJson(text: string, privacy: PrivacySession, { reason }: RevealOptions): string {
  return privacy.reveal(text, { reason, write: (value) => JSON.stringify(value).slice(1, -1) });
}

function revealTable(text: string, privacy: PrivacySession, { reason }: RevealOptions): string {
  return text.replace(CELL, (cell) => {
    const isQuoted = cell.startsWith('"');
    const plain = isQuoted ? cell.slice(1, -1).replaceAll('""', '"') : cell;
    const revealed = privacy.reveal(plain, { reason });
    if (revealed === plain) return cell;
    return isQuoted || NEEDS_QUOTES.test(revealed)
      ? `"${revealed.replaceAll('"', '""')}"`
      : revealed;
  });
}
