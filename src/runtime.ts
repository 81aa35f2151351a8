import { join } from "@std/path";
import { type Config, type ConfigInput, parseConfig } from "./config.ts";
import { AirlockError } from "./errors.ts";
import type { ReachableTool } from "./policy/approvals/approval.ts";
import type { Approvals } from "./policy/approvals/approvals.ts";
import { RunGate } from "./policy/approvals/run_gate.ts";
import { checkPermission } from "./policy/check_permission.ts";
import { mayKnow, type Principal } from "./policy/permission.ts";
import { refuseRisk } from "./policy/refuse_risk.ts";
import type { Risk } from "./policy/risk.ts";
import { assessRisk } from "./policy/risk/assess_risk.ts";
import { correctionOf } from "./policy/risk/configured_rules.ts";
import { toolTraits } from "./policy/risk/tool_traits.ts";
import type { DoorLease } from "./privacy/doors.ts";
import type { RunDoor } from "./privacy/run_door.ts";
import { syntaxErrorOf } from "./program/explain_syntax_error.ts";
import { linkProgram } from "./program/link_program.ts";
import { type Program, readProgram } from "./program/read_program.ts";
import type { Skills } from "./program/wrappers.ts";
import type { Ending } from "./result/ending.ts";
import { createPathHider } from "./result/hide_paths.ts";
import { createOutlet } from "./result/outlet.ts";
import type { RunResult } from "./result/run_result.ts";
import { shapeResult } from "./result/shape_result.ts";
import type { Capability } from "./rpc/capability.ts";
import { storedEffects } from "./rpc/stored_effects.ts";
import type { RunAudit } from "./audit/audit_trail.ts";
import { auditApprovals } from "./runtime/audit_approvals.ts";
import { beginRun, type BegunRun } from "./runtime/begin_run.ts";
import { callClassic } from "./runtime/call_classic.ts";
import { runOrFallBack } from "./runtime/fall_back.ts";
import { HostMetrics } from "./metrics/host_metrics.ts";
import { refuseUnapproved } from "./policy/approvals/refuse_unapproved.ts";
import { CLASSIC_START, startOfProgram } from "./runtime/run_start.ts";
import { DurableRuns, type LetGo } from "./runtime/durable_runs.ts";
import { measureSpared } from "./runtime/measure_spared.ts";
import { type MetricsSnapshot, RunMetrics } from "./metrics/run_metrics.ts";
import { RunRegistry } from "./runtime/run_registry.ts";
import type { ResumeOptions, RunRequest, Runtime, ToolRequest } from "./runtime/runtime_types.ts";
import { type RuntimeParts, startParts } from "./runtime/runtime_parts.ts";
import { type AdmittedProgram, serveProgram } from "./runtime/serve_program.ts";
import type {
  ContextOptions,
  FindToolsOptions,
  ReadToolsOptions,
} from "./runtime/tool_finder_types.ts";
import type { Reservation, Sandbox, Worker } from "./sandbox/sandbox.ts";
import type { RoomFolders } from "./sandbox/room.ts";
import { type FolderWatch, watchFolders } from "./sandbox/watch_folders.ts";
import { keepDrafts } from "./skills/keep_drafts.ts";
import type { SkillLibrary } from "./skills/skill_library.ts";
import {
  moveFolder,
  openWhenNeeded,
  openWorkspace,
  type Workspace,
} from "./workspace/workspace.ts";
import { writeDownRun } from "./runtime/write_down_run.ts";

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
  readonly #registry = new RunRegistry();
  readonly #runs: DurableRuns;
  readonly #metrics = new RunMetrics();
  readonly #hostMetrics: HostMetrics;
  readonly #audits = new Map<string, RunAudit>();
  readonly #stopAuditing: () => void;
  readonly #running = new Set<Promise<unknown>>();
  readonly #ownDoors = new Map<string, DoorLease>();
  /** Requests that try a skill, each with the skills that it sees. */
  readonly #trials = new WeakMap<RunRequest, Skills>();

  constructor(config: Config, parts: RuntimeParts, metrics: HostMetrics) {
    this.config = config;
    this.#parts = parts;
    this.#hostMetrics = metrics;
    const { store, approvals, hostLock } = parts;
    this.#stopAuditing = auditApprovals(approvals, parts.audit);
    this.#runs = new DurableRuns({
      config,
      store,
      approvals,
      hostLock,
      registry: this.#registry,
      attempt: (run) => this.#attempt(run),
      onEnded: (result, run) => this.#ended(result, run),
      track: (work) => this.#track(work),
      letGo: (runId, why) => this.#track(this.#closeDoor(runId, why)),
    });
    parts.skills.testWith((code, skills) => this.#track(this.#try(code, skills)));
  }

  run(request: RunRequest): Promise<RunResult> {
    return this.#track(runOrFallBack(request, {
      run: (request) => this.#runs.start(request),
      callTool: (request, fallbackOf) => this.#callTool(request, fallbackOf),
      definitions: (servers) => this.#parts.catalogue.definitions(servers),
      ended: (result) => this.#noteProgram(result),
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

  #noteProgram(result: RunResult): void {
    const { runId, fallback } = result;
    if (fallback !== undefined) this.#registry.finish(result);
    const rate = this.#hostMetrics.addProgram(fallback?.code);
    if (rate !== undefined) this.#parts.logger.log("warn", "fallback.rate", { runId, rate });
  }

  /** The way of one call that needs no program. */
  async #callTool(request: ToolRequest, fallbackOf?: string): Promise<RunResult> {
    const run = beginRun(request, { config: this.config, registry: this.#registry });
    const audit = this.#parts.audit.begin(run);
    try {
      using used = run.session === undefined
        ? undefined
        : await this.#parts.sessions.use(run.session);
      const folder = used?.folder ?? join(this.config.folders.workspace, run.runId);
      await using lease = await this.#parts.doors.open(run);
      const { door } = lease;
      audit.started({ ...CLASSIC_START, fallbackOf });
      const { catalogue } = this.#parts;
      const checkTool = (tool: Capability) => this.#checkClassic(tool, run);
      const ending = await run.trace.stage(
        "execute",
        () => callClassic(request, { run, door, audit, catalogue, checkTool }),
      );
      const result = await this.#refuse(ending, { run, door }, openWhenNeeded(folder));
      audit.ended(result);
      this.#registry.finish(result);
      this.#count(result, run, "classic");
      return result;
    } catch (error) {
      this.#registry.forget(run.runId);
      run.trace.end(undefined);
      audit.gaveUp(codeOf(error));
      throw error;
    }
  }

  /** What a program could wait for a person for, a classic call may not do. */
  async #checkClassic(capability: Capability, run: BegunRun): Promise<void> {
    const { server, tool } = capability;
    const { stripper, wrappers, approvals } = this.#parts;
    const skills = this.#parts.skills.view(run.caller.name);
    await this.#checkTools([capability], { run, action: "Cannot call tool" });
    const words = [server, tool].map((word) => JSON.stringify(word)).join(", ");
    const code = `import { callTool } from "airlock";\nawait callTool(${words}, {});`;
    const risk = await this.#assess(await readProgram(code, { stripper, wrappers, skills }));
    run.assessed(risk);
    refuseRisk(risk, this.config.policy.risk);
    refuseUnapproved({
      tools: await this.#reachableTools([capability]),
      level: risk.level,
      approvals,
    });
  }

  #auditOf(run: BegunRun): RunAudit {
    const audit = this.#audits.get(run.runId) ?? this.#parts.audit.begin(run);
    this.#audits.set(run.runId, audit);
    return audit;
  }

  /** The way of one run, written down; of one that is resumed, once more. */
  async #attempt(run: BegunRun): Promise<RunResult> {
    const audit = this.#auditOf(run);
    try {
      const result = await this.#runOnce(run, audit);
      if (result.status === "waiting") audit.waits(result.approvals);
      return result;
    } catch (error) {
      this.#audits.delete(run.runId);
      run.trace.end(undefined);
      audit.gaveUp(codeOf(error));
      throw error;
    }
  }

  /** From request to result, or to where a person must decide. */
  async #runOnce(run: BegunRun, audit: RunAudit): Promise<RunResult> {
    const { isResumed } = run;
    using used = run.session === undefined
      ? undefined
      : await this.#parts.sessions.use(run.session);
    const session = used?.folder;
    await using lease = await this.#openDoor(run);
    const { door } = lease;
    const { folderGuard: guard } = this.#parts;
    const folders = watchFolders(this.#roomFolders(session), { guard, limits: run.limits });
    // Most programs are of low risk: their worker starts while they are read.
    const usual = this.#parts.sandboxes.at("low");
    using reservation = usual.reserve(this.#roomFolders(session));
    const program = await this.#admit(run, folders);
    const start = startOfProgram(program, { run, config: this.config });
    audit.started({ ...start, isResumed });
    if ("refused" in program) return await this.#refuse(program.refused, { run, door });
    const worker = await run.trace.stage(
      "worker",
      () => this.#takeWorker(program.risk, { reservation, usual, session }),
    );
    const result = await this.#execute(program, { run, door, audit, worker, session, folders });
    await this.#countSkills(program.skills, { run, result });
    return result;
  }

  /** Runs the tests of a skill that is not saved yet, as a program that may call nothing. */
  async #try(code: string, skills: Skills): Promise<void> {
    const request = { code };
    this.#trials.set(request, skills);
    const { status, error } = await this.#runs.start(request);
    if (status === "completed") return;
    throw new AirlockError("REQUEST_INVALID", `Cannot save skill: its tests say ${error?.message}`);
  }

  /** A run that somebody cancelled, or that waits, says nothing of what it used. */
  async #countSkills(
    names: readonly string[],
    { run, result: { status } }: { run: BegunRun; result: RunResult },
  ): Promise<void> {
    const saysNothing = status === "cancelled" || status === "waiting";
    if (names.length === 0 || saysNothing || this.#trials.has(run.request)) return;
    const succeeded = status === "completed";
    await this.#parts.skills.used(names, { caller: run.caller.name, succeeded });
  }

  /** That of a run without a session stays open until the run is let go. */
  async #openDoor(run: BegunRun): Promise<DoorLease> {
    if (run.session !== undefined) return await this.#parts.doors.open(run);
    const lease = this.#ownDoors.get(run.runId) ?? await this.#parts.doors.open(run);
    this.#ownDoors.set(run.runId, lease);
    return { door: lease.door, [Symbol.asyncDispose]: () => Promise.resolve() };
  }

  async #closeDoor(runId: string, why: LetGo): Promise<void> {
    // Without a file this process alone knows the tokens of what waits.
    if (why === "waits" && this.config.journal.keep === "memory") return;
    const lease = this.#ownDoors.get(runId);
    this.#ownDoors.delete(runId);
    await lease?.[Symbol.asyncDispose]();
    if (why === "over") await this.#parts.doors.forget(runId);
  }

  #ended(result: RunResult, run: BegunRun): void {
    this.#auditOf(run).ended(result);
    this.#audits.delete(run.runId);
    this.#count(result, run, "program");
    this.#learn(run, result);
  }

  #count(result: RunResult, run: BegunRun, mode: "program" | "classic"): void {
    this.#metrics.add(result, run.session);
    const risk = run.record().risk?.level ?? "unknown";
    this.#hostMetrics.addRun(result, { trace: run.trace, mode, risk });
    run.trace.end(result);
    const { runId, status, usage: { wallMs, calls } } = result;
    const code = result.error?.code;
    this.#parts.logger.log("info", "run.ended", { runId, status, code, wallMs, calls });
  }

  /** What was called tells which of the tools that a search found were wanted. */
  #learn({ runId, session }: BegunRun, { calls }: RunResult): void {
    const { finder } = this.#parts;
    finder.called(session ?? runId, calls.filter(({ outcome }) => outcome === "ok"));
    if (session === undefined) finder.forget(runId);
  }

  /** May it run, and as what? */
  async #admit(run: BegunRun, folders: FolderWatch) {
    const { stripper, wrappers, guestUrl, typeChecker } = this.#parts;
    const trial = this.#trials.get(run.request);
    const skills = trial ?? this.#parts.skills.view(run.caller.name);
    try {
      await folders.begin();
      const program = await run.trace.stage(
        "program",
        () => readProgram(run.code, { stripper, wrappers, skills }),
      );
      const risk = await run.trace.stage("risk", () => this.#assess(program));
      run.assessed(risk);
      await this.#checkTools(program.capabilities, { run, action: "Cannot run program" });
      refuseRisk(risk, this.config.policy.risk);
      const [warnings, linked] = await Promise.all([
        run.trace.stage("typecheck", () => typeChecker.check(run.code, program, skills)),
        linkProgram(program, { wrappers, guestUrl }),
      ]);
      writeDownRun(run, { programHash: program.hash, store: this.#parts.store });
      const tools = trial === undefined ? await this.#reachableTools(program.capabilities) : [];
      const gate = this.#gateOf(run, { programHash: program.hash, risk, tools });
      const verdict = gate.judgeProgram();
      if (verdict.kind === "refused") throw verdict.error;
      if (verdict.kind === "go") {
        return {
          ...program,
          ...linked,
          risk,
          tools,
          gate,
          warnings,
          skills: skillsOf(program),
        };
      }
      return { refused: { kind: "waiting", approvals: [verdict.approvalId] } satisfies Ending };
    } catch (cause) {
      // Whoever walks its tree may run out of stack.
      const error = cause instanceof RangeError ? syntaxErrorOf(cause) : cause;
      if (!(error instanceof AirlockError) || error.code === "BUSY") throw error;
      writeDownRun(run, { programHash: undefined, store: this.#parts.store });
      return { refused: { kind: "refused", error } satisfies Ending };
    }
  }

  #gateOf(
    { runId, session }: BegunRun,
    program: { programHash: string; risk: Risk; tools: readonly ReachableTool[] },
  ): RunGate {
    const { approvals } = this.#parts;
    return new RunGate({ runId, ...(session !== undefined && { session }), approvals, ...program });
  }

  /** What the tools are, by the configuration, by their servers' word and by their names. */
  async #reachableTools(capabilities: readonly Capability[]): Promise<ReachableTool[]> {
    const findTool = await this.#parts.catalogue.definitions(
      capabilities.map(({ server }) => server),
    );
    const { risk: policy } = this.config.policy;
    return capabilities.map((capability) => {
      const tool = findTool(capability);
      const correction = correctionOf(capability, policy);
      const { effect, by } = toolTraits(capability, { tool, correction });
      // A name that sounds harmless is nobody's word that a call may be made unasked.
      const believed = effect === "reads" && by === "name" ? "writes" : effect;
      return { ...capability, effect: believed, annotations: tool?.annotations };
    });
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

  /** The result of what needed no worker. */
  async #refuse(
    ending: Ending,
    { run, door }: Pick<ExecuteOptions, "run" | "door">,
    workspace?: Workspace,
  ) {
    const usage = { cpuMs: 0, peakMemoryBytes: 0 };
    const spared = await measureSpared(run, this.#parts.catalogue)();
    const effects = [...storedEffects(this.#parts.store.record(run.runId).calls).values()];
    const hidePaths = (text: string) => text;
    const outlet = createOutlet({ door, hidePaths });
    const nothing = { usage, spared, attempts: [], warnings: [], ...(workspace && { workspace }) };
    return await shapeResult({
      ...run.record(),
      ending,
      effects,
      ...nothing,
      hidePaths,
      outlet,
    });
  }

  async #execute(program: AdmittedProgram, options: ExecuteOptions): Promise<RunResult> {
    const { run, door, audit, worker, session, folders } = options;
    try {
      const workspace = await openWorkspace(worker.workspace, { isNew: session === undefined });
      const hidePaths = createPathHider({
        room: worker.room,
        folders: this.#shownFolders(worker.workspace),
        toSource: program.toSource,
      });
      const outlet = createOutlet({ door, hidePaths });
      const serving = {
        parts: this.#parts,
        config: this.config,
        run,
        worker,
        folders,
        door,
        outlet,
        audit,
        checkTool: (tool: Capability) =>
          this.#checkTools([tool], { run, action: "Cannot call tool" }),
      };
      const served = await run.trace.stage("execute", () => serveProgram(program, serving));
      const { warnings } = program;
      const shown = { ...run.record(), ...served, workspace, hidePaths, outlet, warnings };
      const result = await run.trace.stage("result", () => shapeResult(shown));
      // What waits is run again from the start, and writes its files again.
      if (result.status === "waiting") return result;
      const drafts = join(this.config.folders.state, "drafts");
      const drafted = await keepDrafts(worker.drafts, { drafts, runId: run.runId });
      if (session === undefined && result.files.length > 0) {
        await moveFolder(worker.workspace, join(this.config.folders.workspace, run.runId));
      }
      return { ...result, files: [...result.files, ...drafted] };
    } finally {
      // Nobody needs to wait until the process is gone and its room is cleared.
      this.#track(Promise.resolve(worker[Symbol.asyncDispose]()));
    }
  }

  get skills(): SkillLibrary {
    return this.#parts.skills;
  }

  get sessions(): Runtime["sessions"] {
    return this.#parts.sessions;
  }

  find(runId: string, asker?: Principal): ReturnType<Runtime["find"]> {
    if (!this.#mayKnow(runId, asker)) return undefined;
    return this.#registry.find(runId) ?? this.#runs.find(runId);
  }

  cancel(runId: string, asker?: Principal): boolean {
    if (!this.#mayKnow(runId, asker)) return false;
    return this.#registry.cancel(runId) || this.#runs.cancel(runId);
  }

  #mayKnow(runId: string, asker: Principal | undefined): boolean {
    const principal = this.#registry.principalOf(runId) ?? this.#runs.principalOf(runId);
    return principal !== undefined && mayKnow(asker, principal);
  }

  get runningCount(): number {
    return this.#registry.runningCount;
  }

  #roomFolders(workspace: string | undefined): RoomFolders {
    return { servers: this.config.folders.servers, workspace };
  }

  /** Folders of the host that a program's texts may name, and what they are to the program. */
  #shownFolders(workspaceDir: string): Record<string, string> {
    const { servers } = this.config.folders;
    return {
      [workspaceDir]: "./workspace",
      [servers]: "./servers",
      [this.#parts.dir]: "airlock",
    };
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
        : { ...server, error: this.#parts.doors.redact(server.error) }
    );
  }

  tools(server?: string): ReturnType<Runtime["tools"]> {
    return this.#parts.catalogue.tools(server);
  }

  forgetResults(server?: string): number {
    return this.#parts.results.forget(server);
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
    const skills = await this.#parts.skills.view(NOBODY).names();
    return await this.#parts.finder.context({ skills, ...options });
  }

  wrapperText(server: string, tool: string): Promise<string | undefined> {
    return this.#parts.catalogue.readTool(server, tool);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#runs.close();
    this.#registry.cancelAll();
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
    this.#stopAuditing();
    for (const runId of this.#ownDoors.keys()) await this.#closeDoor(runId, "left");
    await this.#parts[Symbol.asyncDispose]();
  }
}

/** Who has no skills but those that all may use. */
const NOBODY = "";

/** The skills that a program imports, and those that they import. */
function skillsOf({ modules }: Program): string[] {
  return modules.flatMap(({ skill }) => skill === undefined ? [] : [skill]);
}

function codeOf(error: unknown): string {
  return error instanceof AirlockError ? error.code : "INTERNAL";
}

interface ExecuteOptions {
  readonly run: BegunRun;
  readonly door: RunDoor;
  readonly audit: RunAudit;
  readonly worker: Worker;
  /** Folder of the session; absent for a workspace of the run's own. */
  readonly session: string | undefined;
  readonly folders: FolderWatch;
}
