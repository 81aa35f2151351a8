import type { Skills, SkillState } from "../program/wrappers.ts";

/** The callers that may use the approved versions of a skill beside its owner. */
export type SkillScope =
  | { readonly kind: "principal" }
  | { readonly kind: "team"; readonly members: readonly string[] }
  | { readonly kind: "all" };

/** The trust in a version. */
export type SkillTrust = "draft" | "approved" | "deprecated";

/** The result of checking a skill. */
export interface CheckedSkill {
  /** The tools that it may call: `server/tool`. */
  readonly tools: readonly string[];
  /** The skills that it imports, and those that they import: `name` or `name@3`. */
  readonly skills: readonly string[];
  /** Risk of a program that uses it. */
  readonly risk: string;
}

/** The contents of a skill's `SKILL.md`. */
export interface SkillRecord extends CheckedSkill {
  /** The name that programs import. */
  readonly name: string;
  /** What it does and when to use it, in one line. */
  readonly description: string;
  /** The principal that saved it first, and alone may save it again. */
  readonly owner: string;
  /** The latest, from 1; 0 for a skill that was not saved but put there by hand. */
  readonly version: number;
  /** Trust in the latest version. */
  readonly trust: SkillTrust;
  /** The versions that a person has approved, in ascending order. */
  readonly approved: readonly number[];
  /** The callers that may use it. */
  readonly scope: SkillScope;
  /** Hash of the tools' promises and the skills' texts when it was checked. */
  readonly toolsHash: string;
  /** SHA-256 of its text, in hexadecimal digits. */
  readonly hash: string;
  /** The run that it came from; absent where a person saved it. */
  readonly runId?: string;
  /** Lines of programs that use it. */
  readonly examples: readonly string[];
}

