import { getLexicon } from "./lexicon.ts";
import { type Postings, rarityOf } from "./build_postings.ts";
import type { RankingWeights } from "./ranking_weights.ts";

/** How strongly each tool, its server included, points to each subject. */
export interface SubjectTable {
  /** For each tool 0 to 1: how much of the query's subjects it shares. */
  score(asked: ReadonlyMap<number, number>): Float32Array;
}

/** Lays out the subjects of all tools; every tool also has a part of its server's. */
export function buildSubjectTable(postings: Postings, weights: RankingWeights): SubjectTable {
  const { rarity, starts } = countSubjects(postings);
  const lists: SubjectLists = {
    starts,
    tool: new Int32Array(starts.at(-1)!),
    strength: new Float32Array(starts.at(-1)!),
    servers: postings.servers.map(() => new Float32Array(rarity.length)),
  };
  fillLists(lists, { postings, rarity, saturation: weights.subjectSaturation });
  for (const profile of lists.servers) scale(profile, 1 / lengthOf(profile));
  return {
    score: (asked) => scoreTools(toUnit(asked, rarity), { lists, postings, weights }),
  };
}

/** The tools of each subject behind one another, and the sum of each server's. */
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

interface Source {
  readonly postings: Postings;
  readonly rarity: Float32Array;
  readonly saturation: number;
}

function fillLists(lists: SubjectLists, { postings, rarity, saturation }: Source): void {
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

interface ScoredLists {
  readonly lists: SubjectLists;
  readonly postings: Postings;
  readonly weights: RankingWeights;
}

function scoreTools(
  query: readonly (readonly [number, number])[],
  { lists, postings, weights }: ScoredLists,
): Float32Array {
  const share = weights.subjectOfServer;
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
