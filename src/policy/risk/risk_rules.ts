import type { Node } from "acorn";
import type { ProgramModule } from "../../program/program.ts";
import type { SkillState } from "../../program/wrappers.ts";
import type { RiskLevel } from "../../model/risk.ts";
import {
  type CallSite,
  type EvasionKind,
  nameOfTool,
  type ProgramFacts,
  toolOfSite,
} from "./program_facts.ts";
import type { ToolTraits } from "./judge_tool.ts";

/** One rule: what a program does that adds to its risk. */
export interface RiskRule {
  readonly level: RiskLevel;
  /** What the program does, as a sentence without its end. */
  readonly sentence: string;
  /** What would lower the risk. */
  readonly lowers: string;
  find(facts: RiskFacts): readonly Match[];
}

/** All that rules can ask for. */
export interface RiskFacts extends ProgramFacts {
  /** State of each skill that the program uses, where it is known. */
  readonly skills: ReadonlyMap<string, SkillState>;
  /** More ways through one function than this are too many to be reviewed. */
  readonly maxComplexity: number;
}

/** One place that a rule has found. */
export interface Match {
  readonly module?: ProgramModule | undefined;
  readonly node?: Node | undefined;
  /** What it is about. */
  readonly detail: string;
  /** Where it differs from the rule's. */
  readonly level?: RiskLevel;
}

/** The rules, by the names that findings and the configuration call them. */
export const RISK_RULES = {
  makes_code_from_text: {
    level: "critical",
    sentence: "The program makes code out of text while it runs",
    lowers: "Write the code itself",
    find: evasions("makes_code_from_text"),
  },
  hides_what_it_does: {
    level: "high",
    sentence: "The program hides what it does",
    lowers: "Name what is used by plain names",
    find: evasions("hides_what_it_does"),
  },
  computes_an_import: {
    level: "high",
    sentence: "The program computes what it imports",
    lowers: "Import by a plain string",
    find: evasions("computes_an_import"),
  },
  changes_what_all_objects_inherit: {
    level: "medium",
    sentence: "The program changes what other objects inherit",
    lowers: "Use objects and functions of its own",
    find: evasions("changes_what_all_objects_inherit"),
  },
  reaches_for_the_machine: {
    level: "high",
    sentence: "The program reaches for the machine that it runs on",
    lowers: "Use tools, and files under ./workspace/",
    find: evasions("reaches_for_the_machine"),
  },
  loops_without_end: {
    level: "medium",
    sentence: "The program has a loop without an end",
    lowers: "Give the loop a number of rounds, or a way out",
    find: evasions("loops_without_end"),
  },
  holds_a_secret: {
    level: "medium",
    sentence: "A secret stands in the program",
    lowers: "Keep secrets in the server's configuration",
    find: evasions("holds_a_secret"),
  },
  destroys: {
    level: "high",
    sentence: "The program may call a tool that destroys",
    lowers: "Use a tool that can be undone, or import only tools that are called",
    find: (facts) => ofTools(facts, ({ effect }) => effect === "destroys"),
  },
  runs_what_it_is_given: {
    level: "high",
    sentence: "The program may call a tool that runs commands or queries of any kind",
    lowers: "Use a tool that does just one thing",
    find: (facts) => ofTools(facts, ({ runs }) => runs),
  },
  writes: {
    level: "low",
    sentence: "The program may call a tool that writes",
    lowers: "Import only tools that are called",
    find: (facts) =>
      ofTools(facts, ({ effect, by, sends }) => effect === "writes" && by !== "nobody" && !sends),
  },
  writes_in_a_loop: {
    level: "medium",
    sentence: "The program calls a tool that writes in a loop",
    lowers: "Go through a list of known length, such as items.slice(0, 20)",
    find: findWritesInLoops,
  },
  sends_to_people: {
    level: "medium",
    sentence: "The program may send something that cannot be called back",
    lowers: "Make a draft instead",
    find: (facts) => ofTools(facts, ({ sends }) => sends),
  },
  reaches_the_open_world: {
    level: "low",
    sentence: "The program may call a tool that reaches beyond its server",
    lowers: "Use a tool whose server answers by itself",
    find: (facts) => ofTools(facts, ({ world, sends }) => world === "open" && !sends),
  },
  calls_what_nothing_is_known_of: {
    level: "medium",
    sentence: "The program may call a tool of which neither annotations nor name say what it does",
    lowers: "Say what it does: policy.risk.tools of the configuration",
    find: (facts) => ofTools(facts, ({ by }) => by === "nobody"),
  },
  believes_a_contradiction: {
    level: "medium",
    sentence: "A tool's server says that it does less than its name or another of its hints says",
    lowers: "Say what it does: policy.risk.tools of the configuration",
    find: (facts) => ofTools(facts, ({ contradicts }) => contradicts),
  },
  reads_secrets: {
    level: "high",
    sentence: "The program may read secrets",
    lowers: "Leave secrets to the servers that need them",
    find: (facts) => ofTools(facts, ({ data, effect }) => data === "secret" && effect === "reads"),
  },
  hands_secrets_on: {
    level: "critical",
    sentence: "A secret goes from one server to another",
    lowers: "Leave secrets to the servers that need them",
    find: (facts) => findFlows(facts, "secret"),
  },
  hands_personal_data_on: {
    level: "high",
    sentence: "Personal data goes from one server to another",
    lowers: "Hand on only what is needed, such as ids and counts",
    find: (facts) => findFlows(facts, "personal"),
  },
  reads_many_and_writes_elsewhere: {
    level: "medium",
    sentence: "What was read from one server in bulk is written to another",
    lowers: "Hand on only what is needed, such as a few rows",
    find: findBulkFlows,
  },
  uses_a_skill_that_changed: {
    level: "high",
    sentence: "The program uses a skill that has changed since it was approved",
    lowers: "Approve the skill again, or pin the approved version",
    find: ({ skills }) =>
      [...skills].flatMap(([name, state]) => state === "changed" ? [{ detail: name }] : []),
  },
  hard_to_review: {
    level: "medium",
    sentence: "The program has a function that no person can review",
    lowers: "Split the function, or put its cases into a table",
    find: ({ complexities, maxComplexity }) =>
      complexities.filter(({ complexity }) => complexity > maxComplexity)
        .map(({ module, node, complexity }) => ({
          module,
          node,
          detail: `${complexity} ways lead through it, and ${maxComplexity} may`,
        })),
  },
  cannot_be_judged: {
    level: "critical",
    sentence: "The program cannot be judged",
    lowers: "Make it smaller, and nest less",
    // Found where reading it fails.
    find: () => [],
  },
} as const satisfies Readonly<Record<string, RiskRule>>;

