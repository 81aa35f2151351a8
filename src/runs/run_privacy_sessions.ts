import type { PrivacyLease, PrivacyService } from "../privacy/privacy_service.ts";
import type { BegunRun } from "./begin_run.ts";
import type { LetGo } from "./run_ends.ts";

/** Options of {@linkcode RunPrivacySessions}. */
export interface RunPrivacySessionsOptions {
  readonly privacyService: PrivacyService;
  /** Whether tokens are on disk, where another process finds them. */
  readonly isKept: boolean;
}

/** The doors of runs. That of a run without a session stays open until the run is let go. */
export class RunPrivacySessions implements AsyncDisposable {
  readonly #options: RunPrivacySessionsOptions;
  readonly #own = new Map<string, PrivacyLease>();

  constructor(options: RunPrivacySessionsOptions) {
    this.#options = options;
  }

  /** Opens a run's door, or gives the one that is open since the run was begun. */
  async open(run: BegunRun): Promise<PrivacyLease> {
    const { privacyService } = this.#options;
    if (run.session !== undefined) return await privacyService.open(run);
    const lease = this.#own.get(run.runId) ?? await privacyService.open(run);
    this.#own.set(run.runId, lease);
    return { privacy: lease.privacy, [Symbol.asyncDispose]: () => Promise.resolve() };
  }

  /** Closes the door of a run that has none of a session; forgets its tokens when it is over. */
  async letGo(runId: string, why: LetGo): Promise<void> {
    // Without a file this process alone knows the tokens of what waits.
    if (why === "waits" && !this.#options.isKept) return;
    const lease = this.#own.get(runId);
    this.#own.delete(runId);
    await lease?.[Symbol.asyncDispose]();
    if (why === "over") await this.#options.privacyService.forget(runId);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const runId of this.#own.keys()) await this.letGo(runId, "left");
  }
}
