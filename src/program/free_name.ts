import { AirlockError } from "../errors.ts";

/** A name of the same length as `name` that does not stand in the text. */
export function freeName(name: string, text: string): string {
  for (const last of "_$abcdefghijklmnopqrstuvwxyz") {
    const candidate = name.slice(0, -1) + last;
    if (!text.includes(candidate)) return candidate;
  }
  throw new AirlockError("PROGRAM_SYNTAX", `Cannot read program: too many names like "${name}"`);
}
