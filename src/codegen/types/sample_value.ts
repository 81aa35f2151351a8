import type { JsonObject } from "../../text/json_value.ts";
import { safeText } from "./safe_text.ts";

const MAX_SAMPLE_CHARS = 60;

const SAMPLES_BY_FORMAT: ReadonlyMap<unknown, string> = new Map([
  ["date-time", "2026-01-31T12:00:00Z"],
  ["date", "2026-01-31"],
  ["time", "12:00:00Z"],
  ["email", "ada@example.com"],
  ["uri", "https://example.com"],
  ["url", "https://example.com"],
  ["uuid", "123e4567-e89b-42d3-a456-426614174000"],
  ["ipv4", "192.0.2.1"],
  ["hostname", "example.com"],
]);

/** A string to show where these schemas ask for one: short, safe in a comment. */
export function sampleString(sources: readonly JsonObject[]): string {
  const given = suggestionsOf(sources).find((value) =>
    typeof value === "string" && value !== "" && safeText(value, MAX_SAMPLE_CHARS) === value
  );
  if (typeof given === "string") return given;
  return sources.map(({ format }) => SAMPLES_BY_FORMAT.get(format)).find(Boolean) ?? "...";
}

/** A number to show where these schemas ask for one. */
export function sampleNumber(sources: readonly JsonObject[]): number {
  const given = suggestionsOf(sources).find((value) => typeof value === "number");
  if (typeof given === "number") return given;
  const min = sources.map(({ minimum }) => minimum).find((value) => typeof value === "number");
  const max = sources.map(({ maximum }) => maximum).find((value) => typeof value === "number");
  return Math.min(Math.max(1, min ?? 1), max ?? Infinity);
}

function suggestionsOf(sources: readonly JsonObject[]): unknown[] {
  return sources.flatMap(({ examples, example, default: fallback }) => [
    ...(Array.isArray(examples) ? examples.slice(0, 4) : []),
    example,
    fallback,
  ]);
}
