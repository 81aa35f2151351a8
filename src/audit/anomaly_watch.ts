import type { RunResult } from "../model/run_result.ts";
import type { AuditStore } from "./audit_store.ts";

/** Ways in which a run is unlike those before it, each with its sentence and its log level. */
export const ANOMALY_RULES = {
  new_tool: { says: "a tool was used that this principal never used before", level: "info" },
  unusual_volume: { says: "a run made far more calls than this principal's do", level: "warn" },
  denied_permissions: { says: "a run tried what it had no right to", level: "warn" },
  repeated_failures: { says: "the runs of this principal fail one after the other", level: "warn" },
} as const;

type AnomalyRule = keyof typeof ANOMALY_RULES;

/** A run that is unlike those before it. */
export interface Anomaly {
  readonly rule: AnomalyRule;
  readonly runId: string;
  readonly principal: string;
  /** Tools, figures. */
  readonly detail: Readonly<Record<string, string | number | readonly string[]>>;
}

/** Fewer calls are never unusual. */
const VOLUME_MIN_CALLS = 50;
const VOLUME_FACTOR = 5;
/** With fewer runs than these nothing is usual. */
const VOLUME_MIN_RUNS = 5;
/** Weight of the latest run in what is usual. */
const VOLUME_WEIGHT = 0.2;
const FAILURES_IN_A_ROW = 5;
const DENIED_CALLS = 3;
const MAX_PRINCIPALS = 1_000;

/** Tells which runs are unlike those of their principal before; what is usual is kept in memory. */
export class AnomalyWatch {
  readonly #store: Pick<AuditStore, "noteTool" | "toolsOf">;
  readonly #principals = new Map<string, Habits>();

  constructor(store: Pick<AuditStore, "noteTool" | "toolsOf">) {
    this.#store = store;
  }

  /** Looks at a run that has ended. */
  look(principal: string, result: RunResult): Anomaly[] {
    const { runId } = result;
    const habits = this.#of(principal);
    const found: [AnomalyRule, Anomaly["detail"] | undefined][] = [
      ["new_tool", this.#newTools(principal, result)],
      ["unusual_volume", unusualVolume(habits, result)],
      ["denied_permissions", deniedPermissions(result)],
      ["repeated_failures", repeatedFailures(habits, result)],
    ];
    return found.flatMap(([rule, detail]) =>
      detail === undefined ? [] : [{ rule, runId, principal, detail }]
    );
  }

  /** Of a principal that never used any tool, every one is the first. */
  #newTools(principal: string, { calls }: RunResult): Anomaly["detail"] | undefined {
    const isNew = this.#store.toolsOf(principal) === 0;
    const made = calls.filter(({ outcome }) => outcome !== "denied");
    const tools = [...new Map(made.map((call) => [`${call.server}.${call.tool}`, call]))]
      .filter(([, call]) => this.#store.noteTool(principal, call))
      .map(([name]) => name);
    return isNew || tools.length === 0 ? undefined : { tools };
  }

  #of(principal: string): Habits {
    const known = this.#principals.get(principal);
    if (known !== undefined) return known;
    const habits = { runs: 0, usualCalls: 0, failures: 0 };
    this.#principals.set(principal, habits);
    const [eldest] = this.#principals.keys();
    if (this.#principals.size > MAX_PRINCIPALS) this.#principals.delete(eldest!);
    return habits;
  }
}

/** What is usual of a principal. */
interface Habits {
  runs: number;
  usualCalls: number;
  /** In a row. */
  failures: number;
}

function unusualVolume(habits: Habits, { calls: { length } }: RunResult) {
  const { runs, usualCalls } = habits;
  habits.runs++;
  habits.usualCalls = runs === 0 ? length : usualCalls + VOLUME_WEIGHT * (length - usualCalls);
  const isUnusual = runs >= VOLUME_MIN_RUNS && length >= VOLUME_MIN_CALLS &&
    length > VOLUME_FACTOR * usualCalls;
  return isUnusual ? { calls: length, usual: Math.round(usualCalls) } : undefined;
}

function deniedPermissions({ calls, escapeAttempts }: RunResult) {
  const denied = calls.filter(({ outcome }) => outcome === "denied");
  if (escapeAttempts.length === 0 && denied.length < DENIED_CALLS) return undefined;
  return {
    permissions: [...new Set(escapeAttempts.map(({ permission }) => permission))],
    deniedCalls: denied.length,
  };
}

/** Said once for each row of failures. */
function repeatedFailures(habits: Habits, { status }: RunResult) {
  if (status === "completed") habits.failures = 0;
  else if (status !== "cancelled") habits.failures++;
  return habits.failures === FAILURES_IN_A_ROW && status !== "completed" && status !== "cancelled"
    ? { failures: habits.failures }
    : undefined;
}
