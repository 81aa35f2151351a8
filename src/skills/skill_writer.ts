import { AirlockError } from "../model/errors.ts";
import type { Skills } from "../program/wrappers.ts";
import { writeSkillDocument } from "./skill_document.ts";
import {
  type CheckedSkill,
  readReference,
  type SkillChecks,
  type SkillRecord,
  type SkillScope,
} from "./skill.ts";
import type { SkillHealth } from "./skill_health.ts";
import type { SkillRepository } from "./skill_repository.ts";
import { checkSkillRules, type SkillDraft } from "./skill_rules.ts";
import type { SkillAccess, SkillSeal } from "./skill_access.ts";
import { sha256 } from "../text/sha256.ts";

/** Runs a program with skills that it may import; rejects where it does not complete. */
export type TestSkill = (program: string, skills: Skills) => Promise<void>;

/** Options of {@linkcode SkillWriter}. */
export interface SkillWriterOptions {
  readonly repository: SkillRepository;
  readonly stock: SkillAccess;
  readonly health: SkillHealth;
  readonly checks: SkillChecks;
  seal(): SkillSeal;
  /** What a caller can import. */
  view(caller: string): Skills;
}

/** Options of {@linkcode SkillWriter.save}. */
export interface SaveSkillOptions {
  /** Who saves it, and so owns it. */
  readonly owner: string;
  /** The run that it comes from. */
  readonly runId?: string;
}

type Author = { readonly by: string };

/** Changes skills: each change is a commit, and nobody else changes anything meanwhile. */
export class SkillWriter {
  readonly #options: SkillWriterOptions;
  /** Runs the tests of a skill that is not saved yet. */
  test: TestSkill = () => {
    throw new AirlockError("REQUEST_INVALID", "Cannot save skill: here no tests can be run");
  };

  constructor(options: SkillWriterOptions) {
    this.#options = options;
  }

