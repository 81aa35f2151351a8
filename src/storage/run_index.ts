import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import type { RiskLevel } from "../model/risk.ts";
import type { RunStatus } from "../model/run_result.ts";
import { atOnce } from "./database.ts";
import type { EventLog, FeedEvent } from "./ports.ts";
import type { CallOutcome, NewCall, NewRun } from "./stored_run.ts";

/** What happens to a run, in the order of its log. */
export type RunEvent =
  | { readonly kind: "begun"; readonly owner: string; readonly run: Omit<NewRun, "runId"> }
  | { readonly kind: "claimed"; readonly owner: string }
  | { readonly kind: "resumed" | "paused" | "void" }
  | { readonly kind: "call"; readonly call: Omit<NewCall, "runId"> }
  | {
    readonly kind: "settled";
    /** The sequence of the call. */
    readonly call: number;
    readonly order: number;
    readonly outcome: CallOutcome["kind"];
  }
  | { readonly kind: "clock"; readonly reads: readonly number[] }
  | {
    readonly kind: "finished";
    /** Milliseconds since 1970. */
    readonly at: number;
    readonly status: RunStatus;
    readonly risk?: RiskLevel | undefined;
    /** Masked. */
    readonly error?: string | undefined;
    /** The tools that it called, of which an index may have missed the calls. */
    readonly tools?: readonly (readonly [server: string, tool: string])[] | undefined;
  };

/** A run as the index has it. */
export interface IndexedRun {
  /** Id of the run. */
  readonly runId: string;
  /** A waiting run needs a decision; one under way may be another host's. */
  readonly state: "running" | "waiting" | "finished";
  /** The status of its result; null until it is finished. */
  readonly status: RunStatus | null;
  /** The program's risk; null until it is finished, and where it was refused before. */
  readonly risk: RiskLevel | null;
  /** The caller's name; null for the owner of before principals. */
  readonly principal: string | null;
  /** Name of its session; null where it has none. */
  readonly session: string | null;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Milliseconds since 1970; null until it is finished. */
  readonly finishedAt: number | null;
}

/** A run of the index, with its place in the log. */
export interface LocatedRun extends IndexedRun {
  /** The host that has it. */
  readonly owner: string;
  readonly lastSequence: number;
  /** The sequence of the event with its latest result. */
  readonly resultSequence: number | null;
}

/** What runs are looked for; all that is given must fit. */
export interface RunFilter {
  /** Its state. */
  readonly state?: IndexedRun["state"] | undefined;
  /** The status of its result. */
  readonly status?: RunStatus | undefined;
  /** The program's risk. */
  readonly risk?: RiskLevel | undefined;
  /** The caller's name. */
  readonly principal?: string | undefined;
  /** Name of its session. */
  readonly session?: string | undefined;
  /** A server that it called. */
  readonly server?: string | undefined;
  /** A tool that it called. */
  readonly tool?: string | undefined;
  /** Part of its id, principal, session, tools, masked arguments or error. */
  readonly text?: string | undefined;
  /** Begun at this time or later, in milliseconds since 1970. */
  readonly from?: number | undefined;
  /** Begun before, in milliseconds since 1970. */
  readonly to?: number | undefined;
}

/** Events that one catch-up reads at once. */
const BATCH = 500;
/** Characters of a run that are searched. */
const MAX_TEXT = 4_000;
const MAX_PAGE = 500;

const TABLES = `
CREATE TABLE IF NOT EXISTS run_index (
  run_id TEXT PRIMARY KEY,
  state TEXT NOT NULL,
  status TEXT,
  risk TEXT,
  owner TEXT NOT NULL,
  principal TEXT,
  session TEXT,
  started_at REAL NOT NULL,
  finished_at REAL,
  last_sequence INTEGER NOT NULL,
  result_sequence INTEGER,
  text TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS run_index_by_start ON run_index (started_at);
CREATE INDEX IF NOT EXISTS run_index_by_end ON run_index (finished_at);
CREATE INDEX IF NOT EXISTS run_index_by_state ON run_index (state, owner);
CREATE TABLE IF NOT EXISTS run_index_tools (
  run_id TEXT NOT NULL, server TEXT NOT NULL, tool TEXT NOT NULL,
  PRIMARY KEY (run_id, server, tool)
) STRICT;
CREATE TABLE IF NOT EXISTS run_index_end (id INTEGER PRIMARY KEY CHECK (id = 1), position INTEGER) STRICT;
INSERT OR IGNORE INTO run_index_end VALUES (1, 0);
`;

const SHOWN = "run_id AS runId, state, status, risk, principal, session, " +
  "started_at AS startedAt, finished_at AS finishedAt";
const COLUMNS = `${SHOWN}, owner, last_sequence AS lastSequence, ` +
  "result_sequence AS resultSequence";

