import { chooseKind } from "../detect/choose_kind.ts";
import type { KnownValues } from "../detect/known_values.ts";
import type { Profile } from "../protection.ts";
import { KIND_NAME, mayHoldToken } from "../../model/token.ts";
import type { MaskContext, MaskSession } from "./mask_context.ts";
import { type LeafNode, stepsOf } from "./node.ts";
import { tokensOfSession } from "./write_findings.ts";

/** A small number is too common to be looked for. */
const SHORTEST_NUMBER = 4;
/** Rules that are no kinds. */
const RULE_WORDS = new Set(["raw", "text", "block", "withhold", "late", "failed"]);
/** Rules under which nothing is searched. */
const PASSED = new Set(["block", "withhold"]);

/** Makes what tells of each leaf whether it is personal as a whole, or is to be searched. */
export function makeJudge(
  { session, context, profile, texts, extra }: {
    readonly session: MaskSession;
    readonly context: MaskContext;
    readonly profile: Profile;
    /** Gets the leaves to be searched. */
    readonly texts: LeafNode[];
    /** Values that are looked for beside those that a finder knows. */
    readonly extra: readonly KnownValues[];
  },
): (leaf: LeafNode) => void {
  const { protection, known } = session;
  const { wantsByKey, isAllowed } = protection.finderOptions(profile);
  const fieldRules = protection.fieldRulesOf(context);
  return (leaf) => {
    if (fieldRules !== undefined) leaf.rule ??= ruleFor(fieldRules(stepsOf(leaf)), context);
    const again = wholeAgain(leaf, extra);
    const kind = again ?? wholeKind(leaf, { session, context });
    const isSure = again !== undefined || KIND_NAME.test(leaf.rule ?? "");
    const isWanted = kind !== undefined && (isSure || wantsByKey(kind));
    if (isWanted && !isAllowed?.(String(leaf.value))) {
      leaf.kind = kind;
      known.add(kind, String(leaf.value));
    } else if (
      typeof leaf.value === "string" && leaf.value !== "" && !PASSED.has(leaf.rule ?? "")
    ) {
      texts.push(leaf);
    }
  };
}

/** What a program may hold as it is must still be masked on its way to the model. */
function ruleFor(rule: string | undefined, { direction }: MaskContext): string | undefined {
  return rule === "raw" && direction === "out" ? undefined : rule;
}

/** The kind of a leaf that is, as a whole, a value that is looked for; a small number never is. */
function wholeAgain({ value }: LeafNode, extra: readonly KnownValues[]): string | undefined {
  if (extra.length === 0) return undefined;
  const text = String(value);
  if (typeof value !== "string" && text.length < SHORTEST_NUMBER) return undefined;
  for (const values of extra) {
    const kind = values.kindOf(text);
    if (kind !== undefined) return kind;
  }
  return undefined;
}

function wholeKind(
  leaf: LeafNode,
  { session, context: { direction } }: { session: MaskSession; context: MaskContext },
): string | undefined {
  if (leaf.rule !== undefined && leaf.rule !== "raw") {
    return RULE_WORDS.has(leaf.rule) ? undefined : leaf.rule;
  }
  if (leaf.hints.length === 0) return undefined;
  const text = String(leaf.value);
  // A value that is masked already says nothing by its key any more.
  if (direction === "out" && mayHoldToken(text) && tokensOfSession(text, session).length > 0) {
    return undefined;
  }
  const { isBesidePerson } = leaf;
  return chooseKind(leaf.hints, text, { isBesidePerson, isNumber: typeof leaf.value !== "string" });
}
