/** How much harm a program could do, whatever it is meant to do. */
export type RiskLevel = "low" | "medium" | "high" | "critical";

/** The levels of risk, the least first. */
export const RISK_LEVELS = ["low", "medium", "high", "critical"] as const satisfies RiskLevel[];

/** One thing in a program that adds to its risk. */
export interface RiskFinding {
  /** A name of the table of rules, or "configured" for a rule of the configuration. */
  rule: string;
  /** What the rule stands for. */
  level: RiskLevel;
  /** Line of the program, from 1; absent where the finding is about no line of it. */
  line?: number | undefined;
  /** The skill in whose text the line is; absent for the program's own. */
  skill?: string | undefined;
  /** A sentence: what the program does. */
  message: string;
  /** What would lower the risk. */
  lowers: string;
}

/** What can be said of a program's risk before it runs. */
export interface Risk {
  /** That of its worst finding. */
  level: RiskLevel;
  /** 0 to 100; 25 a level, and within a level more for more findings. */
  score: number;
  /** The worst first. */
  findings: RiskFinding[];
  /** At most so many calls of tools that write; null where that cannot be told from the program. */
  estimatedWrites: number | null;
  /** Files of the workspace that the program names; absent in what was assessed before it was read. */
  files?: FileUse[] | undefined;
}

/** What a program does with a file of its workspace. */
export interface FileUse {
  /** What it does to it. */
  use: "reads" | "writes" | "removes";
  /** As the program names it; null where that cannot be told before it runs. */
  path: string | null;
}

/** Whether a level is at least as high as another. */
export function reaches(level: RiskLevel, least: RiskLevel): boolean {
  return RISK_LEVELS.indexOf(level) >= RISK_LEVELS.indexOf(least);
}
