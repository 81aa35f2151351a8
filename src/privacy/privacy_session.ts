import { hostTurns, withoutTurns, withTurns } from "../work/host_turns.ts";
import { type DeriveOutcome, Deriver } from "./restore/derive.ts";
import { KnownValues, type KnownWidth } from "./detect/known_values.ts";
import { EventLog, extraValues, type MaskContext, type MaskSession } from "./mask/mask_context.ts";
import { MaskStream } from "./mask/mask_stream.ts";
import { Masker } from "./mask/masker.ts";
import { withExtra, withholdText, writeFindings, writeInSteps } from "./mask/write_findings.ts";
import type { OffThreadFinder } from "./mask/find_texts.ts";
import type { Finding } from "./detect/scan.ts";
import { searchText } from "./detect/search_text.ts";
import type { PrivacySink } from "./privacy_event.ts";
import type { Protection } from "./protection.ts";
import { reveal, type RevealOptions } from "./restore/reveal.ts";
import type { RestoreContext } from "./restore/value_gate.ts";
import type { RestoreOutcome } from "./restore/restore_outcome.ts";
import { Restorer } from "./restore/restorer.ts";
import type { Vault } from "./vault/vault.ts";

export interface PrivacySessionOptions {
  /** The settings, made ready; all sessions may share one. */
  readonly protection: Protection;
  /** The session's own vault. */
  readonly vault: Vault;
  /** Takes the events for the audit. Default: they are dropped. */
  readonly onEvents?: PrivacySink;
  /** Principal whose turns the work on the host's thread takes. Default: none. */
  readonly principal?: string;
  /** Searches large values off the event loop; all sessions may share one. Default: none. */
  readonly offThread?: OffThreadFinder;
  /** Milliseconds since the epoch. Default: the system's clock. */
  readonly now?: () => number;
}

/** The one place of a session where values become tokens and tokens values. */
export interface PrivacySession {
  /** Masks a value of any shape; a large one is searched off the event loop. */
  mask(value: unknown, context: MaskContext): Promise<unknown>;
  /** Masks a value that is written as valid JSON; returns JSON. */
  maskJson(json: string, context: MaskContext): Promise<string>;
  /** Masks a value of any shape at once. */
  maskNow(value: unknown, context: MaskContext): unknown;
  /** Masks a text as what it is, not as JSON: a line, a message, a path. */
  maskText(text: string, context: MaskContext): string;
  /** Like `maskText`; a large text is searched off the event loop. */
  maskLongText(text: string, context: MaskContext): Promise<string>;
  /** Masks texts of any lengths, one after the other, in turns with the work of other principals. */
  maskTexts(texts: readonly string[], context: MaskContext): Promise<string[]>;
  /** Masks a text that comes in pieces. */
  maskStream(context: MaskContext): MaskStream;
  /** Puts the values back into the arguments of a call: all of them, or none. */
  restore(args: unknown, context: RestoreContext): RestoreOutcome;
  /** Like `restore`, in turns with the work of other principals. */
  restoreInTurns(args: unknown, context: RestoreContext): Promise<RestoreOutcome>;
  /** Writes the values into a text, for a person who may see them. */
  reveal(text: string, options: RevealOptions): string;
  /** Tells a fact about a value behind a token. */
  derive(fact: string, subject: unknown): DeriveOutcome;
  /** Tells whether two values, each a token or a value, are the same. */
  same(one: unknown, other: unknown): DeriveOutcome;
}

/**
 * Opens the privacy of a session.
 *
 * @example
 * ```ts
 * import { createPrivacySession } from "./privacy_session.ts";
 * import { Protection } from "./protection.ts";
 * import { privacySettings } from "../config/privacy.ts";
 * import { Vault } from "./vault/vault.ts";
 *
 * const privacy = createPrivacySession({
 *   protection: new Protection(privacySettings.parse({})),
 *   vault: new Vault({ session: "s1", nonce: "k7q" }),
 * });
 * const lead = privacy.maskNow({ email: "ann@example.com" }, { direction: "in", server: "crm" });
 * const outcome = privacy.restore({ to: "[EMAIL_1_k7q]" }, { server: "crm", tool: "send_email" });
 * console.assert(JSON.stringify(lead) === '{"email":"[EMAIL_1_k7q]"}');
 * console.assert(outcome.status === "restored");
 * ```
 */
