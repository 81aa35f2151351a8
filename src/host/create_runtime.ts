import { type Config, type ConfigInput, parseConfig } from "../config/config.ts";
import type {
  ContextOptions,
  FindToolsOptions,
  ReadToolsOptions,
} from "../discovery/tool_finder_types.ts";
import { AirlockError } from "../model/errors.ts";
import { OWNER_NAME, type Principal } from "../model/permission.ts";
import type { ResumeOptions, RunRequest, ToolRequest } from "../model/run_request.ts";
import type { RunResult } from "../model/run_result.ts";
import type { Approvals } from "../policy/approvals/approvals.ts";
import type { Skills } from "../program/wrappers.ts";
import { callTool } from "../runs/call_tool.ts";
import { chooseMode, modeFacts } from "../runs/choose_mode.ts";
import { executeRun } from "../runs/execute_run.ts";
import { runOrFallBack, withoutProgram } from "../runs/fall_back.ts";
import { Recorder } from "../runs/recorder.ts";
import type { RunHost } from "../runs/run_scope.ts";
import { Runs } from "../runs/runs.ts";
import type { Runtime } from "../runs/runtime.ts";
import type { RuntimeParts } from "../runs/runtime_parts.ts";
import { ToolJudge } from "../runs/tool_catalogue.ts";
import type { SkillLibrary } from "../skills/skill.ts";
import type { RunHistory } from "../storage/run_index.ts";
import type { Storage } from "../storage/ports.ts";
import { sureStorage } from "../storage/sure_storage.ts";
import { HostMetrics } from "../telemetry/host_metrics.ts";
import { type MetricsSnapshot, RunMetrics } from "../telemetry/run_metrics.ts";
import { runListeners } from "./run_listeners.ts";
import { startParts } from "./start_parts.ts";

/**
 * Creates a runtime: everything that runs share, started once. Servers are connected when the first
 * program needs them.
 *
 * @throws {AirlockError} CONFIG_INVALID
 *
 * @example
 * ```ts
 * import { createRuntime } from "./create_runtime.ts";
 *
 * await using runtime = await createRuntime({ mcpServers: {} });
 * const { status, value } = await runtime.run({ code: "return 6 * 7;" });
 * console.assert(status === "completed" && value === 42);
 * ```
 */
export async function createRuntime(
  config: Config | ConfigInput,
  { storage }: RuntimeOptions = {},
): Promise<Runtime> {
  const complete = "root" in config ? config as Config : await parseLibraryConfig(config);
  let runtime: AirlockRuntime | undefined = undefined;
  const metrics = new HostMetrics({
    running: () => runtime?.runningCount ?? 0,
    waiting: async () =>
      (await runtime?.approvals.list() ?? []).filter(({ state }) => state === "waiting").length,
  });
  const parts = await startParts(complete, {
    metrics,
    storage: storage && sureStorage(storage),
  });
  return runtime = new AirlockRuntime(complete, parts, metrics);
}

/** What a runtime is given beside its configuration. */
export interface RuntimeOptions {
  /**
   * Keeps runs, approvals and sessions; the caller disposes it after the runtime. Default: SQLite in
   * the folder of the state.
   */
  readonly storage?: Storage;
}

