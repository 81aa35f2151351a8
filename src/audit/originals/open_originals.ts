import { exists } from "@std/fs";
import { join } from "@std/path";
import { AirlockError } from "../../model/errors.ts";
import { jsonPieces } from "../../text/write_json.ts";
import { readKeyRing } from "../../privacy/vault/privacy_keys.ts";
import type { Original } from "./original.ts";
import { missingKey, OriginalSeal } from "./original_seal.ts";
import { openOriginalsStore, type OriginalsStore } from "./originals_store.ts";

/** Longer ones are cut, in UTF-16 code units. */
const MAX_LENGTH = 1024 * 1024;

/** Options of {@linkcode openOriginals}. */
export interface OpenOriginalsOptions {
  /** Folder of the audit. */
  readonly folder: string;
  /** Name of an environment variable with the key; absent: it is in `originals.key`. */
  readonly keyEnv?: string | undefined;
  /** Milliseconds since the epoch. Default: the system's clock. */
  readonly now?: () => number;
}

/** Sealed originals, to add to and to look into. */
export interface Originals extends Disposable {
  /**
   * Seals something; gives the digest that an entry refers to it by.
   *
   * @throws {AirlockError} AUDIT_FAILED where it cannot be written; what it is of must not happen
   */
  keep(original: Pick<Original, "runId" | "call" | "part"> & { readonly value: unknown }): string;
  /** Like `keep`, of a value whose JSON was begun to be written already. */
  keepText(original: Pick<Original, "runId" | "call" | "part" | "text" | "length">): string;
  /**
   * Opens the one of a digest; undefined where it is past its time.
   *
   * @throws {AirlockError} CONFIG_INVALID where its key is not here, AUDIT_FAILED where it was changed
   */
  look(digest: string): Original | undefined;
}

/**
 * Opens the sealed originals of a folder: `originals.db`, under a key of their own.
 *
 * @throws {AirlockError} CONFIG_INVALID where a key is none, or not the one that is needed
 */
export async function openOriginals(
  { folder, keyEnv, now = Date.now }: OpenOriginalsOptions,
): Promise<Originals> {
  const file = join(folder, "originals.key");
  const seal = new OriginalSeal(
    await readKeyRing({ file, ...(keyEnv !== undefined && { env: keyEnv }) }),
  );
  const store = await openOriginalsStore(originalsPath(folder));
  if (!store.keyIds().every((keyId) => seal.has(keyId))) {
    store[Symbol.dispose]();
    throw missingKey();
  }
  const keepText: Originals["keepText"] = (original) =>
    keep({ ...original, at: now() }, { seal, store });
  return {
    keep: ({ value, ...whose }) =>
      keepText({ ...whose, ...cutText(JSON.stringify(value) ?? "null") }),
    keepText,
    look(digest) {
      const found = store.find(digest);
      if (found === undefined) return undefined;
      const { keyId, sealed, digest: _digest, ...label } = found;
      return seal.open({ digest, keyId, sealed }, label);
    },
    [Symbol.dispose]: () => store[Symbol.dispose](),
  };
}

/** Opens the rows of a folder, to remove some; undefined where there are none. */
export async function openOldOriginals(folder: string): Promise<OriginalsStore | undefined> {
  const path = originalsPath(folder);
  return await exists(path) ? await openOriginalsStore(path) : undefined;
}

/** What is kept of a JSON text. */
export function cutText(json: string): Pick<Original, "text" | "length"> {
  const text = json.length > MAX_LENGTH ? json.slice(0, MAX_LENGTH).toWellFormed() : json;
  return { text, length: json.length };
}

/** The same of the JSON of a value; pauses now and then, so that others have their turn. */
export function* cutJson(value: unknown): Generator<void, Pick<Original, "text" | "length">> {
  let [text, length] = ["", 0];
  for (const piece of jsonPieces(value)) {
    if (text.length <= MAX_LENGTH) text += piece;
    length += piece.length;
    yield;
  }
  return { ...cutText(text), length };
}

function keep(
  { text, length, ...label }: Original,
  { seal, store }: { seal: OriginalSeal; store: OriginalsStore },
): string {
  const sealed = seal.seal({ ...label, text, length });
  try {
    store.add({ ...label, ...sealed });
  } catch (cause) {
    throw new AirlockError("AUDIT_FAILED", "Cannot go on: an original cannot be written", {
      cause,
    });
  }
  return sealed.digest;
}

function originalsPath(folder: string): string {
  return join(folder, "originals.db");
}
