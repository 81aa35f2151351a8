import { type Config, type ConfigInput, parseConfig } from "../../src/config/config.ts";
import type { ApprovalsConfig } from "../../src/config/approvals.ts";
import { AirlockError } from "../../src/model/errors.ts";
import type { Tool } from "../../src/model/tool.ts";
import type { RunResult } from "../../src/model/run_result.ts";
import { type MetricsSnapshot, RunMetrics } from "../../src/telemetry/run_metrics.ts";
import { Approvals } from "../../src/policy/approvals/approvals.ts";
import { memoryStorage } from "../fixtures/storage/memory_storage.ts";
import { sessionIdOf, type SessionKey } from "../../src/workspace/session_id.ts";
import type { SessionInfo, Sessions } from "../../src/workspace/sessions.ts";
import { createSkillLibrary } from "../../src/skills/skill_library.ts";
import type { SkillLibrary } from "../../src/skills/skill.ts";
import { canAccess, OWNER_NAME, type Principal } from "../../src/model/permission.ts";
import type {
  ResumeOptions,
  RunEvent,
  RunRequest,
  ToolRequest,
} from "../../src/model/run_request.ts";
import type { Runtime, ServerInfo, ToolInfo } from "../../src/runs/runtime.ts";
import { createToolFinder, type ToolFinder } from "../../src/discovery/tool_finder.ts";
import type {
  ContextOptions,
  FindToolsOptions,
  ReadToolsOptions,
  ToolContext,
  ToolReading,
  ToolSearch,
} from "../../src/discovery/tool_finder_types.ts";

/** What stands for a program: it is run by name, in this process. */
export type FakeProgram = (run: FakeRun) => Promise<unknown> | unknown;

/** What a program sees of its run. */
export interface FakeRun {
  readonly runId: string;
  readonly request: RunRequest;
  readonly signal: AbortSignal;
  emit(event: RunEvent): void;
}

/** Options of {@linkcode createFakeRuntime}. */
export interface FakeRuntimeOptions {
  readonly config?: ConfigInput;
  /** Programs by the code that runs them. Any other code gives itself back. */
  readonly programs?: Readonly<Record<string, FakeProgram>>;
  /** Servers with their tools; null where it cannot be reached. */
  readonly servers?: Readonly<Record<string, readonly Tool[] | null>>;
  /** What the definitions of all tools cost. Default: nothing. */
  readonly definitionModelTokens?: number;
}

/** A run of the fake runtime: it can be cancelled, or has its result. */
interface FakeKnownRun {
  readonly principal: string;
  readonly cancelling?: AbortController;
  readonly result?: RunResult;
}

/** A runtime in memory: it keeps the promises of the interface, and starts nothing. */
export class FakeRuntime implements Runtime {
  readonly config: Config;
  readonly #options: FakeRuntimeOptions;
  readonly #known = new Map<string, FakeKnownRun>();
  readonly #metrics = new RunMetrics();
  #runs = 0;
  #approvals: Approvals | undefined;
  readonly sessions = new FakeSessions();
  /** In memory it has none, unless it is given another folder. */
  skills: SkillLibrary = fakeSkills("/nonexistent");

  constructor(config: Config, options: FakeRuntimeOptions) {
    this.config = config;
    this.#options = options;
  }

  async run(request: RunRequest): Promise<RunResult> {
    const runId = `run_${++this.#runs}`;
    const emit = request.onEvent ?? (() => {});
    const program = this.#options.programs?.[request.code] ?? (() => request.code);
    if (request.code === "busy") throw new AirlockError("BUSY", "Cannot start run: not now");
    const principal = request.principal?.name ?? OWNER_NAME;
    const cancelling = new AbortController();
    this.#known.set(runId, { principal, cancelling });
    const cancelled = cancelling.signal;
    const signal = AbortSignal.any([cancelled, request.signal ?? cancelled]);
    emit({ type: "started", runId });
    try {
      const value = await program({ runId, request, signal, emit });
      const result = fakeResult({
        runId,
        value,
        status: signal.aborted ? "cancelled" : "completed",
      });
      this.#known.set(runId, { principal, result });
      const { session: name } = request;
      const owner = principal;
      this.#metrics.add(result, name === undefined ? undefined : sessionIdOf({ name, owner }));
      return result;
    } catch (error) {
      this.#known.delete(runId);
      throw error;
    }
  }

