/** What `console.log` of a program shows of a value that came as JSON. */
export function consoleText(value: unknown): string {
  return typeof value === "string" ? value : Deno.inspect(value, { colors: false });
}
