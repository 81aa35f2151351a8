import { Finder } from "../detect/find.ts";
import { TOKEN_KIND } from "../detect/scan.ts";
import type { MaskSession } from "../mask/mask_context.ts";
import { findTokensInSteps, mayHoldToken, type TokenPlace } from "../../model/token.ts";
import type { Scalar, VaultEntry } from "../vault/vault_entry.ts";
import {
  type ArgumentSyntax,
  argumentSyntax,
  encodeHtml,
  encodePercent,
  encodeValue,
} from "./argument_syntax.ts";
import { ArgumentWalker, namesOf } from "./argument_walker.ts";
import { type RestoreContext, type RestoreWork, ValueGate, type Way } from "./value_gate.ts";
import type { RestoreOutcome, RestoreProblem } from "./restore_outcome.ts";

/** Puts the values back into the arguments of tool calls, as far as the policy lets them go. */
export class Restorer {
  readonly #session: MaskSession;
  readonly #gate: ValueGate;
  #finder: Finder | undefined;

  constructor(session: MaskSession) {
    this.#session = session;
    this.#gate = new ValueGate(session);
  }

  /**
   * Restores the tokens in texts and names of a value: all of them, or none. Pauses between values.
   */
  *restore(value: unknown, context: RestoreContext): Generator<void, RestoreOutcome> {
    const work: RestoreWork = {
      context,
      problems: [],
      questions: [],
      decided: new Map(),
      entries: new Set(),
      charactersLeft: MAX_ENCLOSING_CHARACTERS,
    };
    const walker = new ArgumentWalker((text, where) => this.#restoreText(text, { where, work }));
    const restored = yield* walker.walk(value);
    if (walker.isUnreadable) work.problems.push(UNREADABLE);
    this.#session.log.flush();
    if (work.problems.length > 0) return { status: "refused", problems: work.problems };
    if (work.questions.length > 0) return { status: "ask", questions: work.questions };
    return { status: "restored", value: restored, entries: work.entries };
  }

  *#restoreText(text: string, way: Way): Generator<void, Scalar> {
    const { vault, protection } = this.#session;
    if (protection.hasBoundary) this.#checkRawValues(text, way);
    if (!mayHoldToken(text)) return text;
    const whole = text.length <= LONGEST_TOKEN ? vault.get(text) : undefined;
    if (whole !== undefined) return this.#restoreWhole(text, whole, way);
    const places = yield* findTokensInSteps(text, { kinds: protection.kinds, nonce: vault.nonce });
    const [only] = places;
    if (only === undefined) return text;
    const isWhole = only.start === 0 && only.end === text.length && only.writing === "plain";
    if (!isWhole) return yield* this.#restoreInside(text, places, way);
    const entry = this.#entryOf(only, way);
    return entry === undefined ? text : formFor(entry, way.work.context.server);
  }

