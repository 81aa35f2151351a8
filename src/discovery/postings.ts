import type { AnalyzedServer, AnalyzedTool } from "./analyze_server.ts";
import { getLexicon } from "./lexicon.ts";
import type { RankingWeights } from "./ranking_weights.ts";
import { FIELD_NAMES } from "./tool_fields.ts";

const FIELD_COUNT = FIELD_NAMES.length;
/** Whether each field tells what a tool is: only in these a related term counts in full. */
const HEAD = FIELD_NAMES.map((field) => ["name", "title", "lead", "server"].includes(field));

/** The inverted index of all servers' tools; a change builds a new one. */
export interface Postings {
  readonly tools: readonly AnalyzedTool[];
  readonly servers: readonly AnalyzedServer[];
  /** The place in `servers` of each tool's server. */
  readonly serverOf: Int32Array;
  readonly termIds: ReadonlyMap<string, number>;
  /** For each server, the id of each of its terms. */
  readonly globalIds: readonly Int32Array[];
  /** 0 to 1: how rare each term is among the tools. */
  readonly rarity: Float32Array;
  /** Where the tools of each term begin in `tool`, `full` and `head`; one more than terms. */
  readonly starts: Int32Array;
  readonly tool: Int32Array;
  /** 0 to 1: how well the tool, and its head alone, is described by the term. */
  readonly full: Float32Array;
  readonly head: Float32Array;
}

/** Builds the postings of servers; their order makes no difference. */
export function buildPostings(
  analyzed: Iterable<AnalyzedServer>,
  weights: RankingWeights,
): Postings {
  const servers = [...analyzed].sort((a, b) => a.server < b.server ? -1 : 1);
  const tools = servers.flatMap((server) => server.tools);
  const serverOf = Int32Array.from(servers.flatMap((s, at) => s.tools.map(() => at)));
  const { termIds, globalIds } = numberTerms(servers);
  const starts = countTools(tools, serverOf, globalIds, termIds.size);
  const rarity = new Float32Array(termIds.size);
  for (let id = 0; id < rarity.length; id++) {
    rarity[id] = rarityOf(starts[id + 1]! - starts[id]!, tools.length) ** weights.rarity;
  }
  const size = starts[termIds.size] ?? 0;
  const tool = new Int32Array(size);
  const [full, head] = [new Float32Array(size), new Float32Array(size)];
  const known = { tools, servers, serverOf, termIds, globalIds, rarity, starts };
  const postings: Postings = { ...known, tool, full, head };
  fillLists(postings, weights);
  return postings;
}

/** 0 to 1: the rarity of a property that `count` of `all` have. */
function rarityOf(count: number, all: number): number {
  return Math.log(1 + (all - count + 0.5) / (count + 0.5)) / Math.log(2 + 2 * all);
}

function numberTerms(
  servers: readonly AnalyzedServer[],
): { termIds: Map<string, number>; globalIds: Int32Array[] } {
  const termIds = new Map<string, number>();
  const globalIds = servers.map((server) =>
    Int32Array.from(server.terms, (term) => {
      const known = termIds.get(term);
      if (known !== undefined) return known;
      termIds.set(term, termIds.size);
      return termIds.size - 1;
    })
  );
  return { termIds, globalIds };
}

function countTools(
  tools: readonly AnalyzedTool[],
  serverOf: Int32Array,
  globalIds: readonly Int32Array[],
  termCount: number,
): Int32Array {
  const starts = new Int32Array(termCount + 1);
  tools.forEach((tool, at) => {
    const ids = globalIds[serverOf[at]!]!;
    for (const term of tool.terms) starts[ids[term]! + 1]!++;
  });
  for (let id = 0; id < termCount; id++) starts[id + 1]! += starts[id]!;
  return starts;
}

function fillLists(postings: Postings, weights: RankingWeights): void {
  const { tools, serverOf, globalIds, starts, tool, full, head } = postings;
  const next = starts.slice();
  const factorsOf = createFactors(tools, weights);
  for (let at = 0; at < tools.length; at++) {
    const { terms, counts, lengths } = tools[at]!;
    const factors = factorsOf(lengths);
    const ids = globalIds[serverOf[at]!]!;
    for (let row = 0; row < terms.length; row++) {
      let top = 0;
      let rest = 0;
      for (let f = 0; f < FIELD_COUNT; f++) {
        const worth = counts[row * FIELD_COUNT + f]! * factors[f]!;
        if (HEAD[f]) top += worth;
        else rest += worth;
      }
      const slot = next[ids[terms[row]!]!]!++;
      tool[slot] = at;
      full[slot] = (top + rest) / (top + rest + weights.saturation);
      head[slot] = top / (top + weights.saturation);
    }
  }
}

