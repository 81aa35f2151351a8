import { type AnalyzedServer, analyzeServer } from "../../src/discovery/analyze_server.ts";
import type { Tool } from "../../src/model/tool.ts";
import { syntheticServers } from "./synthetic_tools.ts";

const DATA = new URL("../../../shared/data/", import.meta.url);
const FIXTURES = new URL("./fixtures/", import.meta.url);

/** A request, and for each of its steps the tools that serve it (`server/tool`). */
export interface SuiteQuery {
  readonly id: string;
  readonly query: string;
  readonly groups: readonly (readonly string[])[];
}

/** A server as a test gives it to the index. */
export interface SuiteServer {
  readonly server: string;
  readonly description: string;
  readonly tools: readonly Tool[];
}

/** The queries: two suites of the shared data, two of this project over the shared catalogues. */
export const SUITES = ["livemcp-task", "livemcp-step", "agent-task", "agent-step"] as const;

/** The name of a suite of queries. */
export type Suite = typeof SUITES[number];

/** The catalogues that suites are searched in. */
export interface SearchData {
  readonly queries: Readonly<Record<Suite, readonly SuiteQuery[]>>;
  /** 527 tools of 70 servers, what the livemcp suites ask for. */
  readonly livemcp: readonly SuiteServer[];
  /** About 400 tools of 16 servers, what the agent suites ask for. */
  readonly catalogs: readonly SuiteServer[];
}

/** Reads the shared data; `undefined`, with a line on the console, where it is missing. */
export function loadSearchData(): SearchData | undefined {
  try {
    return {
      queries: {
        "livemcp-task": readLines(new URL("search/livemcp-task/queries.jsonl", DATA)),
        "livemcp-step": readLines(new URL("search/livemcp-step/queries.jsonl", DATA)),
        "agent-task": readLines(new URL("agent_task.jsonl", FIXTURES)),
        "agent-step": readLines(new URL("agent_step.jsonl", FIXTURES)),
      },
      livemcp: readLivemcp(),
      catalogs: readCatalogs(),
    };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.warn(`Skipped: ${DATA.pathname} is missing`);
    return undefined;
  }
}

/** The same servers without their descriptions, as most of them come. */
export function withoutDescriptions(servers: readonly SuiteServer[]): SuiteServer[] {
  return servers.map((server) => ({ ...server, description: "" }));
}

/** The servers with `count` made-up tools beside them. */
export function withDistractors(servers: readonly SuiteServer[], count: number): SuiteServer[] {
  return [...servers, ...syntheticServers(count)];
}

/** Takes the servers apart, once for many views. */
export function analyzeAll(servers: readonly SuiteServer[]): AnalyzedServer[] {
  return servers.map(({ server, tools, description }) =>
    analyzeServer(server, tools.map((tool) => ({ tool })), description)
  );
}

/** The means over queries of the share of steps that got a tool, and a smooth one by place. */
export interface Recall {
  readonly at5: number;
  readonly at10: number;
  /** Each step counts 1 at the first place, a half at the sixth. */
  readonly smooth: number;
}

/** Measures a search (the keys `server/tool`, best first) on queries. */
export function measureRecall(
  search: (query: string) => readonly string[],
  queries: readonly SuiteQuery[],
): Recall {
  const sum = { at5: 0, at10: 0, smooth: 0 };
  for (const { query, groups } of queries) {
    const keys = search(query);
    for (const group of groups) {
      const places = group.map((key) => keys.indexOf(key)).filter((place) => place >= 0);
      const place = Math.min(...places);
      const share = 1 / groups.length / queries.length;
      if (place < 5) sum.at5 += share;
      if (place < 10) sum.at10 += share;
      sum.smooth += share / (1 + place / 5);
    }
  }
  return sum;
}

function readLines<T>(file: URL): T[] {
  return Deno.readTextFileSync(file).trim().split("\n").map((line) => JSON.parse(line));
}

function readLivemcp(): SuiteServer[] {
  const lines = readLines<Tool & { server: string; serverDescription?: string }>(
    new URL("search/livemcp-task/tools.jsonl", DATA),
  );
  return [...Map.groupBy(lines, (line) => line.server)].map(([server, tools]) => ({
    server,
    description: tools[0]!.serverDescription ?? "",
    tools,
  }));
}

function readCatalogs(): SuiteServer[] {
  const folder = new URL("catalogs/", DATA);
  const files = [...Deno.readDirSync(folder)].map((entry) => entry.name).sort();
  // The other mongodb file holds all of its tools and more.
  return files.filter((file) => file !== "mongodb-default.json").map((file) => ({
    server: file.replace(/\.json$/, ""),
    description: "",
    tools: JSON.parse(Deno.readTextFileSync(new URL(file, folder))).tools,
  }));
}