export function createPrivacySession(options: PrivacySessionOptions): PrivacySession {
  const { protection, vault, principal = "", onEvents, offThread, now = Date.now } = options;
  const session: MaskSession = {
    principal,
    protection,
    vault,
    known: knownOf(vault),
    // What its programs have held before may be in its files, or in the journal of a run.
    held: protection.hasBoundary ? knownOf(vault, "all") : new KnownValues("all"),
    log: new EventLog(vault, onEvents && ((events) => onEvents(events, principal)), now),
  };
  const masker = new Masker(session, offThread);
  const restorer = new Restorer(session);
  const deriver = new Deriver(session, now);
  return {
    mask: (value, context) => masker.mask(value, context),
    maskJson: (json, context) => masker.maskJson(json, context),
    maskNow: (value, context) => masker.maskNow(value, context),
    maskText: (text, context) => maskText(text, { session, masker, context }),
    async maskLongText(text, context) {
      const [masked] = await maskTexts([text], { session, masker, context, offThread });
      return masked!;
    },
    maskTexts: (texts, context) => maskTexts(texts, { session, masker, context, offThread }),
    maskStream: (context) => new MaskStream({ session, masker, context }),
    restore: (args, context) => withoutTurns(restorer.restore(args, context)),
    restoreInTurns: (args, context) => withTurns(restorer.restore(args, context), principal),
    reveal: (text, options) => reveal(text, { ...options, session }),
    derive: (fact, subject) => deriver.derive(fact, subject),
    same: (one, other) => deriver.same(one, other),
  };
}

function maskText(
  text: string,
  { session, masker, context }: TextOptions,
): string {
  const deadline = performance.now() + session.protection.settings.budgetMs;
  const findings = searchText(masker.finderOf(context), text, { deadline });
  return writeText(text, findings, { session, masker, context });
}

async function maskTexts(
  texts: readonly string[],
  { offThread, ...options }: TextOptions & { offThread: OffThreadFinder | undefined },
): Promise<string[]> {
  const { principal, protection: { settings: { offThreadBytes } } } = options.session;
  const masked: string[] = [];
  await hostTurns.afford(principal);
  let slices = hostTurns.slices(principal);
  for (const text of texts) {
    if (offThread === undefined || text.length < offThreadBytes) {
      masked.push(maskText(text, options));
      if (slices.isDue && masked.length < texts.length) await slices.rest();
      continue;
    }
    slices.end();
    masked.push(await maskOffThread(text, { ...options, offThread }));
    slices = hostTurns.slices(principal);
  }
  slices.end();
  return masked;
}

/** Searches for known values here, and for all others in the search process. */
async function maskOffThread(
  text: string,
  { offThread, ...options }: TextOptions & { offThread: OffThreadFinder },
): Promise<string> {
  const { session: { protection, known, principal }, context, masker } = options;
  const profile = protection.profileOf(context);
  const found = await offThread.find(profile, [text], { budgetMs: protection.settings.budgetMs });
  const [findings = "late"] = found === "late" ? [] : found;
  if (typeof findings === "string") return writeText(text, findings, options);
  const { wantsByKey } = protection.finderOptions(profile);
  await hostTurns.rest(principal);
  const all = withExtra(
    text,
    known.addTo(text, findings, wantsByKey),
    extraValues(options.session, context),
  );
  const replaces = masker.replacesIn(context);
  return await withTurns(
    writeInSteps(text, all, { session: options.session, context, path: () => "", replaces }),
    principal,
  );
}

function writeText(
  text: string,
  findings: readonly Finding[] | "late" | "failed",
  { session, masker, context }: TextOptions,
): string {
  if (typeof findings === "string") {
    return withholdText(findings, { session, context, length: text.length });
  }
  const replaces = masker.replacesIn(context);
  const all = withExtra(text, findings, extraValues(session, context));
  return writeFindings(text, all, { session, context, path: () => "", replaces });
}

interface TextOptions {
  readonly session: MaskSession;
  readonly masker: Masker;
  readonly context: MaskContext;
}

/** A vault that was opened again knows its values. */
function knownOf(vault: Vault, width?: KnownWidth): KnownValues {
  const known = new KnownValues(width);
  for (const { kind, forms } of vault.entries()) {
    for (const { value } of forms) known.add(kind, String(value));
  }
  return known;
}
