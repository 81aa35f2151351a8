import { type Config, type ConfigInput, parseConfig } from "./config.ts";
import { AirlockError } from "./errors.ts";
import { linkProgram } from "./program/link_program.ts";
import { readProgram } from "./program/read_program.ts";
import type { Ending } from "./result/ending.ts";
import { createPathHider } from "./result/hide_paths.ts";
import type { RunResult } from "./result/run_result.ts";
import { shapeResult } from "./result/shape_result.ts";
import { refusalOf } from "./rpc/refusal_of.ts";
import { serveAsk } from "./rpc/serve_ask.ts";
import { createCallServer } from "./rpc/serve_call.ts";
import { serveLogs } from "./rpc/serve_logs.ts";
import { serveRun } from "./rpc/serve_run.ts";
import { beginRun, type BegunRun } from "./begin_run.ts";
import { RunRegistry } from "./run_registry.ts";
import type { RunRequest, Runtime } from "./runtime_types.ts";
import { type RuntimeParts, startParts } from "./runtime_parts.ts";
import type { ProcessUsage } from "./sandbox/process_usage.ts";
import { watchWorker } from "./sandbox/watch_worker.ts";
import { openWorkspace } from "./workspace/workspace.ts";

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
      await using workspace = await openWorkspace(this.config.folders.workspace, run);
      const program = await this.#admit(request.code);
      const { ending, usage, hidePaths } = "refused" in program
        ? { ending: program.refused, usage: NOTHING_USED, hidePaths: asItIs }
        : await this.#execute(program, { run, workspace });
      const result = await shapeResult({
        runId: run.runId,
        ending,
        limits: run.limits,
        calls: run.journal.calls(),
        logs: run.logs,
        usage: { ...usage, wallMs: run.elapsedMs() },
        workspace,
        hidePaths,
      });
      this.#registry.finish(result);
      return result;
    } catch (error) {
      this.#registry.forget(run.runId);
      throw error;
    }
  }

  /** May it run, and as what? */
  async #admit(code: string) {
    const { stripper, wrappers, skills, guestUrl } = this.#parts;
    try {
      const program = await readProgram(code, { stripper, wrappers, skills });
      const linked = await linkProgram(program, { wrappers, guestUrl });
      return { ...program, ...linked };
    } catch (error) {
      if (!(error instanceof AirlockError)) throw error;
      return { refused: { kind: "refused", error } satisfies Ending };
    }
  }

  async #execute(program: AdmittedProgram, { run, workspace }: ExecuteOptions) {
    const { folders } = this.config;
    const worker = await this.#parts.sandbox.start({
      runId: run.runId,
      files: program.files,
      folders: { servers: folders.servers, skills: folders.skills, workspace: workspace.dir },
      limits: run.limits,
    });
    const hidePaths = createPathHider({
      room: worker.room,
      folders: this.#shownFolders(workspace.dir),
      toSource: program.toSource,
    });
    const ended = new AbortController();
    const call = createCallServer({
      capabilities: program.capabilities,
      limits: run.limits,
      journal: run.journal,
      upstream: this.#parts.catalogue,
      signal: ended.signal,
    });
    try {
      const served = serveRun({
        connections: worker.connections,
        module: worker.module,
        limits: run.limits,
        services: {
          call,
          ask: (method, params) => serveAsk({ method, params }, this.#parts.catalogue),
        },
        refusalOf,
      });
      const logged = serveLogs(worker.output, {
        maxBytes: run.limits.outputBytes,
        log: ({ level, text }) => run.log({ level, text: hidePaths(text) }),
      });
      const { timeoutMs } = run.limits;
      const { signal } = run;
      return { ...await watchWorker(worker, { served, logged, timeoutMs, signal }), hidePaths };
    } finally {
      run.journal.close();
      ended.abort();
      // Nobody needs to wait until the process is gone and its room is cleared.
      this.#track(Promise.resolve(worker[Symbol.asyncDispose]()));
    }
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

  servers(): ReturnType<Runtime["servers"]> {
    return this.#parts.catalogue.servers();
  }

  tools(server?: string): ReturnType<Runtime["tools"]> {
    return this.#parts.catalogue.tools(server);
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
  & Awaited<ReturnType<typeof readProgram>>
  & Awaited<ReturnType<typeof linkProgram>>;

interface ExecuteOptions {
  readonly run: BegunRun;
  readonly workspace: { readonly dir: string };
}

const NOTHING_USED: ProcessUsage = { cpuMs: 0, peakMemoryBytes: 0 };

function asItIs(text: string): string {
  return text;
}
