import { foldText } from "../detect/characters.ts";
import { type Finding, TOKEN_KIND } from "../detect/scan.ts";
import { QUOTED_TEXT } from "../../model/privacy_settings.ts";
import { findTokens, type TokenPlace } from "../../model/token.ts";
import type { Scalar } from "../vault/vault_entry.ts";
import type { MaskContext, MaskSession } from "./mask_context.ts";
import type { KnownValues } from "../detect/known_values.ts";
import { withoutTurns } from "../../work/host_turns.ts";

/** What {@linkcode writeFindings} needs beside the text. */
interface WriteOptions {
  readonly session: MaskSession;
  readonly context: MaskContext;
  /** Returns where the text stands; called only where events are taken. */
  readonly path: () => string;
  /** `quote`: values are kept in the vault and stay in the text; only token-shaped text is replaced. */
  readonly replaces: "all" | "quote";
}

/** Puts tokens in the places of what was found, in one pass that never looks at what it put in. */
export function writeFindings(
  text: string,
  findings: readonly Finding[],
  options: WriteOptions,
): string {
  return withoutTurns(writeInSteps(text, findings, options));
}

/** So many findings are written between two pauses. */
const FINDINGS_A_STEP = 32;

/** Like {@linkcode writeFindings}, and pauses now and then, so that others have their turn. */
export function* writeInSteps(
  text: string,
  findings: readonly Finding[],
  options: WriteOptions,
): Generator<void, string> {
  if (findings.length === 0) return text;
  const written: string[] = [];
  let pieces: string[] = [];
  let place = 0;
  for (const finding of findings) {
    const value = text.slice(finding.start, finding.end);
    pieces.push(text.slice(place, finding.start), writeOne(value, finding, options));
    place = finding.end;
    if (pieces.length < 2 * FINDINGS_A_STEP) continue;
    written.push(pieces.join(""));
    pieces = [];
    yield;
  }
  options.session.log.flush();
  return [...written, ...pieces, text.slice(place)].join("");
}

function writeOne(value: string, finding: Finding, options: WriteOptions): string {
  const { session, context, replaces } = options;
  if (finding.kind === TOKEN_KIND) {
    return context.direction === "out" || !isToken(value, session)
      ? value
      : keepValue(QUOTED_TEXT, value, { ...options, finding, action: "quoted" });
  }
  const token = keepValue(finding.kind, value, { ...options, finding, action: "masked" });
  if (replaces === "all") return token;
  session.held.add(finding.kind, value);
  return value;
}

/** Whether a text could resolve or be refused in an argument, also once it was copied as it shows. */
function isToken(text: string, { protection: { kinds }, vault: { nonce } }: MaskSession): boolean {
  return findTokens(foldText(text).text, { kinds, nonce }).length > 0;
}

/** What {@linkcode keepValue} needs beside the value. */
interface KeepOptions extends Omit<WriteOptions, "replaces"> {
  readonly finding: Pick<Finding, "detector" | "strength">;
  readonly action: "masked" | "quoted";
}

/** Gives a value its token and writes that down. */
export function keepValue(kind: string, value: Scalar, options: KeepOptions): string {
  const { session, context, finding, path, action } = options;
  const entry = session.vault.keep(
    kind,
    value,
    context.direction === "in" ? context.server : undefined,
  );
  if (session.log.isHeard) {
    session.log.add({
      direction: context.direction,
      server: context.server,
      tool: context.tool,
      path: path(),
      kind,
      entry,
      detector: finding.detector,
      confidence: finding.strength / 100,
      action,
      length: String(value).length,
    });
  }
  return entry.token;
}

/** What stands in the place of a text that was not searched to its end, by why it was not. */
export const WITHHELD = { late: "[WITHHELD:TIME]", failed: "[WITHHELD:DETECTOR]" } as const;

/** Writes down that a text was not searched to its end; returns the marker that stands for it. */
export function withholdText(
  why: keyof typeof WITHHELD,
  { session, context, length }: {
    readonly session: MaskSession;
    readonly context: MaskContext;
    /** How long the text was. */
    readonly length: number;
  },
): string {
  session.log.add({
    ...context,
    path: "",
    kind: "ANY",
    detector: "masker",
    confidence: 1,
    action: "withheld",
    length,
  });
  session.log.flush();
  return WITHHELD[why];
}

/** The findings of a text, and the values beside them that are looked for in this context. */
export function withExtra(
  text: string,
  findings: readonly Finding[],
  extra: readonly KnownValues[],
): readonly Finding[] {
  return extra.reduce((all, values) => values.addTo(text, all, () => true), findings);
}

/** What looks like a token of the session in a text. */
export function tokensOfSession(
  text: string,
  { protection: { kinds }, vault: { nonce } }: MaskSession,
): TokenPlace[] {
  return findTokens(text, { kinds, nonce });
}
