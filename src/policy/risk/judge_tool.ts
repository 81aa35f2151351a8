import type { RiskPolicy } from "../../config/policy.ts";
import type { Capability, Tool, ToolAnnotations } from "../../model/tool.ts";
import { matchesName } from "../../upstream/select_tools.ts";
import type { EffectHint } from "../../model/recorded_call.ts";
import { type DataKind, kindOfResults } from "./data_kinds.ts";
import {
  doesMore,
  judgeToolName,
  nameWords,
  runsByName,
  sendsByName,
  type ToolEffect,
} from "./judge_tool_name.ts";

/**
 * What is known of a tool: all that permission, risk, approval, cache, fallback and replay ask of
 * it. It is data alone, so that it can be handed to another process.
 */
export interface JudgedTool extends ToolTraits {
  /** The server's own word, for people. */
  readonly annotations?: ToolAnnotations | undefined;
  /** Whether a person must approve each call of it for what its server says. Default: no. */
  readonly isSuspicious?: boolean | undefined;
}

/** Judges a tool; `tool` is undefined where its server is out of reach. */
export type JudgeTool = (capability: Capability, tool: Tool | undefined) => JudgedTool;

/**
 * Makes the one judge of what tools do: by the configuration, by their servers' word and by their
 * names, in this order, but for a name that says worse than the server does.
 */
export function createToolJudge(policy: Pick<RiskPolicy, "tools">): JudgeTool {
  const known = new WeakMap<Tool, JudgedTool>();
  return (capability, tool) => {
    const before = tool && known.get(tool);
    if (before?.server === capability.server) return before;
    const traits = toolTraits(capability, { tool, correction: correctionOf(capability, policy) });
    if (tool === undefined) return traits;
    const { annotations, withheld } = tool;
    const judged = {
      ...traits,
      ...(annotations !== undefined && { annotations }),
      ...(withheld?.asks && { isSuspicious: true }),
    };
    known.set(tool, judged);
    return judged;
  };
}

/** What the configuration says of a tool; the last entry that fits it counts. */
function correctionOf(
  capability: Capability,
  { tools }: Pick<RiskPolicy, "tools">,
): ToolCorrection | undefined {
  return tools.findLast((entry) => fitsTool(entry, capability));
}

export function fitsTool(
  { server = "*", tool = "*" }: { server?: string | undefined; tool?: string | undefined },
  capability: Capability,
): boolean {
  return matchesName(capability.server, server) && matchesName(capability.tool, tool);
}

/** What matters of a tool to those who decide about calls of it. */
export interface ToolTraits extends Capability {
  readonly effect: ToolEffect;
  /** The effect before a call; a harmless name proves nothing. */
  readonly believed: ToolEffect;
  /** The source of the judgement: the configuration, the server, the tool's name, or none. */
  readonly by: "configuration" | "annotation" | "name" | "nobody";
  /**
   * What a call of it leaves behind, as far as it is relied on: whether it may be made again, kept
   * or made in the place of a program. A name that sounds harmless is no ground for that.
   */
  readonly leaves: EffectHint;
  /** Whether what it changes can be taken back. */
  readonly undo: "possible" | "impossible" | "unknown";
  /** Whether its server says that the same call gives another answer each time. */
  readonly varies: boolean;
  /** The hints that are believed, for rules of the configuration that name one. */
  readonly hints: ToolAnnotations;
  /** Whether it reaches beyond its server. */
  readonly world: "open" | "closed";
  /** Whether what it does goes to people: a mail, a payment. */
  readonly sends: boolean;
  /** Whether it runs whatever it is given. */
  readonly runs: boolean;
  /** Whether one call may give much. */
  readonly many: boolean;
  /** What its results are about. */
  readonly data: DataKind;
  /** Whether its server says two things at once, or its name worse than its server does. */
  readonly contradicts: boolean;
}

/** What a configuration says of tools, in the place of what they say of themselves. */
interface ToolCorrection {
  readonly effect?: ToolEffect | undefined;
  readonly data?: DataKind | undefined;
  readonly world?: "open" | "closed" | undefined;
  readonly idempotent?: boolean | undefined;
}

/** Words of tools that give lists. */
const MANY = new Set(
  "list search query find export all dump scan select aggregate read_all".split(" "),
);
/** Words of tools that reach the web, whatever they do there. */
const WORLD = new Set(
  "web http https url urls internet browser crawl scrape webhook rss".split(" "),
);

/**
 * Reads a tool's traits from its annotations, and from its name where they are missing. Annotations
 * are the server's own word: what a name says is worse than they say is believed.
 */
