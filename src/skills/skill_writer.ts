import {
  type CheckedSkill,
  readReference,
  type SaveSkillOptions,
  type SkillChecks,
  type SkillDraft,
  type SkillRecord,
  type SkillScope,
  type TestSkill,
} from "./skill.ts";
import { sha256 } from "../text/sha256.ts";
import { AirlockError } from "../model/errors.ts";
import type { Skills } from "../program/wrappers.ts";
import { type SkillSeal, writeSkillDocument } from "./skill_document.ts";
import type { SkillHealth } from "./skill_health.ts";
import type { SkillRepository } from "./skill_repository.ts";
import { checkSkillRules } from "./skill_rules.ts";
import type { SkillAccess } from "./skill_access.ts";

interface SkillWriterOptions {
  readonly repository: SkillRepository;
  readonly access: SkillAccess;
  readonly health: SkillHealth;
  readonly checks: SkillChecks;
  seal(): SkillSeal;
  /** The skills that a caller can import. */
  view(caller: string): Skills;
}

type Author = { readonly by: string };

/** Changes skills: each change is a commit, made while no other process changes the repository. */
export class SkillWriter {
  readonly #options: SkillWriterOptions;
  /** Runs the tests of a skill before it is saved. */
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
      const known = await this.#options.access.recordOf(draft.name);
      refuseForeign(known, draft.name, owner);
      const record = await this.#newVersion(draft, { ...options, ...checked, known });
      if (known !== undefined && isSame(known, record)) return known;
      return await this.#commit(record, { code: draft.code, by: owner, verb: "save" });
    });
  }

  /** Approves the latest version, which the reference must name; one put there by hand has none. */
  async approve(reference: string, { by, scope }: Author & { scope: SkillScope }) {
    const { name, version: seen } = readReference(reference) ?? { name: reference };
    const known = await this.#options.access.recordOf(name);
    if (known?.version === 0) await this.#saveByHand(known);
    return await this.#change(name, { by, verb: "approve" }, (record) => {
      if (known?.version !== 0) refuseUnseen(record, seen);
      const approved = [...new Set([...record.approved, record.version])];
      return { ...record, trust: "approved", approved, scope };
    });
  }

  deprecate(name: string, { by }: Author): Promise<SkillRecord> {
    const change = (record: SkillRecord) => ({ ...record, trust: "deprecated" } as const);
    return this.#change(name, { by, verb: "deprecate" }, change);
  }

  async rollback(name: string, { by, version }: Author & { version: number }) {
    const { repository, access } = this.#options;
    return await repository.exclusively(async () => {
      const known = await this.#savedRecord(name);
      refuseForeign(known, name, by);
      const old = await access.versionOf(name, version);
      // An approval is for a text, so it holds for the same text again.
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

  /** Checks and saves a skill that was put there by hand. */
  async #saveByHand(record: SkillRecord): Promise<void> {
    const { name, description, owner } = record;
    const code = await this.#options.access.textOf({ record, version: 0 });
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
    const toolsHash = await health.hashOfUsed({ tools, skills: others }, owner) ?? "";
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
    // An unknown skill may have versions of another host.
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

  async #savedRecord(name: string): Promise<SkillRecord> {
    const known = await this.#options.access.recordOf(name);
    if (known !== undefined && known.version > 0) return known;
    const message = `Cannot change skill: none of the name "${name}" was saved`;
    throw new AirlockError("NOT_FOUND", message);
  }

  async #change(
    name: string,
    { by, verb }: Author & { verb: string },
    change: (record: SkillRecord) => SkillRecord,
  ): Promise<SkillRecord> {
    const { repository, access } = this.#options;
    return await repository.exclusively(async () => {
      const known = await this.#savedRecord(name);
      const { text: code } = await access.versionOf(name, known.version);
      return await this.#commit(change(known), { code, by, verb });
    });
  }

  async #commit(
    record: SkillRecord,
    { code, by, verb }: Author & { code: string; verb: string },
  ): Promise<SkillRecord> {
    const { repository, access, seal } = this.#options;
    const { name, version, runId } = record;
    const committed = await repository.commit({
      name,
      files: { "skill.ts": code, "SKILL.md": seal().seal(writeSkillDocument(record, code)) },
      author: by,
      message: `${verb} ${name}@${version}\n${runId === undefined ? "" : `\nRun: ${runId}\n`}`,
      ...(verb === "approve" || verb === "deprecate" ? {} : { version }),
    });
    access.put(record, committed);
    return record;
  }
}

/** Tells a caller that may not see a skill only that the name is taken. */
function refuseForeign(known: SkillRecord | undefined, name: string, by: string): void {
  if (known === undefined || known.owner === by) return;
  throw new AirlockError("FORBIDDEN", `Cannot save skill: the name "${name}" is taken`, {
    hint: "Take another name",
  });
}

/** Whether a save would make a version equal to the latest. */
function isSame(known: SkillRecord, record: SkillRecord): boolean {
  const of = ({ hash, description, toolsHash, examples }: SkillRecord) =>
    JSON.stringify([hash, description, toolsHash, examples]);
  return known.version > 0 && of(known) === of(record);
}

/** Refuses the approval of a version that was saved after the person looked. */
function refuseUnseen({ name, version }: SkillRecord, seen: number | undefined): void {
  if (seen === version) return;
  const problem = seen === undefined
    ? "it takes the version that you have seen"
    : "it is not the latest";
  throw new AirlockError("REQUEST_INVALID", `Cannot approve skill: ${problem}`, {
    hint: `The latest is ${name}@${version}`,
  });
}
