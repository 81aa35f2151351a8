import { join } from "@std/path";
import { type Config, type ConfigInput, parseConfig } from "./config.ts";
import { AirlockError } from "./errors.ts";
import type { RunDoor } from "./privacy/run_door.ts";
import { linkProgram } from "./program/link_program.ts";
import { assessRisk } from "./policy/risk/assess_risk.ts";
import { checkPermission } from "./policy/check_permission.ts";
import type { Capability } from "./rpc/capability.ts";
import { refuseRisk } from "./policy/refuse_risk.ts";
import type { Risk } from "./policy/risk.ts";
import { type Program, readProgram } from "./program/read_program.ts";
import type { Ending } from "./result/ending.ts";
import { createPathHider } from "./result/hide_paths.ts";
import { createOutlet, type Outlet } from "./result/outlet.ts";
import type { EscapeAttempt, RunResult } from "./result/run_result.ts";
import { shapeResult } from "./result/shape_result.ts";
import { refusalOf } from "./rpc/refusal_of.ts";
import { serveAsk } from "./rpc/serve_ask.ts";
import { createCallServer } from "./rpc/serve_call.ts";
import { serveLogs } from "./rpc/serve_logs.ts";
import { serveRun } from "./rpc/serve_run.ts";
import { answerQuestions } from "./answer_questions.ts";
import { beginRun, type BegunRun } from "./begin_run.ts";
import { measureSpared } from "./measure_spared.ts";
import { type MetricsSnapshot, RunMetrics } from "./metrics/run_metrics.ts";
import { RunRegistry } from "./run_registry.ts";
import type { RunRequest, Runtime } from "./runtime_types.ts";
import { type RuntimeParts, startParts } from "./runtime_parts.ts";
import type { ContextOptions, FindToolsOptions, ReadToolsOptions } from "./tool_finder_types.ts";
import type { Reservation, Sandbox, Worker } from "./sandbox/sandbox.ts";
import type { RoomFolders } from "./sandbox/room.ts";
import { type FolderWatch, watchFolders } from "./sandbox/watch_folders.ts";
import { watchWorker } from "./sandbox/watch_worker.ts";
import { moveFolder, openWorkspace, sessionFolder } from "./workspace/workspace.ts";

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
  const complete = "root" in config ? config as Config : await parseConfig(config);
  return new AirlockRuntime(complete, await startParts(complete));
}

class AirlockRuntime implements Runtime {
  readonly config: Config;
  readonly #parts: RuntimeParts;
  readonly #registry = new RunRegistry();
  readonly #metrics = new RunMetrics();
  readonly #running = new Set<Promise<unknown>>();

  constructor(config: Config, parts: RuntimeParts) {
    this.config = config;
    this.#parts = parts;
  }

  run(request: RunRequest): Promise<RunResult> {
    return this.#track(this.#run(request));
  }

