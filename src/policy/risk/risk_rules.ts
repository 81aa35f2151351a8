import { findBulkFlows, findFlows } from "./find_flows.ts";
import { findWritesInLoops } from "./find_writes_in_loops.ts";
import type { Match, RiskFacts, RiskRule } from "./risk_rule.ts";
import { nameOfTool } from "./tool_of_site.ts";
import type { ToolTraits } from "./tool_traits.ts";
import type { TrickKind } from "./tricks/trick.ts";

/** The rules, by the names that findings and the configuration call them. */
export const RISK_RULES = {
  makes_code_from_text: {
    level: "critical",
    sentence: "The program makes code out of text while it runs",
    lowers: "Write the code itself",
    find: tricks("makes_code_from_text"),
  },
  hides_what_it_does: {
    level: "high",
    sentence: "The program hides what it does",
    lowers: "Name what is used by plain names",
    find: tricks("hides_what_it_does"),
  },
  computes_an_import: {
    level: "high",
    sentence: "The program computes what it imports",
    lowers: "Import by a plain string",
    find: tricks("computes_an_import"),
  },
  changes_what_all_objects_inherit: {
    level: "medium",
    sentence: "The program changes what other objects inherit",
    lowers: "Use objects and functions of its own",
    find: tricks("changes_what_all_objects_inherit"),
  },
  reaches_for_the_machine: {
    level: "high",
    sentence: "The program reaches for the machine that it runs on",
    lowers: "Use tools, and files under ./workspace/",
    find: tricks("reaches_for_the_machine"),
  },
  loops_without_end: {
    level: "medium",
    sentence: "The program has a loop without an end",
    lowers: "Give the loop a number of rounds, or a way out",
    find: tricks("loops_without_end"),
  },
  holds_a_secret: {
    level: "medium",
    sentence: "A secret stands in the program",
    lowers: "Keep secrets in the server's configuration",
    find: tricks("holds_a_secret"),
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

function tricks(kind: TrickKind): RiskRule["find"] {
  return (facts) => facts.tricks.get(kind) ?? [];
}

/** Tools that are called are found where they are, the others where nothing can be pointed at. */
function ofTools(facts: RiskFacts, isMeant: (tool: ToolTraits) => boolean): Match[] {
  return facts.tools.filter(isMeant).map((tool) => {
    const site = facts.firstCalls.get(tool);
    return { module: site?.from.module, node: site?.node, detail: nameOfTool(tool) };
  });
}
