import { Buffer } from "node:buffer";
import { createHmac, timingSafeEqual } from "node:crypto";
import { AirlockError } from "../model/errors.ts";
import { findUsable, readReference, type SkillRecord, type UsableSkill } from "./skill.ts";
import { readSkillDocument } from "./skill_document.ts";
import type { SkillIndex } from "./skill_index.ts";
import type { CommittedSkill, SkillRepository } from "./skill_repository.ts";
import { sha256 } from "../text/sha256.ts";

/** A version as it was saved. */
export interface SavedVersion {
  readonly record: SkillRecord;
  /** Of its module. */
  readonly text: string;
}

/** Options of {@linkcode SkillAccess}. */
export interface SkillStockOptions {
  readonly repository: SkillRepository;
  readonly shelf: SkillIndex;
  seal(): SkillSeal;
}

const MAX_CACHED = 2_000;

/** What skills there are, and what each caller may use of them. */
export class SkillAccess {
  readonly #options: SkillStockOptions;
  /** Versions never change: what was read of one is true for ever. */
  readonly #versions = new Map<string, SavedVersion>();
  #changed = () => {};

  constructor(options: SkillStockOptions) {
    this.#options = options;
  }

  /** Brings what is known up to date. */
  async refresh(): Promise<void> {
    if (await this.#options.shelf.refresh()) this.#changed();
  }

  /** Takes in what was just committed. */
  put(record: SkillRecord, committed: CommittedSkill): void {
    this.#options.shelf.put(record, committed);
    this.#changed();
  }

  /** Has something done whenever skills came, went or changed. */
  onChange(changed: () => void): void {
    this.#changed = changed;
  }

  /** The one of the name as it is now, whoever may use it. */
  async recordOf(name: string): Promise<SkillRecord | undefined> {
    await this.refresh();
    const { shelf } = this.#options;
    const record = shelf.records.get(name);
    return record?.version === 0 ? shelf.readByHand(name)?.record : record;
  }

  /** One by `name` or `name@3`, of what was read already. */
  known(reference: string, caller: string | undefined): UsableSkill | undefined {
    const wanted = readReference(reference);
    if (wanted === undefined) return undefined;
    return findUsable(wanted, { record: this.#options.shelf.records.get(wanted.name), caller });
  }

  /** All that a caller may use, by name, of what was read already. */
  allKnown(caller: string | undefined): UsableSkill[] {
    const names = [...this.#options.shelf.records.keys()].sort();
    return names.flatMap((name) => this.known(name, caller) ?? []);
  }

  /** All that a caller may use, by name. */
  async visible(caller: string | undefined): Promise<UsableSkill[]> {
    await this.refresh();
    const all = this.allKnown(caller);
    return all.sort((one, other) => one.record.name < other.record.name ? -1 : 1);
  }

  /** One by `name` or `name@3`. */
  async usable(reference: string, caller: string | undefined): Promise<UsableSkill | undefined> {
    const wanted = readReference(reference);
    if (wanted === undefined) return undefined;
    return findUsable(wanted, { record: await this.recordOf(wanted.name), caller });
  }

  /** The text of its module. */
  async textOf({ record, version }: UsableSkill): Promise<string | undefined> {
    if (version > 0) return (await this.versionOf(record.name, version)).text;
    const found = this.#options.shelf.readByHand(record.name);
    return found?.record.trust === record.trust ? found.code : undefined;
  }

  /**
   * What runs is what was checked, from the history: a file that was changed beside it is not.
   *
   * @throws {AirlockError} NOT_FOUND
   */
  async versionOf(name: string, version: number): Promise<SavedVersion> {
    const key = `${name}@${version}`;
    const known = this.#versions.get(key);
    if (known !== undefined) return known;
    const { repository, seal } = this.#options;
    const [text, document] = await Promise.all(
      ["skill.ts", "SKILL.md"].map((file) => repository.readVersion(name, version, file)),
    );
    const isOurs = document !== undefined && seal().isSealed(document);
    const record = isOurs ? readSkillDocument(document) : undefined;
    const isIt = record?.name === name && record.version === version;
    if (text === undefined || !isIt || sha256(text) !== record.hash) {
      throw new AirlockError("NOT_FOUND", `Cannot read skill: the history has no "${key}"`);
    }
    if (this.#versions.size >= MAX_CACHED) this.#versions.clear();
    const read = { record, text };
    this.#versions.set(key, read);
    return read;
  }
}

/** Tells the documents that a save wrote from those that somebody changed. */
export interface SkillSeal {
  /** The document with a seal in its head. */
  seal(document: string): string;
  /** Whether it is, letter by letter, one that was sealed. */
  isSealed(document: string): boolean;
}

const LINE = /^ {2}airlock-seal: "([0-9a-f]{64})"\n/m;
const END_OF_HEAD = "\n---\n";

/** Makes the seal of a key that stands in no folder of skills. */
export function createSkillSeal(key: Uint8Array): SkillSeal {
  const macOf = (text: string) => createHmac("sha256", key).update(text).digest();
  return {
    seal(document) {
      const at = document.indexOf(END_OF_HEAD) + 1;
      const line = `  airlock-seal: "${macOf(document).toString("hex")}"\n`;
      return document.slice(0, at) + line + document.slice(at);
    },
    isSealed(document) {
      const [line, seal] = LINE.exec(document) ?? [];
      if (line === undefined || seal === undefined) return false;
      return timingSafeEqual(macOf(document.replace(line, "")), Buffer.from(seal, "hex"));
    },
  };
}