  /** Lets the end of the runtime wait for it. */
  #track<T>(work: Promise<T>): Promise<T> {
    this.#running.add(work);
    const forget = () => void this.#running.delete(work);
    work.then(forget, forget);
    return work;
  }

  /** The way of one run, from request to result. */
  async #run(request: RunRequest): Promise<RunResult> {
    const run = beginRun(request, { config: this.config, registry: this.#registry });
    try {
      const { workspace: root } = this.config.folders;
      const session = run.session && await sessionFolder(root, run.session);
      await using lease = await this.#parts.doors.open(run);
      const { door } = lease;
      const { folderGuard: guard } = this.#parts;
      const folders = watchFolders(this.#roomFolders(session), { guard, limits: run.limits });
      // Most programs are of low risk: their worker starts while they are read.
      const usual = this.#parts.sandboxes.at("low");
      using reservation = usual.reserve(this.#roomFolders(session));
      const program = await this.#admit(request.code, { run, folders });
      const result = "refused" in program
        ? await this.#refuse(program.refused, { run, door })
        : await this.#execute(program, {
          run,
          door,
          worker: await this.#takeWorker(program.risk, { reservation, usual, session }),
          session,
          folders,
        });
      this.#registry.finish(result);
      this.#metrics.add(result, run.session);
      this.#learn(run, result);
      return result;
    } catch (error) {
      this.#registry.forget(run.runId);
      throw error;
    }
  }

  /** What was called tells which of the tools that a search found were wanted. */
  #learn({ runId, session }: BegunRun, { calls }: RunResult): void {
    const { finder } = this.#parts;
    finder.called(session ?? runId, calls.filter(({ outcome }) => outcome === "ok"));
    if (session === undefined) finder.forget(runId);
  }

  /** May it run, and as what? */
  async #admit(code: string, { run, folders }: { run: BegunRun; folders: FolderWatch }) {
    const { stripper, wrappers, skills, guestUrl, typeChecker } = this.#parts;
    try {
      await folders.begin();
      const program = await readProgram(code, { stripper, wrappers, skills });
      const risk = await this.#assess(program);
      run.assessed(risk);
      await this.#checkTools(program.capabilities, { run, action: "Cannot run program" });
      refuseRisk(risk, this.config.policy.risk);
      const [warnings, linked] = await Promise.all([
        typeChecker.check(code, program),
        linkProgram(program, { wrappers, guestUrl }),
      ]);
      return { ...program, ...linked, risk, warnings };
    } catch (error) {
      if (!(error instanceof AirlockError)) throw error;
      return { refused: { kind: "refused", error } satisfies Ending };
    }
  }

  async #assess(program: Program): Promise<Risk> {
    const { risk: policy } = this.config.policy;
    const servers = program.capabilities.map(({ server }) => server);
    const findTool = await this.#parts.catalogue.definitions(servers);
    return assessRisk(program, { policy, findTool });
  }

  /** May the run call them, for what they are now? */
  async #checkTools(
    capabilities: readonly Capability[],
    { run: { permission }, action }: { run: BegunRun; action: string },
  ): Promise<void> {
    const { changedTools } = this.config.policy;
    if (changedTools === "quarantine") await this.#parts.catalogue.refuseChanged(capabilities);
    if (permission === "full") return;
    const servers = capabilities.map(({ server }) => server);
    const findTool = await this.#parts.catalogue.definitions(servers);
    const { risk: policy } = this.config.policy;
    checkPermission(capabilities, { permission, policy, findTool, action });
  }

  /** A worker that is ready is of no use to a program that needs a stronger tier. */
  async #takeWorker(
    { level }: Risk,
    { reservation, usual, session }: {
      reservation: Reservation;
      usual: Sandbox;
      session: string | undefined;
    },
  ): Promise<Worker> {
    const sandbox = this.#parts.sandboxes.at(level);
    if (sandbox === usual) return await reservation.take();
    using stronger = sandbox.reserve(this.#roomFolders(session));
    return await stronger.take();
  }

  async #refuse(ending: Ending, { run, door }: Pick<ExecuteOptions, "run" | "door">) {
    const usage = { cpuMs: 0, peakMemoryBytes: 0 };
    const spared = await measureSpared(run, this.#parts.catalogue)();
    const hidePaths = (text: string) => text;
    const outlet = createOutlet({ door, hidePaths });
    const nothing = { usage, spared, attempts: [], warnings: [] };
    return await shapeResult({ ...run.record(), ending, ...nothing, hidePaths, outlet });
  }

  async #execute(program: AdmittedProgram, options: ExecuteOptions): Promise<RunResult> {
    const { run, door, worker, session, folders } = options;
    try {
      const workspace = await openWorkspace(worker.workspace, { isNew: session === undefined });
      const hidePaths = createPathHider({
        room: worker.room,
        folders: this.#shownFolders(worker.workspace),
        toSource: program.toSource,
      });
      const outlet = createOutlet({ door, hidePaths });
      const watched = await this.#serve(program, { run, worker, folders, door, outlet });
      const record = run.record();
      const { warnings } = program;
      const shown = { workspace, hidePaths, outlet, warnings };
      const result = await shapeResult({ ...record, ...watched, ...shown });
      if (session === undefined && result.files.length > 0) {
        await moveFolder(worker.workspace, join(this.config.folders.workspace, run.runId));
      }
      return result;
    } finally {
      // Nobody needs to wait until the process is gone and its room is cleared.
      this.#track(Promise.resolve(worker[Symbol.asyncDispose]()));
    }
  }

  async #serve(program: AdmittedProgram, { run, worker, folders, door, outlet }: ServeOptions) {
    const ended = new AbortController();
    const questions = answerQuestions(this.#parts, run.session ?? run.runId);
    const call = createCallServer({
      capabilities: program.capabilities,
      limits: run.limits,
      journal: run.journal,
      upstream: this.#parts.catalogue,
      door,
      checkTool: (capability) =>
        this.#checkTools([capability], { run, action: "Cannot call tool" }),
      signal: ended.signal,
    });
    try {
      const served = serveRun({
        connections: worker.connections,
        module: await worker.furnish(program.files),
        limits: run.limits,
        services: {
          call: async (served) => {
            const body = await call(served);
            run.traffic.sample(body);
            return body;
          },
          ask: (method, params) => serveAsk({ method, params }, { ...questions, door }),
        },
        refusalOf,
      });
      const logged = serveLogs(worker.output, {
        maxBytes: run.limits.outputBytes,
        log: async ({ level, text }) => run.log({ level, text: await outlet.text(text) }),
      });
      const told: Promise<void>[] = [];
      worker.attempts.follow((attempt) => told.push(this.#tell(attempt, { run, outlet })));
      const { limits, signal } = run;
      const { onEscapeAttempt } = this.config.policy;
      const bounds = { limits, folders, onEscapeAttempt };
      const spared = measureSpared(run, this.#parts.catalogue);
      const watched = await watchWorker(worker, { served, logged, signal, ...bounds });
      await Promise.all(told);
      return { ...watched, spared: await spared() };
    } finally {
      run.journal.close();
      ended.abort();
    }
  }

  async #tell(attempt: EscapeAttempt, { run, outlet }: Pick<ServeOptions, "run" | "outlet">) {
    run.attempt({ ...attempt, value: await outlet.text(attempt.value) });
  }

  find(runId: string): ReturnType<Runtime["find"]> {
    return this.#registry.find(runId);
  }

  cancel(runId: string): boolean {
    return this.#registry.cancel(runId);
  }

  get runningCount(): number {
    return this.#registry.runningCount;
  }

  #roomFolders(workspace: string | undefined): RoomFolders {
    const { servers, skills } = this.config.folders;
    return { servers, skills, workspace };
  }

  /** Folders of the host that a program's texts may name, and what they are to the program. */
  #shownFolders(workspaceDir: string): Record<string, string> {
    const { servers, skills } = this.config.folders;
    return {
      [workspaceDir]: "./workspace",
      [servers]: "./servers",
      [skills]: "./skills",
      [this.#parts.dir]: "airlock",
    };
  }

  async metrics(): Promise<MetricsSnapshot> {
    const definitionModelTokens = await this.#parts.catalogue.definitionModelTokens();
    return { ...this.#metrics.snapshot(), definitionModelTokens };
  }

  servers(): ReturnType<Runtime["servers"]> {
    return this.#parts.catalogue.servers().map((server) =>
      server.error === undefined
        ? server
        : { ...server, error: this.#parts.doors.redact(server.error) }
    );
  }

  tools(server?: string): ReturnType<Runtime["tools"]> {
    return this.#parts.catalogue.tools(server);
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

  context(options?: ContextOptions): ReturnType<Runtime["context"]> {
    return this.#parts.finder.context(options);
  }

  wrapperText(server: string, tool: string): Promise<string | undefined> {
    return this.#parts.catalogue.readTool(server, tool);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#registry.cancelAll();
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
    await this.#parts[Symbol.asyncDispose]();
  }
}

type AdmittedProgram =
  & Program
  & { readonly risk: Risk }
  & Awaited<ReturnType<typeof linkProgram>>
  & { readonly warnings: readonly string[] };

interface ExecuteOptions {
  readonly run: BegunRun;
  readonly door: RunDoor;
  readonly worker: Worker;
  /** Folder of the session; absent for a workspace of the run's own. */
  readonly session: string | undefined;
  readonly folders: FolderWatch;
}

interface ServeOptions {
  readonly run: BegunRun;
  readonly worker: Worker;
  readonly folders: FolderWatch;
  readonly door: RunDoor;
  readonly outlet: Outlet;
}