/** Returns the function that gives the worth of an occurrence in each field by the fields' lengths. */
function createFactors(
  tools: readonly AnalyzedTool[],
  weights: RankingWeights,
): (lengths: Uint16Array) => Float32Array {
  const averages = averageLengths(tools);
  const fields = FIELD_NAMES.map((field) => weights.fields[field]);
  const factors = new Float32Array(FIELD_COUNT);
  return (lengths) => {
    for (let f = 0; f < FIELD_COUNT; f++) {
      const { weight, lengthShare } = fields[f]!;
      factors[f] = weight / (1 - lengthShare + lengthShare * lengths[f]! / averages[f]!);
    }
    return factors;
  };
}

/** The average length of each field over the tools that have it. */
function averageLengths(tools: readonly AnalyzedTool[]): number[] {
  return FIELD_NAMES.map((_, f) => {
    let sum = 0;
    let count = 0;
    for (const { lengths } of tools) {
      sum += lengths[f]!;
      if (lengths[f]! > 0) count++;
    }
    return count === 0 ? 1 : sum / count;
  });
}

/** The subjects of all tools. */
export interface SubjectTable {
  /** For each tool 0 to 1: the part of the query's subjects that it shares. */
  score(asked: ReadonlyMap<number, number>): Float32Array;
}

/** Builds the table of subjects; every tool also has a part of its server's. */
export function buildSubjectTable(postings: Postings, weights: RankingWeights): SubjectTable {
  const { rarity, starts } = countSubjects(postings);
  const lists: SubjectLists = {
    starts,
    tool: new Int32Array(starts.at(-1)!),
    strength: new Float32Array(starts.at(-1)!),
    servers: postings.servers.map(() => new Float32Array(rarity.length)),
  };
  fillSubjects(lists, postings, rarity, weights.subjectSaturation);
  for (const profile of lists.servers) scale(profile, 1 / lengthOf(profile));
  const share = weights.subjectOfServer;
  return { score: (asked) => scoreSubjects(toUnit(asked, rarity), lists, postings, share) };
}

/** The tools of each subject one after the other, and the profile of each server. */
interface SubjectLists {
  readonly starts: Int32Array;
  readonly tool: Int32Array;
  readonly strength: Float32Array;
  readonly servers: readonly Float32Array[];
}

function countSubjects({ tools }: Postings): { rarity: Float32Array; starts: Int32Array } {
  const counts = new Int32Array(getLexicon().subjectCount);
  for (const { subjects } of tools) for (const subject of subjects) counts[subject]!++;
  const starts = new Int32Array(counts.length + 1);
  counts.forEach((count, subject) => starts[subject + 1] = starts[subject]! + count);
  return { rarity: Float32Array.from(counts, (count) => rarityOf(count, tools.length)), starts };
}

function fillSubjects(
  lists: SubjectLists,
  postings: Postings,
  rarity: Float32Array,
  saturation: number,
): void {
  const next = lists.starts.slice();
  postings.tools.forEach(({ subjects, subjectStrengths }, tool) => {
    const profile = subjectStrengths.map((strength, at) =>
      strength / (strength + saturation) * rarity[subjects[at]!]!
    );
    scale(profile, 1 / lengthOf(profile));
    const server = lists.servers[postings.serverOf[tool]!]!;
    for (let at = 0; at < profile.length; at++) {
      const slot = next[subjects[at]!]!++;
      lists.tool[slot] = tool;
      lists.strength[slot] = profile[at]!;
      server[subjects[at]!]! += profile[at]!;
    }
  });
}

/** `share` is the part of a tool's score that its server gives. */
function scoreSubjects(
  query: readonly (readonly [number, number])[],
  lists: SubjectLists,
  postings: Postings,
  share: number,
): Float32Array {
  const ofServers = lists.servers.map((profile) =>
    query.reduce((sum, [subject, value]) => sum + value * profile[subject]!, 0)
  );
  const scores = Float32Array.from(postings.serverOf, (server) => share * ofServers[server]!);
  for (const [subject, value] of query) {
    for (let at = lists.starts[subject]!; at < lists.starts[subject + 1]!; at++) {
      scores[lists.tool[at]!]! += (1 - share) * value * lists.strength[at]!;
    }
  }
  return scores;
}

function toUnit(asked: ReadonlyMap<number, number>, rarity: Float32Array): [number, number][] {
  const subjects = [...asked.keys()];
  const values = Float32Array.from(subjects, (subject) => asked.get(subject)! * rarity[subject]!);
  scale(values, 1 / lengthOf(values));
  return subjects.map((subject, at) => [subject, values[at]!]);
}

function lengthOf(vector: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < vector.length; at++) sum += vector[at]! * vector[at]!;
  return sum === 0 ? 1 : Math.sqrt(sum);
}

function scale(vector: Float32Array, factor: number): void {
  for (let at = 0; at < vector.length; at++) vector[at]! *= factor;
}
