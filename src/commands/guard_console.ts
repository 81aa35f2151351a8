import { safeLines } from "./safe_text.ts";

const METHODS = ["log", "error", "warn", "info", "debug"] as const;

/**
 * Lets nothing through the console of this process that a terminal would obey or show otherwise than
 * it stands, whoever wrote it: programs, servers, skills, files. A command begins with this.
 */
export function guardConsole(): void {
  for (const method of METHODS) {
    const write = console[method].bind(console);
    console[method] = (...values: unknown[]) => write(safeLines(values.map(textOf).join(" ")));
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : Deno.inspect(value, { colors: false });
}
