import { assert } from "@std/assert";
import { createToolIndex } from "../../src/discovery/tool_index.ts";
import { collectMatchCases, measureJudgement } from "./calibrate_match.ts";
import {
  loadSearchData,
  measureRecall,
  type Suite,
  SUITES,
  type SuiteServer,
  withDistractors,
  withoutDescriptions,
} from "./search_suites.ts";

interface Floor {
  readonly at5: number;
  readonly at10: number;
}

/** What search must reach at least; the bench prints what it does reach. */
const FLOORS: Readonly<Record<Suite, Floor>> = {
  "livemcp-task": { at5: 0.46, at10: 0.56 },
  "livemcp-step": { at5: 0.74, at10: 0.8 },
  "agent-task": { at5: 0.62, at10: 0.72 },
  "agent-step": { at5: 0.93, at10: 0.96 },
};
/** Most servers say nothing of themselves. */
const FLOORS_WITHOUT_DESCRIPTIONS: Readonly<Record<Suite, Floor>> = {
  ...FLOORS,
  "livemcp-step": { at5: 0.72, at10: 0.8 },
};
const FLOORS_AMONG_8000: Readonly<Record<Suite, Floor>> = {
  "livemcp-task": { at5: 0.42, at10: 0.52 },
  "livemcp-step": { at5: 0.66, at10: 0.73 },
  "agent-task": { at5: 0.54, at10: 0.68 },
  "agent-step": { at5: 0.86, at10: 0.88 },
};

const data = loadSearchData();
const ignore = data === undefined;

Deno.test("search finds the tools of tasks and steps", { ignore }, () => {
  for (const suite of SUITES) assertReaches(suite, serversOf(suite), FLOORS[suite]);
});

Deno.test("search finds them without the servers' descriptions", { ignore }, () => {
  for (const suite of SUITES) {
    assertReaches(suite, withoutDescriptions(serversOf(suite)), FLOORS_WITHOUT_DESCRIPTIONS[suite]);
  }
});

Deno.test("search finds them among 8,000 other tools", { ignore }, () => {
  for (const suite of SUITES) {
    assertReaches(suite, withDistractors(serversOf(suite), 8_000), FLOORS_AMONG_8000[suite]);
  }
});

Deno.test(
  "noGoodMatch() tells nonsense and other subjects from what tools serve",
  { ignore },
  () => {
    const called = measureJudgement(collectMatchCases(data!));
    assert(called.served <= 0.06, `calls ${called.served} of good matches none`);
    assert(called.nonsense === 1, `lets ${1 - called.nonsense} of nonsense through`);
    assert(called["off-domain"] >= 0.78, `sees only ${called["off-domain"]} of other subjects`);
  },
);

function serversOf(suite: Suite): readonly SuiteServer[] {
  return suite.startsWith("livemcp") ? data!.livemcp : data!.catalogs;
}

function assertReaches(suite: Suite, servers: readonly SuiteServer[], floor: Floor): void {
  const index = createToolIndex();
  for (const { server, tools, description } of servers) {
    index.setServer(server, tools.map((tool) => ({ tool })), { description });
  }
  const { at5, at10 } = measureRecall(
    (query) => index.search(query).hits.map(({ server, tool }) => `${server}/${tool.name}`),
    data!.queries[suite],
  );
  const found = `${suite}: recall@5 ${at5.toFixed(3)}, recall@10 ${at10.toFixed(3)}`;
  assert(at5 >= floor.at5 && at10 >= floor.at10, found);
}
