import {
  type FindSkillsOptions,
  type FoundSkills,
  type RunDraft,
  type SaveSkillOptions,
  type SkillChecks,
  type SkillCommit,
  type SkillDraft,
  type SkillInfo,
  type SkillLibrary,
  type SkillRecord,
  type SkillScope,
  stateOf,
  type TestSkill,
  trustOf,
  type UsableSkill,
} from "./skill.ts";
import { AirlockError } from "../model/errors.ts";
import type { Skills } from "../program/wrappers.ts";
import { diffLines } from "./diff_lines.ts";
import { SkillFinder } from "./skill_finder.ts";
import { openSkillNotes, SkillHealth, type SkillNotes } from "./skill_health.ts";
import { SkillRepository } from "./skill_repository.ts";
import { SkillAccess } from "./skill_access.ts";
import { createSkillSeal, type SkillSeal } from "./skill_document.ts";
import { SkillIndex } from "./skill_index.ts";
import { SkillWriter } from "./skill_writer.ts";

/** Folders, checks and runs of {@linkcode createSkillLibrary}. */
interface CreateSkillLibraryOptions extends SkillChecks {
  /** The folder of the skills. */
  readonly dir: string;
  /** The folder of Airlock's state, with the key of the seals; absent: saved skills are forgotten. */
  readonly state?: string;
  /**
   * The program of a run, as a module.
   *
   * @throws {AirlockError} NOT_FOUND, REQUEST_INVALID
   */
  moduleOfRun(runId: string, owner: string): Promise<string>;
}

/** Makes the library of a folder, which is read when it is needed or prepared. */
export function createSkillLibrary(options: CreateSkillLibraryOptions): SkillLibrary {
  return new GitSkillLibrary(options);
}

class GitSkillLibrary implements SkillLibrary {
  readonly #options: CreateSkillLibraryOptions;
  readonly #repository: SkillRepository;
  readonly #access: SkillAccess;
  readonly #finder: SkillFinder;
  readonly #health: SkillHealth;
  readonly #writer: SkillWriter;
  #opened: { notes: SkillNotes; seal: SkillSeal } | undefined;

  constructor(options: CreateSkillLibraryOptions) {
    const { dir } = options;
    this.#options = options;
    const repository = this.#repository = new SkillRepository(dir);
    const seal = () => this.#open().seal;
    const index = new SkillIndex(dir, repository, seal);
    const access = this.#access = new SkillAccess(repository, index, seal);
    this.#finder = new SkillFinder(access);
    const health = this.#health = new SkillHealth(access, options, () => this.#open().notes);
    const view = (caller: string) => this.view(caller);
    this.#writer = new SkillWriter({ repository, access, health, seal, view, checks: options });
  }

