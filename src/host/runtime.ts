import { type Config, type ConfigInput, parseConfig } from "../config/config.ts";
import { AirlockError } from "../model/errors.ts";
import { HostMetrics } from "../telemetry/host_metrics.ts";
import type { MetricsSnapshot } from "../telemetry/run_metrics.ts";
import type { Approvals } from "../policy/approvals/approvals.ts";
import { canAccess, OWNER_NAME, type Principal } from "../model/permission.ts";
import { busyWhereNoMore } from "../process/no_more_now.ts";
import type { Skills } from "../program/wrappers.ts";
import type { RunResult } from "../model/run_result.ts";
import { beginRun, type BegunRun } from "../runs/begin_run.ts";
import { DurableRuns } from "../runs/durable_runs.ts";
import { runOrFallBack } from "../runs/fall_back.ts";
import { RunRecorder } from "../runs/run_recorder.ts";
import { RunPrivacySessions } from "../runs/run_privacy_sessions.ts";
import { runProgram } from "../runs/run_program.ts";
import { RunRegistry } from "../runs/run_registry.ts";
import type { RunServices } from "../runs/run_services.ts";
import { runTool } from "../runs/run_tool.ts";
import type { RuntimeParts } from "../runs/runtime_parts.ts";
import { startParts } from "./start_parts.ts";
import type { ResumeOptions, RunRequest, ToolRequest } from "../model/run_request.ts";
import type { Runtime } from "../runs/runtime_types.ts";
import type {
  ContextOptions,
  FindToolsOptions,
  ReadToolsOptions,
} from "../discovery/tool_finder_types.ts";
import { ToolJudge } from "../runs/tool_judge.ts";
import type { SkillLibrary } from "../skills/skill_library.ts";

/**
 * Creates a runtime: everything that runs share, started once. Servers are connected when the first
 * program needs them.
 *
 * @throws {AirlockError} CONFIG_INVALID
 *
 * @example
 * ```ts
 * import { createRuntime } from "./runtime.ts";
 *
 * await using runtime = await createRuntime({ mcpServers: {} });
 * const { status, value } = await runtime.run({ code: "return 6 * 7;" });
 * console.assert(status === "completed" && value === 42);
 * ```
 */
export async function createRuntime(config: Config | ConfigInput): Promise<Runtime> {
  const complete = "root" in config ? config as Config : await parseLibraryConfig(config);
  let runtime: AirlockRuntime | undefined = undefined;
  const metrics = new HostMetrics({
    running: () => runtime?.runningCount ?? 0,
    waiting: () => runtime?.approvals.list().filter(({ state }) => state === "waiting").length ?? 0,
  });
  return runtime = new AirlockRuntime(complete, await startParts(complete, { metrics }), metrics);
}

/** Who embeds Airlock and names no folder for what it keeps finds nothing kept. */
async function parseLibraryConfig(config: ConfigInput): Promise<Config> {
  const enabled = config.folders?.state !== undefined;
  return await parseConfig({
    ...config,
    journal: { keep: enabled ? "file" : "memory", ...config.journal },
    audit: { enabled, ...config.audit },
  });
}

class AirlockRuntime implements Runtime {
  readonly config: Config;
  readonly #parts: RuntimeParts;
  readonly #services: RunServices;
  readonly #registry = new RunRegistry();
  readonly #runs: DurableRuns;
  readonly #books: RunRecorder;
  readonly #hostMetrics: HostMetrics;
  readonly #running = new Set<Promise<unknown>>();

