/** Who may use the approved versions of a skill beside its owner. */
export type SkillScope =
  | { readonly kind: "principal" }
  | { readonly kind: "team"; readonly members: readonly string[] }
  | { readonly kind: "all" };

/** How far a version is trusted. */
export type SkillTrust = "draft" | "approved" | "deprecated";

/** All that is written down of a skill, in its `SKILL.md`. */
export interface SkillRecord {
  /** What programs import it by. */
  readonly name: string;
  /** What it does and when to use it, in one line. */
  readonly description: string;
  /** Who saved it first, and alone may save it again. */
  readonly owner: string;
  /** The latest, from 1; 0 where it was not saved but put there by hand. */
  readonly version: number;
  /** Of the latest version. */
  readonly trust: SkillTrust;
  /** Those that a person has approved, in their order. */
  readonly approved: readonly number[];
  /** Whom the approved versions are for. */
  readonly scope: SkillScope;
  /** The tools that it may call: `server/tool`. */
  readonly tools: readonly string[];
  /** The skills that it imports, and those that they import: `name` or `name@3`. */
  readonly skills: readonly string[];
  /** What those tools promised, and what those skills were, when it was checked. */
  readonly toolsHash: string;
  /** How dangerous a program that uses it can be. */
  readonly risk: string;
  /** SHA-256 of its text, in hexadecimal digits. */
  readonly hash: string;
  /** The run that it came from; absent where a person saved it. */
  readonly runId?: string;
  /** Lines of programs that use it. */
  readonly examples: readonly string[];
}

/** The form of a name: that of a public agent skill. */
export const SKILL_NAME = /^(?=.{1,64}$)[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** The form of a folder's name that is taken for a skill that somebody put there by hand. */
export const SKILL_FOLDER = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

/** A skill as a program names it. */
export interface SkillReference {
  readonly name: string;
  /** Absent for the latest that may be used. */
  readonly version?: number;
}

/** Reads `name` or `name@3`; undefined for anything else. */
export function readReference(text: string): SkillReference | undefined {
  const [, name, version] = /^([^@]+)(?:@([1-9]\d{0,5}))?$/.exec(text) ?? [];
  if (name === undefined || !SKILL_FOLDER.test(name)) return undefined;
  return version === undefined ? { name } : { name, version: Number(version) };
}
