import { resolve } from "@std/path";
import type { z } from "zod";
import { AirlockError } from "../model/errors.ts";

/** A place in a configuration, for errors. */
interface ConfigPlace {
  /** Name of the configuration, such as its file. */
  readonly source: string;
  /** Keys from the top. */
  readonly path: readonly PropertyKey[];
}

/** Makes the error of an invalid configuration. */
export function invalidConfig(place: ConfigPlace, problem: string, cause?: unknown): AirlockError {
  const path = place.path.map(String).join(".");
  return new AirlockError(
    "CONFIG_INVALID",
    `Cannot read config: ${place.source}${path && `, "${path}"`}: ${problem}`,
    { cause },
  );
}

/**
 * Parses one part of a configuration.
 *
 * @throws {AirlockError} CONFIG_INVALID with the path of the first issue and what was expected
 */
export function parseSection<T extends z.ZodType>(
  schema: T,
  input: unknown,
  place: ConfigPlace,
): z.output<T> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw invalidConfig({ ...place, path: [...place.path, ...(issue?.path ?? [])] }, explain(issue));
}

function explain(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return "not valid";
  if (issue.code === "unrecognized_keys") {
    return `unknown key ${issue.keys.map((key) => `"${key}"`).join(", ")}`;
  }
  const text = issue.message.replace(/^Invalid input: /, "");
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** The place of a reference, and the folder that its path is relative to. */
interface ReferencePlace {
  readonly place: ConfigPlace;
  readonly root: string;
}

/** Replaces `${env:NAME}` and `${file:PATH}` in every string; no error contains a value. */
export async function resolveReferences(
  value: unknown,
  { place, root }: ReferencePlace,
): Promise<unknown> {
  const inner = (key: PropertyKey) => ({ place: { ...place, path: [...place.path, key] }, root });
  if (typeof value === "string") return await resolveString(value, { place, root });
  if (Array.isArray(value)) {
    return await Promise.all(value.map((item, index) => resolveReferences(item, inner(index))));
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(async ([key, item]) =>
      [key, await resolveReferences(item, inner(key))] as const
    );
    return Object.fromEntries(await Promise.all(entries));
  }
  return value;
}

/** Replaces the references in one string. */
export async function resolveString(
  text: string,
  { place, root }: ReferencePlace,
): Promise<string> {
  let resolved = "";
  let end = 0;
  for (const match of text.matchAll(/\$\{(env|file):([^}]*)\}/g)) {
    const [whole, kind, name = ""] = match;
    const value = kind === "env" ? readEnv(name, place) : await readSecretFile(name, place, root);
    resolved += text.slice(end, match.index) + value;
    end = match.index + whole.length;
  }
  return resolved + text.slice(end);
}

function readEnv(name: string, place: ConfigPlace): string {
  const value = name === "" ? undefined : Deno.env.get(name);
  if (value !== undefined) return value;
  throw invalidConfig(place, `expected the environment variable "${name}" to be set`);
}

async function readSecretFile(path: string, place: ConfigPlace, root: string): Promise<string> {
  try {
    return (await Deno.readTextFile(resolve(root, path))).replace(/\r?\n$/, "");
  } catch (cause) {
    throw invalidConfig(place, `expected the file "${path}" to be readable`, cause);
  }
}
