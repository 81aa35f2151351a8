import { STRENGTH } from "../detect/scan.ts";
import { KIND_NAME } from "../../model/token.ts";
import type { MaskContext, MaskSession } from "./mask_context.ts";
import { type LeafNode, pathOf } from "./node.ts";
import {
  keepValue,
  tokensOfSession,
  WITHHELD,
  writeFindings,
  writeInSteps,
} from "./write_findings.ts";
import { withoutTurns } from "../../work/host_turns.ts";

/** Markers in the place of blocked and withheld values. */
const MARKERS: Readonly<Record<string, string>> = {
  block: "[BLOCKED]",
  withhold: "[WITHHELD:DEPTH]",
  ...WITHHELD,
};

interface WriteLeafOptions {
  readonly session: MaskSession;
  readonly context: MaskContext;
  /** "quote" where values stay as they are and only what looks like a token is replaced. */
  readonly replaces: "all" | "quote";
}

/** Puts in the place of a leaf what was found of it. */
export function writeLeaf(leaf: LeafNode, options: WriteLeafOptions): void {
  withoutTurns(writeLeafInSteps(leaf, options));
}

/** Like {@linkcode writeLeaf}, and pauses now and then, so that others have their turn. */
export function* writeLeafInSteps(
  leaf: LeafNode,
  options: WriteLeafOptions,
): Generator<void, void> {
  if (leaf.kind === undefined && leaf.rule === undefined && leaf.findings.length === 0) return;
  const withheld = leaf.rule === undefined ? undefined : MARKERS[leaf.rule];
  if (withheld !== undefined) return withhold(leaf, withheld, options);
  const { session, context } = options;
  const replaces = leaf.rule === "raw" ? "quote" : options.replaces;
  if (leaf.kind !== undefined) writeWhole(leaf, leaf.kind, { session, context, replaces });
  else if (leaf.findings.length > 0) {
    const path = () => pathOf(leaf);
    const places = { session, context, path, replaces };
    leaf.result = yield* writeInSteps(String(leaf.value), leaf.findings, places);
  }
}

function withhold(leaf: LeafNode, marker: string, { session, context }: WriteLeafOptions): void {
  const isBlocked = leaf.rule === "block";
  leaf.result = marker;
  session.log.add({
    direction: context.direction,
    server: context.server,
    tool: context.tool,
    path: pathOf(leaf),
    kind: "ANY",
    detector: isBlocked ? "field.rule" : "masker",
    confidence: 1,
    action: isBlocked ? "blocked" : "withheld",
    length: String(leaf.value).length,
  });
}

function writeWhole(
  leaf: LeafNode,
  kind: string,
  { session, context, replaces }: WriteLeafOptions,
): void {
  const finding = {
    detector: KIND_NAME.test(leaf.rule ?? "") ? "field.rule" : "key.name",
    strength: STRENGTH.labelled,
  };
  const path = () => pathOf(leaf);
  const token = keepValue(kind, leaf.value, { session, context, path, finding, action: "masked" });
  if (replaces === "all") leaf.result = token;
  else {
    session.held.add(kind, String(leaf.value));
    leaf.result = quoteOnly(leaf, { session, context });
  }
}

/** A real value inside the worker may still not hold anything that looks like a token. */
function quoteOnly(
  leaf: LeafNode,
  { session, context }: { session: MaskSession; context: MaskContext },
): LeafNode["value"] {
  if (typeof leaf.value !== "string") return leaf.value;
  const findings = tokensOfSession(leaf.value, session).map(({ start, end }) => ({
    kind: "TOKEN",
    start,
    end,
    strength: STRENGTH.token,
    detector: "token.shape",
  }));
  const path = () => pathOf(leaf);
  return writeFindings(leaf.value, findings, { session, context, path, replaces: "quote" });
}
