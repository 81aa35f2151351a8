/** Each way in which a run may be unlike those before it: what is so, and how loud it is said. */
export const ANOMALY_RULES = {
  new_tool: { says: "a tool was used that this principal never used before", level: "info" },
  unusual_volume: { says: "a run made far more calls than this principal's do", level: "warn" },
  denied_permissions: { says: "a run tried what it had no right to", level: "warn" },
  repeated_failures: { says: "the runs of this principal fail one after the other", level: "warn" },
} as const;

/** The name of a rule. */
export type AnomalyRule = keyof typeof ANOMALY_RULES;

/** A run that is unlike those before it. */
export interface Anomaly {
  readonly rule: AnomalyRule;
  readonly runId: string;
  readonly principal: string;
  /** Tools, figures. */
  readonly detail: Readonly<Record<string, string | number | readonly string[]>>;
}
