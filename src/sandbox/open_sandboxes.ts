import type { Isolation } from "../config/isolation.ts";
import type { RiskLevel } from "../model/risk.ts";
import { findCpuCgroups } from "./cpu_cgroup.ts";
import { openTier } from "./open_tier.ts";
import { RecordPipes } from "./record_pipes.ts";
import type { Sandbox } from "./sandbox.ts";
import { tierAtRisk, tiersInUse } from "./tier_at_risk.ts";
import type { CreateTierOptions } from "./tier_offer.ts";
import { createWorkerPool, type CreateWorkerPoolOptions } from "./worker_pool.ts";

/** The sandboxes of a runtime, one for each tier in use. */
export interface Sandboxes extends AsyncDisposable {
  /** Where a program of a level runs. */
  at(level: RiskLevel): Sandbox;
  /** Ends what waits for runs of a session that is no more, by the path of its folder. */
  forget(workspace: string): void;
}

/** Options of {@linkcode openSandboxes}. */
export interface OpenSandboxesOptions
  extends CreateTierOptions, Omit<CreateWorkerPoolOptions, "tier" | "pipes" | "cgroups"> {
  readonly isolation: Isolation;
}

/**
 * Opens every tier that a program may need, before the first one comes. Workers wait only in that of
 * low risk: which level a program has is known after it was read.
 *
 * @throws {AirlockError} TIER_UNAVAILABLE with all that the machine lacks for any of them
 */
export async function openSandboxes(options: OpenSandboxesOptions): Promise<Sandboxes> {
  const { isolation } = options;
  await using opening = new AsyncDisposableStack();
  const sandboxes = new Map<string, Sandbox>();
  const shared = { pipes: new RecordPipes(options.dir), cgroups: await findCpuCgroups() };
  for (const [index, name] of tiersInUse(isolation).entries()) {
    const runtime = name === "container" ? isolation.runtime : undefined;
    const tier = await openTier({ tier: name, runtime }, options);
    const waiting = index === 0 ? {} : { idleWorkers: 0, idleSessions: 0 };
    sandboxes.set(name, opening.use(createWorkerPool({ ...options, ...waiting, ...shared, tier })));
  }
  const opened = opening.move();
  return {
    at: (level) => sandboxes.get(tierAtRisk(isolation, level))!,
    forget(workspace) {
      for (const sandbox of sandboxes.values()) sandbox.forget(workspace);
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
