import { scanText } from "../upstream/integrity/scan_text.ts";
import type { Json, LogLine, RunError, SuspiciousText } from "../model/run_result.ts";

/** What of a result a model reads. */
export interface ReadByModel {
  readonly value: Json;
  readonly logs: readonly LogLine[];
  readonly error: RunError | null;
}

const MAX_TEXTS = 20_000;

/**
 * Marks texts that come from tools or files and speak to the model: they are data, whatever they say.
 * Nothing is taken out, and no mark repeats what the text says.
 */
export function markInstructions({ value, logs, error }: ReadByModel): SuspiciousText[] {
  const places: [SuspiciousText["place"], string][] = [
    ["value", textsOf(value).join("\n")],
    ["logs", logs.map(({ text }) => text).join("\n")],
    ["error", error?.message ?? ""],
  ];
  return places.flatMap(([place, text]) =>
    scanText(text).map(({ message }) => ({ place, message }))
  );
}

/** All texts of a value, the names of properties among them. */
function textsOf(value: Json): string[] {
  const texts: string[] = [];
  const open: Json[] = [value];
  for (let at = 0; at < open.length && texts.length < MAX_TEXTS; at++) {
    const item = open[at]!;
    if (typeof item === "string") texts.push(item);
    if (typeof item !== "object" || item === null) continue;
    if (!Array.isArray(item)) texts.push(...Object.keys(item).slice(0, MAX_TEXTS));
    for (const inner of Object.values(item)) open.push(inner);
  }
  return texts;
}