/** A page of runs. */
export interface RunPage {
  /** The latest first. */
  readonly runs: readonly IndexedRun[];
  /** Where the next page begins; undefined where this is the last. */
  readonly next: string | undefined;
}

/** How many runs of a status were finished in a step of time. */
export interface RunCount {
  /** The beginning of the step, in milliseconds since 1970. */
  readonly at: number;
  /** The status of their results. */
  readonly status: RunStatus;
  /** Number of runs. */
  readonly count: number;
}

/** What has happened to a run. */
export interface RunStep {
  /** Id of the run. */
  readonly runId: string;
  /** Its place among the steps of all runs: ascending, with gaps. */
  readonly position: number;
  /** Such as "begun", "call", "settled", "paused" or "finished". */
  readonly kind: string;
}

/** The runs of a journal. */
export interface RunHistory {
  /**
   * Returns a page of runs, the latest first.
   *
   * @param page.limit At most 500. Default: 100
   * @param page.before The `next` of the page before
   */
  list(filter: RunFilter, page?: { limit?: number; before?: string | undefined }): Promise<RunPage>;
  /** Counts the runs that were finished in a span of time, by status; all in milliseconds. */
  series(
    span: { readonly from: number; readonly to: number; readonly stepMs: number },
  ): Promise<RunCount[]>;
  /**
   * Returns the steps of all runs after a position.
   *
   * @param limit At most 500, which is the default
   */
  stepsAfter(position: number, limit?: number): Promise<RunStep[]>;
}

/** The run index: a local SQLite projection of the run journal, made again where it is missing. */
export class RunIndex implements RunHistory {
  readonly #log: EventLog<RunEvent>;
  readonly #database: DatabaseSync;
  readonly #statements;

  constructor(log: EventLog<RunEvent>, database: DatabaseSync) {
    this.#log = log;
    this.#database = database;
    database.exec(TABLES);
    this.#statements = prepareStatements(database);
  }

  /** Returns the run of the id. */
  async find(runId: string): Promise<LocatedRun | undefined> {
    await this.#catchUp();
    return this.#statements.find.get(runId) as unknown as LocatedRun | undefined;
  }

  /** Returns the runs without a result, of one host or all, the oldest first. */
  async unfinished(owner?: string): Promise<LocatedRun[]> {
    await this.#catchUp();
    return this.#statements.unfinished.all(owner ?? null) as unknown as LocatedRun[];
  }

  /** Returns the hosts of the runs without a result. */
  async owners(): Promise<string[]> {
    await this.#catchUp();
    return this.#statements.owners.all().map(({ owner }) => String(owner));
  }

  /** Returns the ids of runs that were finished before, in milliseconds since 1970. */
  async finishedBefore(time: number): Promise<string[]> {
    await this.#catchUp();
    return this.#statements.finishedBefore.all(time).map(({ run_id }) => String(run_id));
  }

  async list(
    filter: RunFilter,
    { limit = 100, before }: { limit?: number; before?: string | undefined } = {},
  ): Promise<RunPage> {
    await this.#catchUp();
    const page = Math.min(Math.max(1, limit), MAX_PAGE);
    const { where, values } = conditionsOf(filter, before);
    const rows = this.#database.prepare(
      `SELECT ${SHOWN} FROM run_index ${where} ORDER BY started_at DESC, run_id DESC LIMIT ?`,
    ).all(...values, page + 1) as unknown as IndexedRun[];
    const runs = rows.slice(0, page);
    const last = runs.at(-1);
    const next = rows.length > page ? `${last!.startedAt}/${last!.runId}` : undefined;
    return { runs, next };
  }

  async series(
    { from, to, stepMs }: { readonly from: number; readonly to: number; readonly stepMs: number },
  ): Promise<RunCount[]> {
    await this.#catchUp();
    return this.#statements.series.all(from, to, Math.max(1, stepMs)) as unknown as RunCount[];
  }

  async stepsAfter(position: number, limit: number = BATCH): Promise<RunStep[]> {
    const events = await this.#log.feed(position, Math.min(Math.max(1, limit), MAX_PAGE));
    return events.map(({ subject: runId, position, event }) => ({
      ...{ runId, position },
      kind: event?.kind ?? "void",
    }));
  }

  /** Drops a run whose log is gone. */
  forget(runId: string): void {
    this.#statements.forget.run(runId);
    this.#statements.forgetTools.run(runId);
  }

  /** Reads the log as far as it goes by now. */
  async #catchUp(): Promise<void> {
    for (;;) {
      const position = this.#position();
      const events = await this.#log.feed(position, BATCH);
      if (events.length === 0) return;
      atOnce(this.#database, () => {
        // Another process, or another call, may have read them meanwhile.
        if (this.#position() !== position) return;
        for (const event of events) this.#apply(event);
        this.#statements.moveTo.run(events.at(-1)!.position);
      });
    }
  }

  #position(): number {
    return Number(this.#statements.position.get()!["position"]);
  }

  #apply({ subject: runId, sequence, event }: FeedEvent<RunEvent>): void {
    const statements = this.#statements;
    switch (event?.kind) {
      case "begun": {
        const { owner, run: { request, startedAt } } = event;
        const { principal = null, session = null } = request;
        const text = [runId, principal, session].filter(Boolean).join(" ");
        statements.begun.run(runId, owner, principal, session, startedAt, text);
        break;
      }
      case "claimed":
        statements.claimed.run(event.owner, sequence, runId);
        break;
      case "resumed":
        statements.moved.run("running", sequence, runId);
        break;
      case "paused":
        statements.paused.run(sequence, sequence, runId);
        break;
      case "call": {
        const { server, tool, arguments: args } = event.call;
        statements.addTool.run(runId, server, tool);
        statements.said.run(` ${server}/${tool} ${args}`, MAX_TEXT, sequence, runId);
        break;
      }
      case "finished": {
        const { at, status, risk = null, error = "", tools = [] } = event;
        for (const [server, tool] of tools) statements.addTool.run(runId, server, tool);
        statements.finished.run(status, risk, at, sequence, sequence, ` ${error}`, MAX_TEXT, runId);
        break;
      }
      default:
        statements.reached.run(sequence, runId);
    }
  }
}

