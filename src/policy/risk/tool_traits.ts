import type { Tool, ToolAnnotations } from "../../mcp/tool.ts";
import type { Capability } from "../../rpc/capability.ts";
import type { EffectHint } from "../../rpc/recorded_call.ts";
import { type DataKind, kindOfResults } from "./data_kinds.ts";
import { nameWords, type ToolEffect, VERBS } from "./tool_verbs.ts";

/** What matters of a tool to those who decide about calls of it. */
export interface ToolTraits extends Capability {
  readonly effect: ToolEffect;
  /** Who says so: the configuration, the server, the tool's name, or nobody. */
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
  /** Whether its server says that it only reads, and its name that it destroys. */
  readonly contradicts: boolean;
}

/** What a configuration says of tools, in the place of what they say of themselves. */
export interface ToolCorrection {
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
export function toolTraits(
  { server, tool: name }: Capability,
  { tool, correction = {} }: { tool: Tool | undefined; correction?: ToolCorrection | undefined },
): ToolTraits {
  const words = nameWords(name);
  const named = effectOfName(words);
  const annotated = effectOfAnnotations(tool?.annotations, named);
  const contradicts = tool?.annotations?.readOnlyHint === true && words[0] !== undefined &&
    VERBS.destroys.has(words[0]);
  const [effect, by] = correction.effect !== undefined
    ? [correction.effect, "configuration"] as const
    : contradicts
    ? ["destroys", "name"] as const
    : annotated !== undefined
    ? [annotated, "annotation"] as const
    : named !== undefined
    ? [named, "name"] as const
    : ["writes", "nobody"] as const;
  const sends = effect !== "reads" && isSending(words);
  const leaves = leftBehind({ effect, by, annotated, contradicts }, tool?.annotations, correction);
  return {
    server,
    tool: name,
    effect,
    by,
    leaves,
    undo: undoOf({ effect, by, sends }, tool?.annotations),
    hints: believedHints({ effect, by, leaves, contradicts }, tool?.annotations, correction),
    varies: tool?.annotations?.idempotentHint === false,
    world: correction.world ?? worldOf(tool, words, sends),
    sends,
    runs: effect !== "reads" && words.some((word) => VERBS.runs.has(word)),
    many: words.some((word) => MANY.has(word)),
    data: correction.data ?? kindOfResults(name, tool),
    contradicts: contradicts && correction.effect === undefined,
  };
}

interface Judged extends Pick<ToolTraits, "effect" | "by" | "contradicts"> {
  /** What the server says. */
  readonly annotated: ToolEffect | undefined;
}

const HARM: readonly ToolEffect[] = ["reads", "writes", "destroys"];

function leftBehind(
  { effect, by, annotated, contradicts }: Judged,
  annotations: ToolAnnotations | undefined,
  { effect: corrected, idempotent }: ToolCorrection,
): EffectHint {
  if (effect === "reads" && (by === "configuration" || by === "annotation")) return "none";
  if (idempotent !== undefined) return idempotent ? "same" : "each";
  // A server whose word on what its tool does is not believed is not believed on this either.
  const isBelied = contradicts || (corrected !== undefined && annotated !== undefined &&
    HARM.indexOf(corrected) > HARM.indexOf(annotated));
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
  { effect, by, sends }: Pick<ToolTraits, "effect" | "by" | "sends">,
  annotations: ToolAnnotations | undefined,
): ToolTraits["undo"] {
  if (effect === "destroys" || sends) return "impossible";
  if (effect === "reads") {
    return by === "configuration" || by === "annotation" ? "possible" : "unknown";
  }
  return by === "annotation" && annotations?.destructiveHint === false ? "possible" : "unknown";
}

function effectOfAnnotations(
  annotations: ToolAnnotations = {},
  named: ToolEffect | undefined,
): ToolEffect | undefined {
  const { readOnlyHint, destructiveHint } = annotations;
  if (readOnlyHint === true) return "reads";
  if (destructiveHint === true) return "destroys";
  // Most servers that say "not read-only" say no more: then the name tells whether it destroys.
  if (destructiveHint === false) return "writes";
  if (readOnlyHint === false) return named === "destroys" ? "destroys" : "writes";
  return undefined;
}

/** The first word that says anything, but any word that destroys, unless the first one reads. */
function effectOfName(words: readonly string[]): ToolEffect | undefined {
  const effects = words.map((word): ToolEffect | undefined =>
    VERBS.destroys.has(word) || VERBS.runs.has(word)
      ? "destroys"
      : VERBS.reads.has(word)
      ? "reads"
      : VERBS.writes.has(word) || VERBS.sends.has(word)
      ? "writes"
      : undefined
  );
  const first = effects.find((effect) => effect !== undefined);
  if (first === undefined) return undefined;
  // `get_deleted_items` reads; `issue_delete` and `list_and_purge` do not.
  if (first === "reads" && effects[0] === "reads") {
    return words.slice(1).some((word) => word === "and") && effects.includes("destroys")
      ? "destroys"
      : "reads";
  }
  return effects.includes("destroys") ? "destroys" : first;
}

function isSending(words: readonly string[]): boolean {
  return words.some((word, index) =>
    VERBS.sends.has(word) && (index === 0 || index === words.length - 1)
  );
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
