import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import type { RiskLevel } from "../model/risk.ts";
import type { RunResult } from "../model/run_result.ts";
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
    readonly status: RunResult["status"];
    readonly risk?: RiskLevel | undefined;
    /** Masked. */
    readonly error?: string | undefined;
    /** The tools that it called, of which an index may have missed the calls. */
    readonly tools?: readonly (readonly [server: string, tool: string])[] | undefined;
  };

/** A run as the index has it. */
export interface IndexedRun {
  readonly runId: string;
  readonly state: "running" | "waiting" | "finished";
  /** The status of its result; null until it is finished. */
  readonly status: RunResult["status"] | null;
  readonly risk: RiskLevel | null;
  readonly owner: string;
  readonly principal: string | null;
  readonly session: string | null;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly finishedAt: number | null;
  readonly lastSequence: number;
  /** The sequence of the event with its latest result. */
  readonly resultSequence: number | null;
}

/** What runs are looked for; all that is given must fit. */
export interface RunFilter {
  readonly state?: IndexedRun["state"] | undefined;
  readonly status?: RunResult["status"] | undefined;
  readonly risk?: RiskLevel | undefined;
  readonly principal?: string | undefined;
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

const COLUMNS = "run_id AS runId, state, status, risk, owner, principal, session, " +
  "started_at AS startedAt, finished_at AS finishedAt, last_sequence AS lastSequence, " +
  "result_sequence AS resultSequence";

/** The run index: a local SQLite projection of the run journal, made again where it is missing. */
export class RunIndex {
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
  async find(runId: string): Promise<IndexedRun | undefined> {
    await this.#catchUp();
    return this.#statements.find.get(runId) as unknown as IndexedRun | undefined;
  }

  /** Returns the runs without a result, of one host or all, the oldest first. */
  async unfinished(owner?: string): Promise<IndexedRun[]> {
    await this.#catchUp();
    return this.#statements.unfinished.all(owner ?? null) as unknown as IndexedRun[];
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

  /** Returns a page of runs, the latest first, and where the next page begins. */
  async list(
    filter: RunFilter,
    { limit = 100, before }: { limit?: number; before?: string | undefined } = {},
  ): Promise<{ runs: IndexedRun[]; next: string | undefined }> {
    await this.#catchUp();
    const page = Math.min(Math.max(1, limit), MAX_PAGE);
    const { where, values } = conditionsOf(filter, before);
    const rows = this.#database.prepare(
      `SELECT ${COLUMNS} FROM run_index ${where} ORDER BY started_at DESC, run_id DESC LIMIT ?`,
    ).all(...values, page + 1) as unknown as IndexedRun[];
    const runs = rows.slice(0, page);
    const last = runs.at(-1);
    const next = rows.length > page ? `${last!.startedAt}/${last!.runId}` : undefined;
    return { runs, next };
  }

  /** Returns how many runs of each status were finished in each step of time. */
  async series(
    { from, to, stepMs }: { readonly from: number; readonly to: number; readonly stepMs: number },
  ): Promise<{ at: number; status: RunResult["status"]; count: number }[]> {
    await this.#catchUp();
    return this.#statements.series.all(from, to, stepMs) as unknown as {
      at: number;
      status: RunResult["status"];
      count: number;
    }[];
  }

  /** Returns events of all runs after a position, without their bodies. */
  async eventsAfter(position: number, limit: number = BATCH): Promise<FeedEvent<RunEvent>[]> {
    return await this.#log.feed(position, Math.min(Math.max(1, limit), MAX_PAGE));
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
