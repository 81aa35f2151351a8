/** The folder that the command was given in; `deno task` itself moves to that of `deno.json`. */
export function startFolder(): string {
  return Deno.env.get("INIT_CWD") ?? Deno.cwd();
}
