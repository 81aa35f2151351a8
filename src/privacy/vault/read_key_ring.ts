import { Buffer } from "node:buffer";
import { dirname } from "@std/path";
import { AirlockError } from "../../errors.ts";
import type { PrivacyKey } from "../privacy_settings.ts";

const KEY_BYTES = 32;
const OTHERS_MAY_READ = 0o077;

/**
 * Reads keys of the operator's: from the environment variable where one is named, else from the file,
 * which is made where there is none. One key of 32 bytes in base64 a line; the first one seals, the
 * others open what was sealed before them.
 *
 * @throws {AirlockError} CONFIG_INVALID where a key is not one, or the file is not the owner's alone
 */
export async function readKeyRing(
  { file, env }: PrivacyKey,
): Promise<readonly [Uint8Array, ...Uint8Array[]]> {
  const text = env === undefined ? await readKeyFile(file) : readVariable(env);
  const [first, ...others] = text.split(/[\s,]+/).filter((word) => word !== "")
    .map((word) => decodeKey(word, env ?? file));
  if (first !== undefined) return [first, ...others];
  throw new AirlockError("CONFIG_INVALID", `Cannot read key: "${env ?? file}" has none`);
}

/** A new key as a line of the file. */
export function makeKey(): string {
  return `${Buffer.from(crypto.getRandomValues(new Uint8Array(KEY_BYTES))).toString("base64")}\n`;
}

function readVariable(name: string): string {
  const text = Deno.env.get(name);
  if (text !== undefined) return text;
  throw new AirlockError("CONFIG_INVALID", `Cannot read key: the variable "${name}" is not set`);
}

async function readKeyFile(path: string): Promise<string> {
  try {
    return await readOwnFile(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  await Deno.mkdir(dirname(path), { recursive: true, mode: 0o700 });
  // Whole when it gets its name: others may be reading already.
  const unnamed = `${path}.${crypto.randomUUID()}`;
  await Deno.writeTextFile(unnamed, makeKey(), { createNew: true, mode: 0o600 });
  try {
    await Deno.link(unnamed, path);
  } catch (error) {
    // Another has made one meanwhile.
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  } finally {
    await Deno.remove(unnamed);
  }
  return await readOwnFile(path);
}

async function readOwnFile(path: string): Promise<string> {
  const { mode } = await Deno.stat(path);
  if (mode !== null && (mode & OTHERS_MAY_READ) !== 0) {
    throw new AirlockError(
      "CONFIG_INVALID",
      `Cannot read key: others than its owner may read "${path}"`,
      { hint: `chmod 600 ${path}` },
    );
  }
  return await Deno.readTextFile(path);
}

function decodeKey(word: string, source: string): Uint8Array {
  const key = /^[A-Za-z0-9+/]+={0,2}$/.test(word) ? Buffer.from(word, "base64") : undefined;
  if (key?.length === KEY_BYTES) return new Uint8Array(key);
  throw new AirlockError(
    "CONFIG_INVALID",
    `Cannot read key: "${source}" has a line that is not ${KEY_BYTES} bytes in base64`,
  );
}