  callTool({ arguments: value }: ToolRequest): Promise<RunResult> {
    const runId = `run_${++this.#runs}`;
    return Promise.resolve(fakeResult({ runId, value, status: "completed" }));
  }

  async resume(runId: string, { asker }: ResumeOptions = {}): Promise<RunResult> {
    const known = await this.find(runId, asker);
    if (known?.state === "finished") return known.result;
    throw new AirlockError("NOT_FOUND", "Cannot resume run: none is known");
  }

  resumeLost(): void {}

  get history(): never {
    throw new Error("a fake runtime has no journal");
  }

  get approvals(): Approvals {
    return this.#approvals ??= openApprovals(this.config.approvals);
  }

  find(runId: string, asker?: Principal): ReturnType<Runtime["find"]> {
    const known = this.#find(runId, asker);
    if (known?.result !== undefined) {
      return Promise.resolve({ state: "finished", result: known.result });
    }
    return Promise.resolve(known && { state: "running" });
  }

  cancel(runId: string, asker?: Principal): Promise<boolean> {
    const { cancelling } = this.#find(runId, asker) ?? {};
    cancelling?.abort();
    return Promise.resolve(cancelling !== undefined);
  }

  #find(runId: string, asker: Principal | undefined): FakeKnownRun | undefined {
    const known = this.#known.get(runId);
    return known && canAccess(asker, known.principal) ? known : undefined;
  }

  get runningCount(): number {
    return [...this.#known.values()].filter(({ cancelling }) => cancelling !== undefined).length;
  }

  metrics(): Promise<MetricsSnapshot> {
    return Promise.resolve({
      ...this.#metrics.snapshot(),
      definitionModelTokens: this.#options.definitionModelTokens ?? 0,
    });
  }

  servers(): readonly ServerInfo[] {
    return Object.entries(this.#options.servers ?? {}).map(([name, tools]) => ({
      name,
      kind: "stdio",
      folder: name,
      problems: [],
      changed: [],
      suspicious: [],
      ...(tools === null
        ? { state: "failed", error: "its command was not found", detail: "at /root/secret" }
        : { state: "connected", tools: tools.length }),
    }));
  }

  // deno-lint-ignore require-await -- as the interface has it
  async tools(server?: string): Promise<readonly ToolInfo[]> {
    const all = Object.entries(this.#options.servers ?? {});
    return all.filter(([name]) => (server ?? name) === name).flatMap(([name, tools]) => {
      if (tools === null && server !== undefined) {
        throw new AirlockError("SERVER_UNAVAILABLE", `Cannot list tools of ${name}: it is gone`);
      }
      return (tools ?? []).map((tool, index) => ({
        server: name,
        tool,
        module: `./servers/${name}/tool_${index}.ts`,
        exportName: `tool_${index}`,
      }));
    });
  }

  async searchTools(query: string, options: FindToolsOptions = {}): Promise<ToolSearch> {
    return await (await this.#finder()).search(query, options);
  }

  async readTools(
    names: readonly string[],
    options: ReadToolsOptions = {},
  ): Promise<ToolReading> {
    return await (await this.#finder()).read(names, options);
  }

  async context(options: ContextOptions = {}): Promise<ToolContext> {
    return await (await this.#finder()).context(options);
  }

  #finder(): Promise<ToolFinder> {
    return createToolFinder({
      config: { ...this.config, discovery: { learn: false } },
      upstreams: {
        status: () => this.servers(),
        catalogue: async (server) => (await this.tools(server)).map(({ tool }) => tool),
      },
      modulesOf: async (server) =>
        new Map((await this.tools(server)).map(({ tool, module }) => [tool.name, module])),
      wrapperText: (server, tool) => this.wrapperText(server, tool),
    });
  }

  metricsText(): Promise<string> {
    return Promise.resolve("airlock_runs_total 0\n");
  }

  forgetResults(_server?: string): number {
    return 0;
  }

  async wrapperText(server: string, name: string): Promise<string | undefined> {
    const found = (await this.tools(server)).find(({ tool }) => tool.name === name);
    return found && `export function ${found.exportName}() {}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { cancelling } of this.#known.values()) cancelling?.abort();
    await Promise.resolve();
  }
}

/** The skills of a folder, whose modules nobody checks; the owner has one run, "run_1". */
export function fakeSkills(dir: string): SkillLibrary {
  return createSkillLibrary({
    dir,
    check: () => Promise.resolve({ tools: [], skills: [], risk: "low" }),
    moduleOfRun: (runId, owner) =>
      runId === "run_1" && owner === OWNER_NAME
        ? Promise.resolve("export async function run() {}")
        : Promise.reject(new AirlockError("NOT_FOUND", "Cannot save skill: there is no run")),
    promisesOf: () => Promise.resolve(""),
  });
}

/** Sessions without files. */
class FakeSessions implements Sessions {
  readonly #known = new Map<string, SessionInfo>();

  create({ name, owner }: SessionKey): Promise<SessionInfo> {
    const now = new Date(0).toISOString();
    const info = { name, owner, createdAt: now, usedAt: now, runs: 0 };
    this.#known.set(sessionIdOf({ name, owner }), info);
    return Promise.resolve(info);
  }

  find(key: SessionKey): Promise<SessionInfo | undefined> {
    return Promise.resolve(this.#known.get(sessionIdOf(key)));
  }

  list(owner?: string): Promise<SessionInfo[]> {
    const all = [...this.#known.values()];
    return Promise.resolve(all.filter((one) => (owner ?? one.owner) === one.owner));
  }

  // deno-lint-ignore require-await -- as the interface has it
  async close(key: SessionKey): Promise<void> {
    if (this.#known.delete(sessionIdOf(key))) return;
    throw new AirlockError("NOT_FOUND", "Cannot close session: there is none of this name");
  }
}

/** Makes a runtime in memory. */
export async function createFakeRuntime(options: FakeRuntimeOptions = {}): Promise<FakeRuntime> {
  return new FakeRuntime(await parseConfig(options.config ?? {}), options);
}

/** Approvals in memory. */
export function openApprovals(config: ApprovalsConfig, isShared = true): Approvals {
  return new Approvals({ storage: memoryStorage({ isShared }), config });
}

/** Resolves when the run is cancelled. */
export function untilCancelled({ signal }: FakeRun): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const end = () => resolve("cancelled");
  if (signal.aborted) end();
  signal.addEventListener("abort", end);
  return promise;
}

export function fakeResult(
  { runId, value, status }: { runId: string; value: unknown; status: RunResult["status"] },
): RunResult {
  return {
    runId,
    status,
    risk: null,
    value: value as RunResult["value"],
    logs: [],
    calls: [],
    effects: [],
    approvals: [],
    error: status === "cancelled" ? { code: "CANCELLED", message: "The run was cancelled" } : null,
    usage: {
      wallMs: 1,
      cpuMs: null,
      peakMemoryBytes: null,
      calls: 0,
      intermediateBytes: 0,
      modelTokens: 1,
      programModelTokens: 1,
      intermediateModelTokens: 0,
      savedModelTokens: -2,
      definitionModelTokens: 0,
    },
    warnings: [],
    files: [],
    suspicious: [],
    escapeAttempts: [],
  };
}
