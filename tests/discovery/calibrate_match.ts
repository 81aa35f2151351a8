import JUDGEMENT from "../../src/discovery/data/match_judgement.json" with { type: "json" };
import { judgeMatch, type MatchSigns } from "../../src/discovery/pick_tools.ts";
import { RANKING_WEIGHTS } from "../../src/discovery/ranking_weights.ts";
import { createSearchView } from "../../src/discovery/rank_tools.ts";
import { analyzeAll, type SearchData, SUITES } from "./search_suites.ts";

type MatchJudgement = typeof JUDGEMENT;

const NO_MATCH = new URL("./fixtures/no_match.jsonl", import.meta.url);
const ROUNDS = 4_000;
const STEP = 0.3;
const SHRINK = 0.002;

/** A query that has, or has not, a tool that serves it. */
export interface MatchCase {
  readonly query: string;
  readonly kind: "served" | "nonsense" | "off-domain";
  readonly signs: MatchSigns;
}

/** Queries whose first five hits hold a right tool, and queries that no connected tool serves. */
export function collectMatchCases(data: SearchData): MatchCase[] {
  const unserved: { query: string; kind: MatchCase["kind"]; catalogs: string[] }[] = Deno
    .readTextFileSync(NO_MATCH).trim().split("\n").map((line) => JSON.parse(line));
  return (["livemcp", "catalogs"] as const).flatMap((catalog) => {
    const view = createSearchView(analyzeAll(data[catalog]), RANKING_WEIGHTS);
    const { servers, serverOf, tools } = view.postings;
    const search = (query: string) => {
      const { picks, signs } = view.rank(view.read(query), { count: 5 });
      const keys = picks.map(({ tool }) =>
        `${servers[serverOf[tool]!]!.server}/${tools[tool]!.entry.tool.name}`
      );
      return { keys, signs };
    };
    const prefix = catalog === "livemcp" ? "livemcp" : "agent";
    const served = SUITES.filter((suite) => suite.startsWith(prefix))
      .flatMap((suite) => data.queries[suite]).flatMap(({ query, groups }): MatchCase[] => {
        const { keys, signs } = search(query);
        const found = groups.some((group) => group.some((key) => keys.includes(key)));
        return found ? [{ query, kind: "served", signs }] : [];
      });
    const rest = unserved.filter((row) => row.catalogs.includes(catalog))
      .map(({ query, kind }): MatchCase => ({ query, kind, signs: search(query).signs }));
    return [...served, ...rest];
  });
}

/** What a judgement does to cases: the share of each kind that it calls "no good match". */
export function measureJudgement(
  cases: readonly MatchCase[],
  judgement: MatchJudgement = JUDGEMENT,
): Record<MatchCase["kind"], number> {
  const share = (kind: MatchCase["kind"]) => {
    const some = cases.filter((one) => one.kind === kind);
    return some.filter(({ signs }) => judgeMatch(signs, judgement) < 0.5).length / some.length;
  };
  return {
    served: share("served"),
    nonsense: share("nonsense"),
    "off-domain": share("off-domain"),
  };
}

/** Fits the judgement to cases: logistic regression, both outcomes counted alike, by plain descent. */
export function fitJudgement(cases: readonly MatchCase[]): MatchJudgement {
  const names = Object.keys(JUDGEMENT) as (keyof MatchJudgement)[];
  const fitted: Record<keyof MatchJudgement, number> = { ...JUDGEMENT };
  for (const name of names) fitted[name] = 0;
  const served = cases.filter(({ kind }) => kind === "served").length;
  // A good match called none costs more than a poor one let through: the model would give up.
  const weightOf = (kind: MatchCase["kind"]) =>
    kind === "served" ? 1.5 / served : 1 / (cases.length - served);
  for (let round = 0; round < ROUNDS; round++) {
    const slope = new Map(names.map((name) => [name, 0]));
    for (const { kind, signs } of cases) {
      const error = (kind === "served" ? 1 : 0) - judgeMatch(signs, fitted);
      for (const name of names) {
        const sign = name === "bias" ? 1 : signs[name];
        slope.set(name, slope.get(name)! + weightOf(kind) * error * sign);
      }
    }
    for (const name of names) fitted[name] += STEP * (slope.get(name)! - SHRINK * fitted[name]);
  }
  for (const name of names) fitted[name] = Math.round(fitted[name] * 10) / 10;
  return fitted;
}