  async save(draft: SkillDraft, options: SaveSkillOptions): Promise<SkillRecord> {
    checkSkillRules(draft);
    const { owner } = options;
    const checked = await this.#check(draft, owner);
    return await this.#options.repository.exclusively(async () => {
      const known = await this.#options.stock.recordOf(draft.name);
      refuseForeign(known, { name: draft.name, by: owner });
      const record = await this.#newVersion(draft, { ...options, ...checked, known });
      if (known !== undefined && isSame(known, record)) return known;
      return await this.#commit(record, { code: draft.code, by: owner, verb: "save" });
    });
  }

  /** Approves the latest version, which whoever approves must have named; one by hand has none. */
  async approve(reference: string, { by, scope }: Author & { scope: SkillScope }) {
    const { name, version: seen } = readReference(reference) ?? { name: reference };
    const known = await this.#options.stock.recordOf(name);
    if (known?.version === 0) await this.#adopt(known);
    return await this.#change(name, { by, verb: "approve" }, (record) => {
      if (known?.version !== 0) refuseUnseen(record, seen);
      return {
        ...record,
        trust: "approved",
        approved: [...new Set([...record.approved, record.version])],
        scope,
      };
    });
  }

  deprecate(name: string, { by }: Author): Promise<SkillRecord> {
    return this.#change(name, { by, verb: "deprecate" }, (record) => ({
      ...record,
      trust: "deprecated",
    }));
  }

  async rollback(name: string, { by, version }: Author & { version: number }) {
    const { repository, stock } = this.#options;
    return await repository.exclusively(async () => {
      const known = await this.#managed(name);
      refuseForeign(known, { name, by });
      const old = await stock.versionOf(name, version);
      // What a person has approved once is not another text for being the latest again.
      const wasApproved = known.approved.includes(version);
      const latest = known.version + 1;
      const record: SkillRecord = {
        ...old.record,
        version: latest,
        trust: wasApproved ? "approved" : "draft",
        approved: wasApproved ? [...known.approved, latest] : known.approved,
        scope: known.scope,
      };
      return await this.#commit(record, { code: old.text, by, verb: `roll back to ${version}:` });
    });
  }

  /** What somebody put there by hand is checked as all others before it is approved. */
  async #adopt(record: SkillRecord): Promise<void> {
    const { name, description, owner } = record;
    const code = await this.#options.stock.textOf({ record, version: 0 });
    if (code !== undefined) await this.save({ name, description, code }, { owner });
  }

  async #check(draft: SkillDraft, owner: string): Promise<CheckedSkill & { toolsHash: string }> {
    const { checks, health, view } = this.#options;
    const { name, code, tests } = draft;
    const known = view(owner);
    const withDraft: Skills = {
      read: (reference) => reference === name ? Promise.resolve(code) : known.read(reference),
      names: () => known.names(),
    };
    const { tools, skills, risk } = await checks.check({ code, owner }, withDraft);
    const others = skills.filter((reference) => readReference(reference)?.name !== name);
    const toolsHash = await health.footingOf({ tools, skills: others }, owner) ?? "";
    if (tests !== undefined) await this.test(tests, withDraft);
    return { tools, skills: others, risk, toolsHash };
  }

  async #newVersion(
    { name, description, code, examples = [] }: SkillDraft,
    { known, owner, runId, ...checked }: SaveSkillOptions & CheckedSkill & {
      toolsHash: string;
      known: SkillRecord | undefined;
    },
  ): Promise<SkillRecord> {
    // One that is not known here may have versions of another host's.
    const last = known?.version || await this.#options.repository.lastVersion(name);
    return {
      name,
      description,
      owner,
      version: last + 1,
      trust: "draft",
      approved: known?.approved ?? [],
      scope: known === undefined || known.version === 0 ? { kind: "principal" } : known.scope,
      ...checked,
      hash: sha256(code),
      ...(runId === undefined ? {} : { runId }),
      examples,
    };
  }

  async #managed(name: string): Promise<SkillRecord> {
    const known = await this.#options.stock.recordOf(name);
    if (known !== undefined && known.version > 0) return known;
    throw new AirlockError(
      "NOT_FOUND",
      `Cannot change skill: none of the name "${name}" was saved`,
    );
  }

  async #change(
    name: string,
    { by, verb }: Author & { verb: string },
    change: (record: SkillRecord) => SkillRecord,
  ): Promise<SkillRecord> {
    const { repository, stock } = this.#options;
    return await repository.exclusively(async () => {
      const known = await this.#managed(name);
      const { text: code } = await stock.versionOf(name, known.version);
      return await this.#commit(change(known), { code, by, verb });
    });
  }

  async #commit(
    record: SkillRecord,
    { code, by, verb }: Author & { code: string; verb: string },
  ): Promise<SkillRecord> {
    const { repository, stock, seal } = this.#options;
    const { name, version, runId } = record;
    const committed = await repository.commit({
      name,
      files: { "skill.ts": code, "SKILL.md": seal().seal(writeSkillDocument(record, code)) },
      author: by,
      message: `${verb} ${name}@${version}\n${runId === undefined ? "" : `\nRun: ${runId}\n`}`,
      ...(verb === "approve" || verb === "deprecate" ? {} : { version }),
    });
    stock.put(record, committed);
    return record;
  }
}

/** Who may not see a skill is told no more of it than that the name is taken. */
function refuseForeign(
  known: SkillRecord | undefined,
  { name, by }: Author & { name: string },
): void {
  if (known === undefined || known.owner === by) return;
  throw new AirlockError("FORBIDDEN", `Cannot save skill: the name "${name}" is taken`, {
    hint: "Take another name",
  });
}

/** To save the same again makes no version. */
function isSame(known: SkillRecord, record: SkillRecord): boolean {
  const of = ({ hash, description, toolsHash, examples }: SkillRecord) =>
    JSON.stringify([hash, description, toolsHash, examples]);
  return known.version > 0 && of(known) === of(record);
}

/** Nobody approves what was saved after they looked. */
function refuseUnseen({ name, version }: SkillRecord, seen: number | undefined): void {
  if (seen === version) return;
  const problem = seen === undefined
    ? "it takes the version that you have seen"
    : "it is not the latest";
  throw new AirlockError("REQUEST_INVALID", `Cannot approve skill: ${problem}`, {
    hint: `The latest is ${name}@${version}`,
  });
}
