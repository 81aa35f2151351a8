import { exists } from "@std/fs";
import { join } from "@std/path";
import { Buffer } from "node:buffer";
import type { DatabaseSync } from "node:sqlite";
import { AirlockError } from "../model/errors.ts";
import { jsonPieces } from "../text/write_json.ts";
import { readKeyRing } from "../privacy/vault/privacy_keys.ts";
import { deriveKey, type KeyRing, openBytes, sealBytes } from "../storage/sealed.ts";
import { sha256, startSha256 } from "../text/sha256.ts";
import { openDatabase } from "../storage/database.ts";
import { DAY_MS } from "../text/day_ms.ts";
import type { AuditLog } from "./audit_log.ts";
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

type CutText = Pick<Original, "text" | "length">;

/** Longer ones are cut, in UTF-16 code units. */
const MAX_LENGTH = 1024 * 1024;
const KEY_ID_LENGTH = 16;

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
 * Opens the sealed originals of a folder: `originals.db`, under a key of their own.
 *
 * @throws {AirlockError} CONFIG_INVALID where a key is none, or not the one that is needed
 */
export async function openOriginals({ folder, keyEnv, now = Date.now }: {
  /** Folder of the audit. */
  readonly folder: string;
  /** Name of an environment variable with the key. Default: the key is in `originals.key`. */
  readonly keyEnv?: string | undefined;
  /** Milliseconds since the epoch. Default: the system's clock. */
  readonly now?: () => number;
}): Promise<SealedOriginals> {
  const file = join(folder, "originals.key");
  const ring = await readKeyRing({ file, ...(keyEnv !== undefined && { env: keyEnv }) });
  return new OriginalsFile(openDatabaseIn(folder), { ring, now });
}

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

/** Whose an original is is part of its seal: none stands for another. */
class OriginalsFile implements SealedOriginals {
  readonly kind = "sealed";
  readonly #database: DatabaseSync;
  readonly #keys: ReadonlyMap<string, Uint8Array>;
  readonly #now: () => number;

  /** The first key of the ring seals; the others open what was sealed before them. */
  constructor(
    database: DatabaseSync,
    { ring, now }: { readonly ring: KeyRing; readonly now: () => number },
  ) {
    this.#database = database;
    this.#now = now;
    this.#keys = new Map(ring.map((key) => [
      deriveKey(key, "originals id").toHex().slice(0, KEY_ID_LENGTH),
      deriveKey(key, "originals seal"),
    ]));
    const sealedWith = database.prepare("SELECT DISTINCT key_id FROM originals").all();
    if (sealedWith.every((row) => this.#keys.has(String(row["key_id"])))) return;
    database.close();
    throw missingKey();
  }

  keepJson(of: OriginalOf, json: string): string {
    return this.#add({ ...of, at: this.#now() }, cutText(json));
  }

  *keep(of: OriginalOf, value: unknown): Generator<void, string> {
    const cut = yield* cutJson(value);
    return this.#add({ ...of, at: this.#now() }, cut);
  }

  look(digest: string): Original | undefined {
    const row = this.#database.prepare("SELECT * FROM originals WHERE digest = ?").get(digest);
    if (row === undefined) return undefined;
    const label: OriginalLabel = {
      runId: String(row["run_id"]),
      call: Number(row["call"]),
      part: row["part"] as Original["part"],
      at: Number(row["at"]),
    };
    const key = this.#keys.get(String(row["key_id"]));
    if (key === undefined) throw missingKey();
    const sealed = row["sealed"] as Uint8Array;
    if (sha256(sealed) !== digest) throw changed(label);
    try {
      const plain = openBytes(sealed, { key, bound: boundOf(label) });
      return { ...label, ...JSON.parse(plain.toString()) as CutText };
    } catch (cause) {
      throw changed(label, cause);
    }
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }

  #add(label: OriginalLabel, cut: CutText): string {
    const plain = Buffer.from(JSON.stringify(cut));
    const [keyId, key] = this.#keys.entries().next().value!;
    const sealed = sealBytes(plain, { key, bound: boundOf(label) });
    plain.fill(0);
    const digest = sha256(sealed);
    const { runId, call, part, at } = label;
    try {
      this.#database.prepare("INSERT INTO originals VALUES (?, ?, ?, ?, ?, ?, ?)")
        .run(digest, runId, call, part, at, keyId, sealed);
    } catch (cause) {
      throw new AirlockError("AUDIT_FAILED", "Cannot go on: an original cannot be written", {
        cause,
      });
    }
    return digest;
  }
}

/**
 * Removes originals that are older than so many days, once it is written down which; that needs no
 * key.
 */
export async function removeOriginals(
  log: AuditLog,
  { folder, days, now }: { readonly folder: string; readonly days: number; readonly now: number },
): Promise<void> {
  if (!await exists(pathIn(folder))) return;
  using database = openDatabaseIn(folder);
  const before = now - days * DAY_MS;
  const old = olderThan(database, before);
  if (old === undefined) return;
  log.append("originals_removed", { body: { ...old, before, days } });
  database.prepare("DELETE FROM originals WHERE at < ?").run(before);
  // What was written ahead holds it still.
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
}

/** Count and times of older originals, with SHA-256 over their digests, each on a line, in order. */
function olderThan(database: DatabaseSync, time: number) {
  const hash = startSha256();
  let [count, firstAt, lastAt] = [0, 0, 0];
  const select = "SELECT digest, at FROM originals WHERE at < ? ORDER BY digest";
  for (const { digest, at } of database.prepare(select).iterate(time)) {
    hash.add(`${digest}\n`);
    firstAt = count === 0 ? Number(at) : Math.min(firstAt, Number(at));
    lastAt = Math.max(lastAt, Number(at));
    count++;
  }
  return count === 0 ? undefined : { count, firstAt, lastAt, digest: hash.digest() };
}

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

function openDatabaseIn(folder: string): DatabaseSync {
  return openDatabase(pathIn(folder), { name: "originals", schema: SCHEMA });
}

function pathIn(folder: string): string {
  return join(folder, "originals.db");
}

function boundOf({ runId, call, part, at }: OriginalLabel): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(["airlock original", runId, call, part, at]));
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