/** The form of a name: that of a public agent skill. */
export const SKILL_NAME = /^(?=.{1,64}$)[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** The form of a folder's name that may be a skill put there by hand. */
export const SKILL_FOLDER = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

/** Reads `name` (the latest version) or `name@3`; undefined for anything else. */
export function readReference(text: string): { name: string; version?: number } | undefined {
  const [, name, version] = /^([^@]+)(?:@([1-9]\d{0,5}))?$/.exec(text) ?? [];
  if (name === undefined || !SKILL_FOLDER.test(name)) return undefined;
  return version === undefined ? { name } : { name, version: Number(version) };
}

/**
 * The skills that Airlock is shipped with, and the git tree id of each folder: with that id a skill
 * is approved for all callers; a changed one is not.
 */
export const PUBLIC_SKILLS: Readonly<Record<string, string>> = {
  "bulk-update": "0bf79fc6960bd933d1b3f1c7f03f91db4eabf930",
  "copy-document": "f691ed7b5bd04b45f0f04df51cdf8240f3be118a",
  "diff-rows": "81375eb75455a5766c1ee987eb59468c926ada8c",
  "export-rows-csv": "936c4ba85552dbcfab5c62bd5951524ee4e707b4",
  "group-rows": "164e9acaf3f740c574bdd646e3a7df17a3e3ad18",
  "poll-until": "836aab6b2d1cd43ebb29267c19207ee17e326b40",
};

/** A version of a skill that a caller may use. */
export interface UsableSkill {
  readonly record: SkillRecord;
  readonly version: number;
}

/**
 * The version that a caller gets: the owner any, others those that were approved for them. Without a
 * caller, any version is usable.
 */
export function findUsable(
  record: SkillRecord | undefined,
  version: number | undefined,
  caller: string | undefined,
): UsableSkill | undefined {
  if (record === undefined) return undefined;
  const mayAll = caller === undefined || caller === record.owner;
  if (!mayAll && !isMeant(record, caller)) return undefined;
  const latest = mayAll || record.version === 0 ? record.version : record.approved.at(-1);
  const wanted = version ?? latest;
  if (wanted === undefined || wanted > record.version) return undefined;
  const isThere = mayAll || record.version === 0 || record.approved.includes(wanted);
  return isThere ? { record, version: wanted } : undefined;
}

function isMeant({ scope }: SkillRecord, caller: string): boolean {
  return scope.kind === "all" || scope.kind === "team" && scope.members.includes(caller);
}

/** The trust in a version. */
export function trustOf({ record, version }: UsableSkill): SkillTrust {
  if (version === record.version || record.trust === "deprecated") return record.trust;
  return record.approved.includes(version) ? "approved" : "draft";
}

/** Whether a version is approved, or changed since an approval. */
export function stateOf({ record, version }: UsableSkill): SkillState {
  const { name, approved, trust } = record;
  if (approved.includes(version) || version === 0 && trust === "approved") return "approved";
  const wasApproved = approved.length > 0 || version === 0 && Object.hasOwn(PUBLIC_SKILLS, name);
  return wasApproved ? "changed" : "draft";
}

/** The checks of skills. */
export interface SkillChecks {
  /**
   * Checks a module as programs are checked, with the skills that it may import.
   *
   * @throws {AirlockError} PROGRAM_SYNTAX, IMPORT_REFUSED, TYPE_ERROR
   */
  check(
    text: { readonly code: string; readonly owner: string },
    skills: Skills,
  ): Promise<CheckedSkill>;
  /** Hash of the present promises of tools; undefined where one of them is not available. */
  promisesOf(tools: readonly string[]): Promise<string | undefined>;
}

/** Outcomes of the runs that used a version of a skill. */
export interface SkillUses {
  /** Runs that completed. */
  readonly succeeded: number;
  /** Runs that did not. */
  readonly failed: number;
}

/** The caller and the size of a search. */
export interface FindSkillsOptions {
  /** Absent: all skills are found. */
  readonly caller?: string;
  /** Default: 10. */
  readonly limit?: number;
}

/** A commit of the folder of skills. */
export interface SkillCommit {
  /** Its SHA-1. */
  readonly oid: string;
  /** The change, and the run that made it. */
  readonly message: string;
  /** The principal. */
  readonly author: string;
  /** In ISO 8601. */
  readonly at: string;
}

/** A skill to be saved. */
export interface SkillDraft {
  /** Small letters and digits, in words separated by hyphens. */
  readonly name: string;
  /** What it does and when to use it, in one line. */
  readonly description: string;
  /** A module: TypeScript that exports something. */
  readonly code: string;
  /** Lines of programs that use it. */
  readonly examples?: readonly string[];
  /** A program that imports the skill and throws where it is not right. */
  readonly tests?: string;
}

/** The program of a run, to be saved as a skill. */
export interface RunDraft extends Omit<SkillDraft, "code"> {
  /** A completed run of the owner. */
  readonly runId: string;
}

/** Owner and origin of a saved skill. */
export interface SaveSkillOptions {
  /** The principal that saves it. */
  readonly owner: string;
  /** The run that it comes from. */
  readonly runId?: string;
}

/** Runs a program with skills that it may import; rejects where it does not complete. */
export type TestSkill = (program: string, skills: Skills) => Promise<void>;

/** A skill as its caller may use it. */
export interface SkillInfo extends SkillRecord {
  /** Outcomes of the runs that used this version. */
  readonly uses: SkillUses;
  /** Why it no longer fits the tools and skills that it uses; absent where it does. */
  readonly broken?: string;
}

/** The result of a search for skills, the best first. */
export interface FoundSkills {
  /** At most as many as were asked for. */
  readonly skills: readonly SkillInfo[];
  /** Nothing fits well: these are only the nearest. */
  readonly noGoodMatch: boolean;
}

/** The skills of a runtime. A named caller gets the skills that it may use; without one, all. */
export interface SkillLibrary extends AsyncDisposable {
  /** Reads the folder in advance; a later call reports a fault. */
  prepare(caller: string): Promise<void>;
  /** Sets the function that runs the tests of a skill before it is saved. */
  testWith(test: TestSkill): void;
  /** The skills that programs of a caller can import. */
  view(caller: string): Skills;
  /** All skills, sorted by name. */
  list(caller?: string): Promise<readonly SkillInfo[]>;
  /** Finds a skill by `name` or `name@3`. */
  find(reference: string, caller?: string): Promise<SkillInfo | undefined>;
  /** The text of a skill's module. */
  read(reference: string, caller?: string): Promise<string | undefined>;
  /** Searches skills by what they do. */
  search(query: string, options: FindSkillsOptions): Promise<FoundSkills>;
  /**
   * Saves a new version, a draft until a person approves it: a module, or the program of a completed
   * run, whose work becomes a function `run` where it exports none. Saving the same again changes
   * nothing.
   *
   * @throws {AirlockError} REQUEST_INVALID, NOT_FOUND where the owner has no such run, FORBIDDEN
   * where the name is another's, and the errors of the check
   */
  save(draft: SkillDraft | RunDraft, options: SaveSkillOptions): Promise<SkillInfo>;
  /**
   * Lets others use the latest version, named as `name@version`, so that it is the one that was
   * seen; a skill put there by hand has no version, and is saved first.
   */
  approve(reference: string, options: { by: string; scope: SkillScope }): Promise<SkillInfo>;
  /** Takes a skill out of searches; its imports warn. */
  deprecate(name: string, options: { by: string }): Promise<SkillInfo>;
  /** Makes an old version the latest. */
  rollback(name: string, options: { by: string; version: number }): Promise<SkillInfo>;
  /** The changes between two versions, as a unified diff. */
  diff(name: string, options: { from: number; to: number; caller?: string }): Promise<string>;
  /** The commits of a skill, the latest first. */
  history(name: string): Promise<SkillCommit[]>;
  /** Counts a use of imported skills. */
  used(names: readonly string[], options: { caller: string; succeeded: boolean }): void;
}
