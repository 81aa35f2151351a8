import {
  type FileUse,
  type Risk,
  RISK_LEVELS,
  type RiskFinding,
  type RiskLevel,
} from "../../model/risk.ts";

/** The worst finding makes the level; the others make a higher score within it, never a higher level. */
export function sumUpRisk(
  findings: readonly RiskFinding[],
  estimatedWrites: number | null,
): Risk {
  const sorted = byLevel(findings);
  const level: RiskLevel = sorted[0]?.level ?? "low";
  const rest = sorted.slice(1).reduce((sum, { level }) => sum + 2 ** rankOf(level), 0);
  const own = sorted.length === 0 ? 0 : 5 + Math.min(20, rest);
  return {
    level,
    score: Math.min(100, 25 * rankOf(level) + own),
    findings: sorted,
    estimatedWrites,
  };
}

/** The worst first, and of one level in the order of the text. */
export function byLevel(findings: readonly RiskFinding[]): RiskFinding[] {
  return findings.toSorted((one, other) =>
    rankOf(other.level) - rankOf(one.level) || (one.line ?? 0) - (other.line ?? 0)
  );
}

function rankOf(level: RiskLevel): number {
  return RISK_LEVELS.indexOf(level);
}

/** The risk of two things that were both done, one after the other. */
export function mergeRisks(one: Risk, other: Risk): Risk {
  const seen = new Map(
    [...one.findings, ...other.findings].map((finding) => [JSON.stringify(finding), finding]),
  );
  const writes = one.estimatedWrites === null || other.estimatedWrites === null
    ? null
    : one.estimatedWrites + other.estimatedWrites;
  const files = one.files || other.files
    ? { files: filesOnce([...one.files ?? [], ...other.files ?? []]) }
    : {};
  return { ...sumUpRisk([...seen.values()], writes), ...files };
}

/** Longer lists are cut; what is left out counts as one unknown. */
const MAX_FILES = 200;

/** Each use of a file once. */
export function filesOnce(files: readonly FileUse[]): FileUse[] {
  const unique = new Map(files.map((file) => [JSON.stringify([file.use, file.path]), file]));
  const all = [...unique.values()];
  return all.length <= MAX_FILES
    ? all
    : [...all.slice(0, MAX_FILES), { use: "writes", path: null }];
}
