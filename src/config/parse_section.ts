import type { z } from "zod";
import { type ConfigPlace, invalidConfig } from "./invalid_config.ts";

/**
 * Parses one part of a configuration.
 *
 * @throws {AirlockError} CONFIG_INVALID with the path of what is wrong and what was expected
 */
export function parseSection<T extends z.ZodType>(
  schema: T,
  input: unknown,
  place: ConfigPlace,
): z.output<T> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw invalidConfig(
    { ...place, path: [...place.path, ...(issue?.path ?? [])] },
    explain(issue),
  );
}

function explain(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return "not valid";
  if (issue.code === "unrecognized_keys") {
    return `unknown key ${issue.keys.map((key) => `"${key}"`).join(", ")}`;
  }
  const text = issue.message.replace(/^Invalid input: /, "");
  return text.charAt(0).toLowerCase() + text.slice(1);
}