  #open() {
    if (this.#opened !== undefined) return this.#opened;
    const notes = openSkillNotes(this.#options.state);
    return this.#opened = { notes, seal: createSkillSeal(notes.key) };
  }

  async prepare(caller: string): Promise<void> {
    await this.#finder.prepare(caller).catch(() => {});
  }

  testWith(test: TestSkill): void {
    this.#writer.test = test;
  }

  view(caller: string): Skills {
    // A run gets each skill as it was at its first import.
    const seen = new Map<string, Promise<string | undefined>>();
    const used = new Map<string, UsableSkill>();
    const read = async (reference: string) => {
      const usable = await this.#access.usable(reference, caller);
      if (usable === undefined) return undefined;
      used.set(reference, usable);
      const broken = await this.#health.brokenOf(usable, caller);
      if (broken === undefined) return await this.#access.textOf(usable);
      const state = `it no longer fits what it uses\n${broken}`;
      throw new AirlockError("IMPORT_REFUSED", `Cannot import skill "${reference}": ${state}`, {
        hint: "Save it again as that is now, or import a version that fits",
      });
    };
    return {
      read(reference) {
        const text = seen.get(reference) ?? read(reference);
        seen.set(reference, text);
        return text;
      },
      names: async () => (await this.#access.visible(caller)).map(({ record: { name } }) => name),
      stateOf(reference) {
        const usable = used.get(reference);
        return usable && stateOf(usable);
      },
      isDeprecated: (reference) => used.get(reference)?.record.trust === "deprecated",
    };
  }

  async list(caller?: string): Promise<readonly SkillInfo[]> {
    return (await this.#access.visible(caller)).map((usable) => this.#infoOf(usable));
  }

  async find(reference: string, caller?: string): Promise<SkillInfo | undefined> {
    const usable = await this.#access.usable(reference, caller);
    if (usable === undefined) return undefined;
    const { record: { name, owner, version }, version: wanted } = usable;
    const old = wanted === version ? {} : (await this.#access.versionOf(name, wanted)).record;
    const broken = await this.#health.brokenOf(usable, caller ?? owner);
    const info = { ...this.#infoOf(usable), ...old, trust: trustOf(usable) };
    return broken === undefined ? info : { ...info, broken };
  }

  async read(reference: string, caller?: string): Promise<string | undefined> {
    const usable = await this.#access.usable(reference, caller);
    return usable && await this.#access.textOf(usable);
  }

  async search(query: string, options: FindSkillsOptions): Promise<FoundSkills> {
    const { skills, noGoodMatch } = await this.#finder.search(query, options);
    return { skills: skills.map((usable) => this.#infoOf(usable)), noGoodMatch };
  }

  async save(draft: SkillDraft | RunDraft, options: SaveSkillOptions): Promise<SkillInfo> {
    if (!("runId" in draft)) return this.#infoOfLatest(await this.#writer.save(draft, options));
    const { runId, ...about } = draft;
    const code = await this.#options.moduleOfRun(runId, options.owner);
    const saved = await this.#writer.save({ ...about, code }, { ...options, runId });
    return this.#infoOfLatest(saved);
  }

  async approve(
    reference: string,
    options: { by: string; scope: SkillScope },
  ): Promise<SkillInfo> {
    return this.#infoOfLatest(await this.#writer.approve(reference, options));
  }

  async deprecate(name: string, options: { by: string }): Promise<SkillInfo> {
    return this.#infoOfLatest(await this.#writer.deprecate(name, options));
  }

  async rollback(name: string, options: { by: string; version: number }): Promise<SkillInfo> {
    return this.#infoOfLatest(await this.#writer.rollback(name, options));
  }

  async diff(
    name: string,
    { from, to, caller }: { from: number; to: number; caller?: string },
  ): Promise<string> {
    const texts = await Promise.all([from, to].map(async (version) => {
      const text = await this.read(`${name}@${version}`, caller);
      if (text !== undefined) return text;
      throw new AirlockError("NOT_FOUND", `Cannot compare skill: there is no "${name}@${version}"`);
    }));
    return diffLines(texts[0]!, texts[1]!, { from: `${name}@${from}`, to: `${name}@${to}` });
  }

  history(name: string): Promise<SkillCommit[]> {
    return this.#repository.history(name);
  }

  used(
    names: readonly string[],
    { caller, succeeded }: { caller: string; succeeded: boolean },
  ): void {
    for (const name of names) {
      const usable = this.#access.known(name, caller);
      if (usable === undefined) continue;
      const { record, version } = usable;
      this.#open().notes.used(record.name, version, succeeded ? "succeeded" : "failed");
    }
  }

  #infoOfLatest(record: SkillRecord): SkillInfo {
    return this.#infoOf({ record, version: record.version });
  }

  #infoOf({ record, version }: UsableSkill): SkillInfo {
    const uses = this.#open().notes.usesOf(record.name, version);
    return { ...record, version, trust: trustOf({ record, version }), uses };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#repository.settled();
    this.#opened?.notes[Symbol.dispose]();
    this.#opened = undefined;
  }
}
