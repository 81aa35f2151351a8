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
