import { resolve } from "@std/path";
import { type ConfigPlace, invalidConfig } from "./invalid_config.ts";

/** Where a reference stands, and the folder that paths start from. */
export interface ResolveReferencesOptions {
  readonly place: ConfigPlace;
  readonly root: string;
}

/** Replaces `${env:NAME}` and `${file:PATH}` in every string; the values never show in an error. */
export async function resolveReferences(
  value: unknown,
  { place, root }: ResolveReferencesOptions,
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

/** The same for one string. */
export async function resolveString(
  text: string,
  { place, root }: ResolveReferencesOptions,
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
  if (value === undefined) {
    throw invalidConfig(place, `expected the environment variable "${name}" to be set`);
  }
  return value;
}

async function readSecretFile(path: string, place: ConfigPlace, root: string): Promise<string> {
  try {
    return (await Deno.readTextFile(resolve(root, path))).replace(/\r?\n$/, "");
  } catch (cause) {
    throw invalidConfig(place, `expected the file "${path}" to be readable`, cause);
  }
}