function toolTraits(
  { server, tool: name }: Capability,
  { tool, correction = {} }: { tool: Tool | undefined; correction?: ToolCorrection | undefined },
): ToolTraits {
  const words = nameWords(name);
  const named = judgeToolName(words);
  const annotated = effectOfAnnotations(tool?.annotations, named?.effect);
  const { readOnlyHint, destructiveHint } = tool?.annotations ?? {};
  const isBelied = annotated !== undefined && named?.isPlain === true &&
    doesMore(named.effect, readOnlyHint === true ? "reads" : annotated) &&
    !doesMore(annotated, named.effect);
  const contradicts = isBelied || (readOnlyHint === true && destructiveHint === true);
  const [effect, by] = correction.effect !== undefined
    ? [correction.effect, "configuration"] as const
    : isBelied
    ? [named.effect, "name"] as const
    : annotated !== undefined
    ? [annotated, "annotation"] as const
    : named !== undefined
    ? [named.effect, "name"] as const
    : ["writes", "nobody"] as const;
  const sends = effect !== "reads" && sendsByName(words);
  const believed = effect === "reads" && by === "name" ? "writes" : effect;
  const leaves = leftBehind({ believed, annotated, contradicts }, tool?.annotations, correction);
  return {
    server,
    tool: name,
    effect,
    believed,
    by,
    leaves,
    undo: undoOf({ effect, believed, by, sends }, tool?.annotations),
    hints: believedHints({ effect, by, leaves, contradicts }, tool?.annotations, correction),
    varies: tool?.annotations?.idempotentHint === false,
    world: correction.world ?? worldOf(tool, words, sends),
    sends,
    runs: effect !== "reads" && runsByName(words),
    many: words.some((word) => MANY.has(word)),
    data: correction.data ?? kindOfResults(name, tool),
    contradicts: contradicts && correction.effect === undefined,
  };
}

interface Judged extends Pick<ToolTraits, "believed" | "contradicts"> {
  /** What the server says. */
  readonly annotated: ToolEffect | undefined;
}

function leftBehind(
  { believed, annotated, contradicts }: Judged,
  annotations: ToolAnnotations | undefined,
  { effect: corrected, idempotent }: ToolCorrection,
): EffectHint {
  if (believed === "reads") return "none";
  if (idempotent !== undefined) return idempotent ? "same" : "each";
  // A server whose word on what its tool does is not believed is not believed on this either.
  const isBelied = contradicts || (corrected !== undefined && annotated !== undefined &&
    doesMore(corrected, annotated));
  return annotations?.idempotentHint === true && !isBelied ? "same" : "each";
}

/** What a server says, but for what the configuration or its tool's name belies. */
function believedHints(
  { effect, by, leaves, contradicts }: Pick<ToolTraits, "effect" | "by" | "leaves" | "contradicts">,
  annotations: ToolAnnotations | undefined,
  { world }: ToolCorrection,
): ToolAnnotations {
  const isCorrected = by === "configuration" || contradicts;
  return {
    ...annotations,
    ...(isCorrected && {
      readOnlyHint: effect === "reads",
      destructiveHint: effect === "destroys",
      idempotentHint: leaves !== "each",
    }),
    ...(world !== undefined && { openWorldHint: world === "open" }),
  };
}

function undoOf(
  { effect, believed, by, sends }: Pick<ToolTraits, "effect" | "believed" | "by" | "sends">,
  annotations: ToolAnnotations | undefined,
): ToolTraits["undo"] {
  if (effect === "destroys" || sends) return "impossible";
  if (effect === "reads") return believed === "reads" ? "possible" : "unknown";
  return by === "annotation" && annotations?.destructiveHint === false ? "possible" : "unknown";
}

function effectOfAnnotations(
  annotations: ToolAnnotations = {},
  named: ToolEffect | undefined,
): ToolEffect | undefined {
  const { readOnlyHint, destructiveHint } = annotations;
  if (destructiveHint === true) return "destroys";
  if (readOnlyHint === true) return "reads";
  // Most servers that say "not read-only" say no more: then the name tells whether it destroys.
  if (destructiveHint === false) return "writes";
  if (readOnlyHint === false) return named === "destroys" ? "destroys" : "writes";
  return undefined;
}

function worldOf(
  tool: Tool | undefined,
  words: readonly string[],
  sends: boolean,
): ToolTraits["world"] {
  const hint = tool?.annotations?.openWorldHint;
  if (hint !== undefined) return hint ? "open" : "closed";
  return sends || words.some((word) => WORLD.has(word)) ? "open" : "closed";
}