/** Without a folder for state, an embedded runtime keeps nothing. */
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
  readonly #host: RunHost;
  readonly #runs: Runs;
  readonly #recorder: Recorder;
  readonly #metrics = new RunMetrics();
  readonly #hostMetrics: HostMetrics;

  constructor(config: Config, parts: RuntimeParts, hostMetrics: HostMetrics) {
    this.config = config;
    this.#parts = parts;
    this.#hostMetrics = hostMetrics;
    const { store, audit, catalogue, logger, finder } = parts;
    const listeners = runListeners({ metrics: this.#metrics, hostMetrics, logger, finder });
    this.#recorder = new Recorder({ store, audit, listeners });
    this.#host = {
      config,
      parts,
      judge: new ToolJudge({ policy: config.policy, catalogue }),
      recorder: this.#recorder,
      track: (work) => this.#runs.track(work),
    };
    this.#runs = new Runs({
      ...{ config, parts, recorder: this.#recorder },
      execute: (run) => executeRun(run, this.#host),
    });
    parts.sessions.beforeClose((id) => this.#runs.cancelWaiting(id));
    parts.skills.testWith((code, skills) => this.#runs.track(this.#try(code, skills)));
  }

  run(request: RunRequest): Promise<RunResult> {
    return this.#runs.track(this.#answer(request));
  }

  callTool(request: ToolRequest): Promise<RunResult> {
    return this.#runs.track(this.#callTool(request));
  }

  resume(runId: string, options: ResumeOptions = {}): Promise<RunResult> {
    return this.#runs.track(this.#runs.resume(runId, options));
  }

  resumeLost(): void {
    this.#runs.recover();
  }

  get approvals(): Approvals {
    return this.#parts.approvals;
  }

  get skills(): SkillLibrary {
    return this.#parts.skills;
  }

  get history(): RunHistory {
    return this.#parts.store.index;
  }

  get sessions(): Runtime["sessions"] {
    return this.#parts.sessions;
  }

  /** Chooses how a program is carried out, where that is left to the host. */
  async #answer(request: RunRequest): Promise<RunResult> {
    const result = request.mode === "auto"
      ? await this.#runInMode(request)
      : await this.#runProgram(request);
    if (result.mode !== "classic") this.#recorder.answered(result);
    return result;
  }

  async #runInMode(request: RunRequest): Promise<RunResult> {
    const chosen = await chooseMode(request, modeFacts(request, this.#host));
    const { mode, reason: modeReason } = chosen;
    const result = {
      ...chosen.mode === "classic"
        ? await this.#callTool({ ...withoutProgram(request), ...chosen.call })
        : await this.#runProgram(request),
      mode,
      modeReason,
    };
    this.#runs.replaceResult(result);
    return result;
  }

  async #runProgram(request: RunRequest): Promise<RunResult> {
    const result = await runOrFallBack(request, {
      run: (request) => this.#runs.start(request),
      callTool: (request, fallbackOf) => this.#callTool(request, fallbackOf),
      judged: (tools) => this.#parts.catalogue.judged(tools),
    });
    if (result.fallback !== undefined) this.#runs.replaceResult(result);
    return result;
  }

  async #callTool(request: ToolRequest, fallbackOf?: string): Promise<RunResult> {
    const { server, tool, arguments: args } = request;
    const call = { server, tool, arguments: args };
    return await this.#runs.call(
      request,
      (run) => callTool(call, { run, host: this.#host, fallbackOf }),
    );
  }

  /** Runs the tests of a skill that is not saved yet, as a program that may call nothing. */
  async #try(code: string, skills: Skills): Promise<void> {
    const { status, error } = await this.#runs.start({ code }, { trial: skills });
    if (status === "completed") return;
    throw new AirlockError("REQUEST_INVALID", `Cannot save skill: its tests say ${error?.message}`);
  }

  find(runId: string, asker?: Principal): ReturnType<Runtime["find"]> {
    return this.#runs.find(runId, asker);
  }

  cancel(runId: string, asker?: Principal): Promise<boolean> {
    return this.#runs.cancel(runId, asker);
  }

  get runningCount(): number {
    return this.#runs.runningCount;
  }

  async metrics(): Promise<MetricsSnapshot> {
    const definitionModelTokens = await this.#parts.catalogue.definitionModelTokens();
    return { ...this.#metrics.snapshot(), definitionModelTokens };
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
    const skills = await this.#parts.skills.view(options.caller ?? NO_CALLER).names();
    return await this.#parts.finder.context({ skills, ...options });
  }

  wrapperText(server: string, tool: string): Promise<string | undefined> {
    return this.#parts.catalogue.readTool(server, tool);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#runs[Symbol.asyncDispose]();
    await this.#parts[Symbol.asyncDispose]();
  }
}

/** The name of no caller: it has the skills that all may use. */
const NO_CALLER = "";
