import { exists } from "@std/fs";
import { join } from "@std/path";
import { Buffer } from "node:buffer";
import type { DatabaseSync } from "node:sqlite";
import { AirlockError } from "../model/errors.ts";
import { jsonPieces } from "../text/write_json.ts";
import { readKeyRing } from "../privacy/vault/privacy_keys.ts";
import { deriveKey, openBytes, sealBytes } from "../storage/sealed.ts";
import { sha256, startSha256 } from "../text/sha256.ts";
import { openDatabase } from "../storage/database.ts";
import type { OriginalOf, OriginalsSink } from "./originals.ts";

/** Something that the audit holds only masked or as a digest. */
export interface Original extends OriginalOf {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** As JSON; of a longer one the beginning. */
  readonly text: string;
  /** UTF-16 code units of the whole of it. */
  readonly length: number;
}

/** What is known of an original without its key. */
type OriginalLabel = Omit<Original, "text" | "length">;

/** Longer ones are cut, in UTF-16 code units. */
const MAX_LENGTH = 1024 * 1024;

/** Sealed originals, to add to and to look into. */
export interface SealedOriginals extends OriginalsSink {
  keepJson(of: OriginalOf, json: string): string;
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
export async function openOriginals({ folder, keyEnv, now = Date.now }: {
  readonly folder: string;
  /** Name of an environment variable with the key. Default: the key is in `originals.key`. */
  readonly keyEnv?: string | undefined;
  /** Milliseconds since the epoch. Default: the system's clock. */
  readonly now?: () => number;
}): Promise<SealedOriginals> {
  const file = join(folder, "originals.key");
  const ring = await readKeyRing({ file, ...(keyEnv !== undefined && { env: keyEnv }) });
  const seal = new OriginalSeal(ring);
  const store = openOriginalsStore(originalsPath(folder));
  if (!store.keyIds().every((keyId) => seal.has(keyId))) {
    store[Symbol.dispose]();
    throw missingKey();
  }
  const add = (of: OriginalOf, cut: CutText) =>
    addSealed({ ...of, ...cut, at: now() }, { seal, store });
  return {
    kind: "sealed",
    keepJson: (of, json) => add(of, cutText(json)),
    *keep(of, value) {
      return add(of, yield* cutJson(value));
    },
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
  return await exists(path) ? openOriginalsStore(path) : undefined;
}

type CutText = Pick<Original, "text" | "length">;

/** What is kept of a JSON text. */
function cutText(json: string): CutText {
  const text = json.length > MAX_LENGTH ? json.slice(0, MAX_LENGTH).toWellFormed() : json;
  return { text, length: json.length };
}

/** {@linkcode cutText} of the JSON of a value; pauses between its pieces. */
function* cutJson(value: unknown): Generator<void, CutText> {
  let [text, length] = ["", 0];
  for (const piece of jsonPieces(value)) {
    if (text.length <= MAX_LENGTH) text += piece;
    length += piece.length;
    yield;
  }
  return { ...cutText(text), length };
}

function addSealed(
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

/** An original, sealed. */
interface SealedOriginal {
  /** SHA-256 of what is sealed, in hexadecimal. */
  readonly digest: string;
  /** Names the key that it was sealed with. */
  readonly keyId: string;
  readonly sealed: Uint8Array;
}

const KEY_ID_LENGTH = 16;

/**
 * Seals originals with AES-256-GCM. Whose they are is part of the seal: none stands for another.
 */
class OriginalSeal {
  readonly #keys: ReadonlyMap<string, Uint8Array>;
  readonly #keyId: string;

  /** The first key seals; the others open what was sealed before them. */
  constructor(ring: readonly [Uint8Array, ...Uint8Array[]]) {
    const keys = ring.map((key) => deriveKey(key, "originals seal"));
    const ids = ring.map((key) => deriveKey(key, "originals id").toHex().slice(0, KEY_ID_LENGTH));
    this.#keys = new Map(ids.map((id, index) => [id, keys[index]!]));
    this.#keyId = ids[0]!;
  }

  /** Whether the key of the id is here. */
  has(keyId: string): boolean {
    return this.#keys.has(keyId);
  }

  seal({ text, length, ...label }: Original): SealedOriginal {
    const plain = Buffer.from(JSON.stringify({ text, length }));
    const key = this.#keys.get(this.#keyId)!;
    const sealed = sealBytes(plain, { key, bound: boundOf(label) });
    plain.fill(0);
    return { digest: sha256(sealed), keyId: this.#keyId, sealed };
  }

  /**
   * Opens an original.
   *
   * @throws {AirlockError} CONFIG_INVALID where its key is not here, AUDIT_FAILED where a single bit of
   * it was changed, or it is another's
   */
  open({ digest, keyId, sealed }: SealedOriginal, label: OriginalLabel): Original {
    const key = this.#keys.get(keyId);
    if (key === undefined) throw missingKey();
    if (sha256(sealed) !== digest) throw changed(label);
    try {
      const plain = openBytes(sealed, { key, bound: boundOf(label) });
      return { ...label, ...JSON.parse(plain.toString()) as Pick<Original, "text" | "length"> };
    } catch (cause) {
      throw changed(label, cause);
    }
  }
}

/** The error where originals are there, and their key is not. */
function missingKey(): AirlockError {
  return new AirlockError(
    "CONFIG_INVALID",
    "Cannot open originals: some were sealed with a key that is not here",
    { hint: "Put the old key behind the new one, until what it sealed is past its time" },
  );
}

function changed({ runId, call, part }: OriginalLabel, cause?: unknown): AirlockError {
  return new AirlockError(
    "AUDIT_FAILED",
    `Cannot open original: the ${part} of call ${call} of ${runId} was changed, or is another's`,
    { cause },
  );
}

function boundOf({ runId, call, part, at }: OriginalLabel): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(["airlock original", runId, call, part, at]));
}

/** One original as it is stored. */
type StoredOriginal = OriginalLabel & SealedOriginal;

/** Originals past their time. */
interface OldOriginals {
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
  /** SHA-256 over their digests, each on a line, in the order of these. */
  readonly digest: string;
}

/** What is deleted is overwritten, sealed as it is. */
const SCHEMA = `
PRAGMA secure_delete = ON;
CREATE TABLE IF NOT EXISTS originals (
  digest TEXT PRIMARY KEY,
  run_id TEXT NOT NULL,
  call INTEGER NOT NULL,
  part TEXT NOT NULL,
  at INTEGER NOT NULL,
  key_id TEXT NOT NULL,
  sealed BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS originals_by_time ON originals (at);
`;

/**
 * Opens the database of sealed originals, made where it is missing and closed to others.
 *
 * @throws {AirlockError} CONFIG_INVALID
 */
function openOriginalsStore(path: string): OriginalsStore {
  return new OriginalsStore(openDatabase(path, { name: "originals", schema: SCHEMA }));
}

/** The rows of sealed originals. */
class OriginalsStore implements Disposable {
  readonly #database: DatabaseSync;

  /** Works on a database that {@linkcode openOriginalsStore} prepared. */
  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  add({ digest, runId, call, part, at, keyId, sealed }: StoredOriginal): void {
    this.#database.prepare("INSERT INTO originals VALUES (?, ?, ?, ?, ?, ?, ?)")
      .run(digest, runId, call, part, at, keyId, sealed);
  }

  /** The one of a digest; undefined where it is past its time. */
  find(digest: string): StoredOriginal | undefined {
    const row = this.#database.prepare("SELECT * FROM originals WHERE digest = ?").get(digest);
    if (row === undefined) return undefined;
    return {
      digest,
      runId: String(row["run_id"]),
      call: Number(row["call"]),
      part: row["part"] as Original["part"],
      at: Number(row["at"]),
      keyId: String(row["key_id"]),
      sealed: row["sealed"] as Uint8Array,
    };
  }

  /** The ids of all keys that anything is sealed with. */
  keyIds(): string[] {
    const rows = this.#database.prepare("SELECT DISTINCT key_id FROM originals").all();
    return rows.map((row) => String(row["key_id"]));
  }

  /** What is older than a time; undefined where nothing is. */
  olderThan(time: number): OldOriginals | undefined {
    const hash = startSha256();
    let [count, firstAt, lastAt] = [0, 0, 0];
    const select = "SELECT digest, at FROM originals WHERE at < ? ORDER BY digest";
    for (const { digest, at } of this.#database.prepare(select).iterate(time)) {
      hash.add(`${digest}\n`);
      firstAt = count === 0 ? Number(at) : Math.min(firstAt, Number(at));
      lastAt = Math.max(lastAt, Number(at));
      count++;
    }
    return count === 0 ? undefined : { count, firstAt, lastAt, digest: hash.digest() };
  }

  /** Removes what is older than a time. */
  removeBefore(time: number): void {
    this.#database.prepare("DELETE FROM originals WHERE at < ?").run(time);
    // What was written ahead holds it still.
    this.#database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}