function prepareStatements(database: DatabaseSync) {
  const update = (set: string) => database.prepare(`UPDATE run_index SET ${set} WHERE run_id = ?`);
  return {
    find: database.prepare(`SELECT ${COLUMNS} FROM run_index WHERE run_id = ?`),
    unfinished: database.prepare(
      `SELECT ${COLUMNS} FROM run_index WHERE state <> 'finished' AND owner = coalesce(?, owner) ` +
        "ORDER BY started_at",
    ),
    owners: database.prepare("SELECT DISTINCT owner FROM run_index WHERE state <> 'finished'"),
    finishedBefore: database.prepare("SELECT run_id FROM run_index WHERE finished_at < ?"),
    series: database.prepare(
      "SELECT ?1 + CAST((finished_at - ?1) / ?3 AS INTEGER) * ?3 AS at, status, count(*) AS count " +
        "FROM run_index WHERE finished_at >= ?1 AND finished_at < ?2 GROUP BY 1, status ORDER BY 1, status",
    ),
    position: database.prepare("SELECT position FROM run_index_end"),
    moveTo: database.prepare("UPDATE run_index_end SET position = ?"),
    forget: database.prepare("DELETE FROM run_index WHERE run_id = ?"),
    forgetTools: database.prepare("DELETE FROM run_index_tools WHERE run_id = ?"),
    begun: database.prepare(
      "INSERT OR REPLACE INTO run_index (run_id, state, owner, principal, session, started_at, " +
        "last_sequence, text) VALUES (?, 'running', ?, ?, ?, ?, 1, ?)",
    ),
    addTool: database.prepare("INSERT OR IGNORE INTO run_index_tools VALUES (?, ?, ?)"),
    claimed: update("owner = ?, last_sequence = ?"),
    moved: update("state = ?, last_sequence = ?"),
    paused: update("state = 'waiting', result_sequence = ?, last_sequence = ?"),
    said: update("text = substr(text || ?, 1, ?), last_sequence = ?"),
    finished: update(
      "state = 'finished', status = ?, risk = ?, finished_at = ?, result_sequence = ?, " +
        "last_sequence = ?, text = substr(text || ?, 1, ?)",
    ),
    reached: update("last_sequence = ?"),
  };
}

function conditionsOf(filter: RunFilter, before: string | undefined) {
  const { state, status, risk, principal, session, server, tool, text, from, to } = filter;
  const called = "run_id IN (SELECT run_id FROM run_index_tools WHERE ";
  const wanted: [string, SQLInputValue | undefined][] = [
    ["state = ?", state],
    ["status = ?", status],
    ["risk = ?", risk],
    ["principal = ?", principal],
    ["session = ?", session],
    [`${called}server = ?)`, server],
    [`${called}tool = ?)`, tool],
    ["instr(lower(text), ?) > 0", text?.toLowerCase()],
    ["started_at >= ?", from],
    ["started_at < ?", to],
  ];
  const given = wanted.flatMap(([sql, value]) => value === undefined ? [] : [{ sql, value }]);
  const sql = given.map(({ sql }) => sql);
  const values = given.map(({ value }) => value);
  if (before !== undefined) {
    const [startedAt, runId = ""] = before.split("/");
    sql.push("(started_at, run_id) < (?, ?)");
    values.push(Number(startedAt), runId);
  }
  return { where: sql.length === 0 ? "" : `WHERE ${sql.join(" AND ")}`, values };
}
