import type { SkillState } from "../program/wrappers.ts";
import { PUBLIC_SKILLS } from "./public_skills.ts";
import type { SkillRecord, SkillReference, SkillTrust } from "./skill.ts";

/** A version of a skill that a caller may use. */
export interface UsableSkill {
  readonly record: SkillRecord;
  readonly version: number;
}

/**
 * The version that a caller gets: the owner any, others those that were approved for them. Who is
 * nobody in particular sees all.
 */
export function findUsable(
  { version }: SkillReference,
  { record, caller }: { record: SkillRecord | undefined; caller: string | undefined },
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

/** How far a version is trusted. */
export function trustOf({ record, version }: UsableSkill): SkillTrust {
  if (version === record.version || record.trust === "deprecated") return record.trust;
  return record.approved.includes(version) ? "approved" : "draft";
}

/** Whether a version is the one that a person has approved. */
export function stateOf({ record, version }: UsableSkill): SkillState {
  const { name, approved, trust } = record;
  if (approved.includes(version) || version === 0 && trust === "approved") return "approved";
  const wasApproved = approved.length > 0 || version === 0 && Object.hasOwn(PUBLIC_SKILLS, name);
  return wasApproved ? "changed" : "draft";
}
