import type { KnownRun, ResumeOptions, RunRequest, ToolRequest } from "../model/run_request.ts";
import type { Config } from "../config/config.ts";
import type { ApprovalQueue } from "../policy/approvals/approval_queue.ts";
import type { RunResult } from "../model/run_result.ts";
import type { Principal } from "../model/permission.ts";
import type { MetricsSnapshot } from "../telemetry/run_metrics.ts";
import type { ChangedTool, ServerStatus, Tool, ToolProblem } from "../model/tool.ts";
import type { SkillLibrary } from "../skills/skill.ts";
import type { RunHistory } from "../storage/run_index.ts";
import type { Sessions } from "../workspace/sessions.ts";
import type {
  ContextOptions,
  FindToolsOptions,
  ReadToolsOptions,
  ToolContext,
  ToolReading,
  ToolSearch,
} from "../discovery/tool_finder_types.ts";

/** What is known of a configured server. */
export interface ServerInfo extends ServerStatus {
  /** Its folder under `servers/`; absent where it is disabled. */
  readonly folder?: string;
  /** Its tools that are no longer what was accepted, as far as they were looked at. */
  readonly changed: readonly ChangedTool[];
  /** What in its tools' words is there for a model. */
  readonly suspicious: readonly ToolProblem[];
  /** Names of its tools whose words are withheld until a person accepts them. */
  readonly withheld?: readonly string[];
}

/** A tool, and what a program imports to call it. */
export interface ToolInfo {
  /** The server's name in the configuration. */
  readonly server: string;
  /** As its server lists it. */
  readonly tool: Tool;
  /** Such as `./servers/crm/list_leads.ts` */
  readonly module: string;
  /** The function that the module exports. */
  readonly exportName: string;
}

/** Runs programs. */
export interface Runtime extends AsyncDisposable {
  /** What it was created with, complete. */
  readonly config: Config;
  /**
   * Runs a program. Whatever it does is a result; what cannot be tried is an error.
   *
   * @throws {AirlockError} REQUEST_INVALID, TOO_LARGE, BUSY, WORKER_UNAVAILABLE,
   * IDEMPOTENCY_CONFLICT
   */
  run(request: RunRequest): Promise<RunResult>;
  /**
   * Calls one tool without a program: through the same door, checks and audit. Whatever it does is a
   * result.
   *
   * @throws {AirlockError} REQUEST_INVALID
   */
  callTool(request: ToolRequest): Promise<RunResult>;
  /**
   * Goes on with a run that waits, or whose host died: its program starts again, and what it called
   * before is not called again. Gives the result of a run that has one.
   *
   * @throws {AirlockError} NOT_FOUND, NOT_RESUMABLE and what `run` throws
   */
  resume(runId: string, options?: ResumeOptions): Promise<RunResult>;
  /** Goes on with all runs whose host died, and with those that wait as soon as they may. */
  resumeLost(): void;
  /** What persons are asked and what they said. */
  readonly approvals: ApprovalQueue;
  /** What programs can import beside tools. */
  readonly skills: SkillLibrary;
  /** The sessions of all callers. */
  readonly sessions: Sessions;
  /** The runs in the journal, also of before: by filter, in pages, counted over time. */
  readonly history: RunHistory;
  /** Returns what is known of a run; undefined where it is another principal's than the asker's. */
  find(runId: string, asker?: Principal): Promise<KnownRun | undefined>;
  /** Cancels a run; false where it is not under way, or is another principal's than who asks. */
  cancel(runId: string, asker?: Principal): Promise<boolean>;
  /** How many runs are under way. */
  readonly runningCount: number;
  /** What the runs came to since the runtime was created. */
  metrics(): Promise<MetricsSnapshot>;
  /** The same and more, in the text format of Prometheus. */
  metricsText(): Promise<string>;
  /** All configured servers. Starts none. */
  servers(): readonly ServerInfo[];
  /**
   * The tools of all servers, those that are down left out; or of one server.
   *
   * @throws {AirlockError} NOT_FOUND or SERVER_UNAVAILABLE, where one server is asked for
   */
  tools(server?: string): Promise<readonly ToolInfo[]>;
  /**
   * Forgets the answers of tools that are kept, of one server or all; gives how many. Of who asks, but
   * of everybody where that is the owner.
   */
  forgetResults(server?: string, asker?: Principal): number;
  /** Finds tools by what they do: a few keywords, or a whole task in sentences. */
  searchTools(query: string, options?: FindToolsOptions): Promise<ToolSearch>;
  /** Reads tools by `server/tool` or by what a program imports; names of none give the nearest. */
  readTools(names: readonly string[], options?: ReadToolsOptions): Promise<ToolReading>;
  /** Tells a model what is connected. */
  context(options?: ContextOptions): Promise<ToolContext>;
  /** The text of a tool's wrapper; undefined where there is no such tool. */
  wrapperText(server: string, tool: string): Promise<string | undefined>;
}