/** The name of a rule. */
export type RiskRuleName = keyof typeof RISK_RULES;

function evasions(kind: EvasionKind): RiskRule["find"] {
  return (facts) => facts.evasions.get(kind) ?? [];
}

/** Tools that are called are found where they are, the others where nothing can be pointed at. */
function ofTools(facts: RiskFacts, isMeant: (tool: ToolTraits) => boolean): Match[] {
  return facts.tools.filter(isMeant).map((tool) => {
    const site = facts.firstCalls.get(tool);
    return { module: site?.from.module, node: site?.node, detail: nameOfTool(tool) };
  });
}

/** Calls that get data of a kind that another server gave. */
function findFlows(facts: RiskFacts, kind: "personal" | "secret"): Match[] {
  return flowsOf(facts, ({ data }) => data === kind).map(({ match }) => match);
}

/** Calls that get what another server gave in bulk, and may keep it or hand it on. */
function findBulkFlows(facts: RiskFacts): Match[] {
  const bulk = new Set(facts.sites.flatMap((site) => serversReadInBulk(site, facts)));
  return flowsOf(facts, ({ server }) => bulk.has(server))
    .filter(({ tool }) => tool.effect !== "reads" || tool.world !== "closed")
    .map(({ tool, match }) => ({ ...match, level: tool.world === "open" ? "high" : "medium" }));
}

function serversReadInBulk(site: CallSite, facts: RiskFacts): string[] {
  const tool = toolOfSite(site);
  if (tool === undefined || tool.effect !== "reads") return [];
  const { times } = facts.timesOf(site);
  return tool.many || times === null || times > 1 ? [tool.server] : [];
}

type Source = ReturnType<RiskFacts["sourceBits"]["describe"]>[number];

/** Calls of tools that get data of another server, where it is data that is meant. */
function flowsOf(
  { sites, sourceBits }: RiskFacts,
  isMeant: (source: Source) => boolean,
): { tool: ToolTraits; match: Match }[] {
  return sites.flatMap((site) => {
    const tool = toolOfSite(site);
    if (tool === undefined || site.sources === 0) return [];
    const servers = sourceBits.describe(site.sources)
      .filter((source) => source.server !== tool.server && isMeant(source))
      .map(({ server }) => server);
    if (servers.length === 0) return [];
    const detail = `from ${servers.join(", ")} to ${nameOfTool(tool)}`;
    return [{ tool, match: { module: site.from.module, node: site.node, detail } }];
  });
}

/** Writes in a loop that so few are like writes one after the other. */
const FEW_WRITES = 5;

/** Calls of tools that write, where they may be reached more than once. */
function findWritesInLoops(facts: RiskFacts): Match[] {
  return facts.sites.flatMap((site) => {
    const tool = toolOfSite(site);
    const { times, over } = facts.timesOf(site);
    if (tool === undefined || tool.effect === "reads" || over === undefined) return [];
    if (times !== null && times <= 1) return [];
    const often = times === null ? "nobody knows how often" : `up to ${times} times`;
    return [{
      module: site.from.module,
      node: site.node,
      detail: `${nameOfTool(tool)}, ${often}, over ${over}`,
      level: levelOfWrites(tool, times),
    }];
  });
}

function levelOfWrites({ effect, sends }: ToolTraits, times: number | null): RiskLevel {
  const isHard = effect === "destroys" || sends;
  if (times !== null && times <= FEW_WRITES) return isHard ? "high" : "low";
  if (times === null) return isHard ? "critical" : "high";
  return isHard ? "high" : "medium";
}