  constructor(config: Config, parts: RuntimeParts, hostMetrics: HostMetrics) {
    this.config = config;
    this.#parts = parts;
    this.#hostMetrics = hostMetrics;
    this.#books = new RunRecorder({ parts, hostMetrics });
    const { store, approvals, hostLock, catalogue } = parts;
    this.#services = {
      config,
      parts,
      judge: new ToolJudge({ policy: config.policy, catalogue }),
      privacySessions: new RunPrivacySessions({
        privacyService: parts.privacyService,
        isKept: config.journal.keep !== "memory",
      }),
      trials: new WeakMap(),
      track: (work) => this.#track(work),
    };
    this.#runs = new DurableRuns({
      config,
      store,
      approvals,
      hostLock,
      registry: this.#registry,
      attempt: (run) => this.#attempt(run),
      admit: (principal) => parts.principalCpu.refuseOver(principal),
      onEnded: (result, run) => this.#books.ended(result, { run, mode: result.mode ?? "program" }),
      track: (work) => this.#track(work),
      letGo: (runId, why) => {
        this.#books.letGo(runId);
        return this.#track(this.#services.privacySessions.letGo(runId, why));
      },
    });
    parts.sessions.beforeClose((id) => this.#runs.cancelWaiting(id));
    parts.skills.testWith((code, skills) => this.#track(this.#try(code, skills)));
  }

  run(request: RunRequest): Promise<RunResult> {
    return this.#track(runOrFallBack(request, {
      run: (request) => this.#runs.start(request),
      callTool: (request, fallbackOf) => this.#callTool(request, fallbackOf),
      judged: (tools) => this.#parts.catalogue.judged(tools),
      ended: (result) => {
        if (result.fallback !== undefined) this.#registry.finish(result);
        this.#books.noteFallback(result);
      },
    }));
  }

  callTool(request: ToolRequest): Promise<RunResult> {
    return this.#track(this.#callTool(request));
  }

  resume(runId: string, options: ResumeOptions = {}): Promise<RunResult> {
    return this.#track(this.#runs.resume(runId, options));
  }

  resumeLost(): void {
    this.#runs.resumeLost();
  }

  get approvals(): Approvals {
    return this.#parts.approvals;
  }

  /** Lets the end of the runtime wait for it. */
  #track<T>(work: Promise<T>): Promise<T> {
    this.#running.add(work);
    const forget = () => void this.#running.delete(work);
    work.then(forget, forget);
    return work;
  }

  /** One call that needs no program, written down. */
  async #callTool(request: ToolRequest, fallbackOf?: string): Promise<RunResult> {
    const run = beginRun(request, { config: this.config, registry: this.#registry });
    const audit = this.#books.auditOf(run);
    try {
      const result = await runTool(request, { ...this.#services, run, audit, fallbackOf });
      this.#books.ended(result, { run, mode: "classic" });
      this.#registry.finish(result);
      return result;
    } catch (error) {
      this.#registry.forget(run.runId);
      this.#books.gaveUp(run, codeOf(error));
      throw error;
    }
  }

  /** The way of one run, written down; of one that is resumed, once more. */
  async #attempt(run: BegunRun): Promise<RunResult> {
    const audit = this.#books.auditOf(run);
    try {
      const result = await runProgram(run, { ...this.#services, audit });
      if (result.status === "waiting") audit.waits(result.approvals);
      return result;
    } catch (thrown) {
      const error = busyWhereNoMore(thrown, "Cannot run program");
      this.#books.gaveUp(run, codeOf(error));
      throw error;
    }
  }

  /** Runs the tests of a skill that is not saved yet, as a program that may call nothing. */
  async #try(code: string, skills: Skills): Promise<void> {
    const request = { code };
    this.#services.trials.set(request, skills);
    const { status, error } = await this.#runs.start(request);
    if (status === "completed") return;
    throw new AirlockError("REQUEST_INVALID", `Cannot save skill: its tests say ${error?.message}`);
  }

  get skills(): SkillLibrary {
    return this.#parts.skills;
  }

  get sessions(): Runtime["sessions"] {
    return this.#parts.sessions;
  }

  find(runId: string, asker?: Principal): ReturnType<Runtime["find"]> {
    if (!this.#canAccess(runId, asker)) return undefined;
    return this.#registry.find(runId) ?? this.#runs.find(runId);
  }

  cancel(runId: string, asker?: Principal): boolean {
    if (!this.#canAccess(runId, asker)) return false;
    return this.#registry.cancel(runId) || this.#runs.cancel(runId);
  }

  #canAccess(runId: string, asker: Principal | undefined): boolean {
    const principal = this.#registry.principalOf(runId) ?? this.#runs.principalOf(runId);
    return principal !== undefined && canAccess(asker, principal);
  }

  get runningCount(): number {
    return this.#registry.runningCount;
  }

  async metrics(): Promise<MetricsSnapshot> {
    const definitionModelTokens = await this.#parts.catalogue.definitionModelTokens();
    return { ...this.#books.snapshot(), definitionModelTokens };
  }

  metricsText(): Promise<string> {
    return this.#hostMetrics.text();
  }

  servers(): ReturnType<Runtime["servers"]> {
    return this.#parts.catalogue.servers().map((server) =>
      server.error === undefined
        ? server
        : { ...server, error: this.#parts.privacyService.redact(server.error) }
    );
  }

  tools(server?: string): ReturnType<Runtime["tools"]> {
    return this.#parts.catalogue.tools(server);
  }

  forgetResults(server?: string, asker?: Principal): number {
    // What was answered to others is the owner's to forget.
    const principal = asker === undefined || asker.name === OWNER_NAME ? undefined : asker.name;
    return this.#parts.results.forget({ server, principal });
  }

  searchTools(query: string, options?: FindToolsOptions): ReturnType<Runtime["searchTools"]> {
    return this.#parts.finder.search(query, options);
  }

  readTools(
    names: readonly string[],
    options?: ReadToolsOptions,
  ): ReturnType<Runtime["readTools"]> {
    return this.#parts.finder.read(names, options);
  }

  async context(options: ContextOptions = {}): ReturnType<Runtime["context"]> {
    const skills = await this.#parts.skills.view(options.caller ?? NOBODY).names();
    return await this.#parts.finder.context({ skills, ...options });
  }

  wrapperText(server: string, tool: string): Promise<string | undefined> {
    return this.#parts.catalogue.readTool(server, tool);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#runs.close();
    this.#registry.cancelAll();
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
    await this.#services.privacySessions[Symbol.asyncDispose]();
    await this.#parts[Symbol.asyncDispose]();
  }
}

/** Who has no skills but those that all may use. */
const NOBODY = "";

function codeOf(error: unknown): string {
  return error instanceof AirlockError ? error.code : "INTERNAL";
}