  #restoreWhole(text: string, entry: VaultEntry, way: Way): Scalar {
    return this.#gate.mayGo(entry, way) ? formFor(entry, way.work.context.server) : text;
  }

  *#restoreInside(
    text: string,
    places: readonly TokenPlace[],
    way: Way,
  ): Generator<void, string> {
    const { work } = way;
    const { server, syntaxOf } = work.context;
    const names = namesOf(way.where);
    const syntax = syntaxOf?.(names) ?? argumentSyntax(names.at(-1) ?? "", text);
    let parts: string[] = [];
    let pieces: string[] = [];
    let end = 0;
    for (const [index, place] of places.entries()) {
      if (index % TOKENS_PER_PAUSE === TOKENS_PER_PAUSE - 1) {
        parts.push(pieces.join(""));
        pieces = [];
        yield;
      }
      const entry = this.#entryOf(place, way);
      if (entry === undefined) continue;
      pieces.push(text.slice(end, place.start));
      const value = String(formFor(entry, server));
      let written: string | undefined;
      if (isReadBefore(place, syntax)) {
        // What is before a value is read for each value anew.
        yield;
        const before = [...parts, ...pieces].join("");
        [parts, pieces] = [[before], []];
        work.charactersLeft -= before.length;
        const isShort = before.length <= MAX_BEFORE_CHARACTERS && work.charactersLeft >= 0;
        if (isShort) written = writeInside(value, { before, place, syntax });
      } else written = writeInside(value, { before: "", place, syntax });
      if (written === undefined) {
        way.work.problems.push(embeddedProblem(place.token, way.where.path(), syntax));
      }
      pieces.push(written ?? "");
      end = place.end;
    }
    return [...parts, ...pieces, text.slice(end)].join("");
  }

  /** What stands behind a token, when it may go this way. */
  #entryOf(place: TokenPlace, way: Way): VaultEntry | undefined {
    const { vault } = this.#session;
    const entry = vault.get(place.token);
    if (entry !== undefined) return this.#gate.mayGo(entry, way) ? entry : undefined;
    way.work.problems.push({
      reason: "unknown",
      token: place.token,
      path: way.where.path(),
      message: place.nonce === vault.nonce
        ? `Cannot restore ${place.token}: this session never gave it out`
        : `Cannot restore ${place.token}: it is not of this session`,
    });
    this.#gate.note(way, { kind: place.kind, action: "denied", why: "unknown token" });
    return undefined;
  }

  /** Where programs hold real values, those obey the same policy. */
  #checkRawValues(text: string, way: Way): void {
    const { protection, known, vault } = this.#session;
    this.#finder ??= new Finder({ ...protection.finderOptions(protection.profileOf({})), known });
    const names = namesOf(way.where);
    const hints = protection.hints.get(names.at(-1) ?? "", names.at(-2));
    const whole = hints.map(({ kind }) => vault.find(kind, text));
    const found = this.#finder.find(text).filter(({ kind }) => kind !== TOKEN_KIND)
      .map(({ kind, start, end }) => vault.find(kind, text.slice(start, end)));
    for (const entry of new Set([...whole, ...found])) {
      if (entry !== undefined) this.#gate.mayGo(entry, way);
    }
  }
}

/** Longer than any token in its exact form. */
const LONGEST_TOKEN = 96;
/** So many tokens of one text are looked at between two pauses. */
const TOKENS_PER_PAUSE = 32;
/** A longer text is not searched for what encloses a value. */
const MAX_BEFORE_CHARACTERS = 1_000_000;
/** What is read of texts in all, for what encloses values. */
const MAX_ENCLOSING_CHARACTERS = 64_000_000;
const UNREADABLE: RestoreProblem = {
  reason: "unreadable",
  token: "",
  path: "",
  message: "Cannot restore arguments: they are no JSON, or deeper than 200 levels",
};

/** The form that the server itself sent, else the first that was seen. */
function formFor({ forms }: VaultEntry, server: string): Scalar {
  if (forms.length === 1) return forms[0]!.value;
  return (forms.find(({ servers }) => servers.includes(server)) ?? forms[0]!).value;
}

/** Whether how a value is written hangs on what stands before it. */
function isReadBefore({ writing }: TokenPlace, syntax: ArgumentSyntax): boolean {
  return writing === "plain" && syntax !== "text" && syntax !== "url";
}

function writeInside(
  value: string,
  { before, place, syntax }: { before: string; place: TokenPlace; syntax: ArgumentSyntax },
): string | undefined {
  if (place.writing === "percent") return encodePercent(value);
  if (place.writing === "html") return encodeHtml(value);
  return encodeValue({ value, before, syntax });
}

function embeddedProblem(token: string, path: string, syntax: ArgumentSyntax): RestoreProblem {
  return {
    reason: "embedded",
    token,
    path,
    message: `Cannot put ${token} into ${syntax} at "${path}": it could change what the rest means`,
  };
}
