import { AirlockError } from "../model/errors.ts";
import { findUsable, readReference, type SkillRecord, type UsableSkill } from "./skill.ts";
import { readSkillDocument, type SkillSeal } from "./skill_document.ts";
import type { SkillIndex } from "./skill_index.ts";
import type { CommittedSkill, SkillRepository } from "./skill_repository.ts";
import { sha256 } from "../text/sha256.ts";

/** A saved version with the text of its module. */
interface SavedVersion {
  readonly record: SkillRecord;
  readonly text: string;
}

const MAX_CACHED = 2_000;

/** The skills that each caller may use. */
export class SkillAccess {
  readonly #repository: SkillRepository;
  readonly #index: SkillIndex;
  readonly #seal: () => SkillSeal;
  /** Versions never change. */
  readonly #versions = new Map<string, SavedVersion>();
  #changed = () => {};

  constructor(repository: SkillRepository, index: SkillIndex, seal: () => SkillSeal) {
    this.#repository = repository;
    this.#index = index;
    this.#seal = seal;
  }

  /** Brings the index up to date. */
  async refresh(): Promise<void> {
    if (await this.#index.refresh()) this.#changed();
  }

  /** Puts a committed skill into the index. */
  put(record: SkillRecord, committed: CommittedSkill): void {
    this.#index.put(record, committed);
    this.#changed();
  }

  /** Sets the function that is called whenever the index has changed. */
  onChange(changed: () => void): void {
    this.#changed = changed;
  }

  /** The present record of a skill, for any caller. */
  async recordOf(name: string): Promise<SkillRecord | undefined> {
    await this.refresh();
    const record = this.#index.records.get(name);
    return record?.version === 0 ? this.#index.readByHand(name)?.record : record;
  }

  /** The skill of a reference, without refreshing the index. */
  known(reference: string, caller: string | undefined): UsableSkill | undefined {
    const { name, version } = readReference(reference) ?? {};
    return name === undefined
      ? undefined
      : findUsable(this.#index.records.get(name), version, caller);
  }

  /** All skills that a caller may use, sorted by name, without refreshing the index. */
  allKnown(caller: string | undefined): UsableSkill[] {
    const names = [...this.#index.records.keys()].sort();
    return names.flatMap((name) => this.known(name, caller) ?? []);
  }

  /** All skills that a caller may use, sorted by name. */
  async visible(caller: string | undefined): Promise<UsableSkill[]> {
    await this.refresh();
    return this.allKnown(caller);
  }

  /** The skill of a reference. */
  async usable(reference: string, caller: string | undefined): Promise<UsableSkill | undefined> {
    const { name, version } = readReference(reference) ?? {};
    return name === undefined ? undefined : findUsable(await this.recordOf(name), version, caller);
  }

  /** The text of its module. */
  async textOf({ record, version }: UsableSkill): Promise<string | undefined> {
    if (version > 0) return (await this.versionOf(record.name, version)).text;
    const found = this.#index.readByHand(record.name);
    return found?.record.trust === record.trust ? found.code : undefined;
  }

  /**
   * A saved version from the history, which is the text that was checked; files are not read.
   *
   * @throws {AirlockError} NOT_FOUND
   */
  async versionOf(name: string, version: number): Promise<SavedVersion> {
    const key = `${name}@${version}`;
    const known = this.#versions.get(key);
    if (known !== undefined) return known;
    const [text, document] = await Promise.all(
      ["skill.ts", "SKILL.md"].map((file) => this.#repository.readVersion(name, version, file)),
    );
    const isSealed = document !== undefined && this.#seal().isSealed(document);
    const record = isSealed ? readSkillDocument(document) : undefined;
    const isRight = record?.name === name && record.version === version;
    if (text === undefined || !isRight || sha256(text) !== record.hash) {
      throw new AirlockError("NOT_FOUND", `Cannot read skill: the history has no "${key}"`);
    }
    if (this.#versions.size >= MAX_CACHED) this.#versions.clear();
    const read = { record, text };
    this.#versions.set(key, read);
    return read;
  }
}
