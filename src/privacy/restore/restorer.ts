import { Finder } from "../find/find.ts";
import { TOKEN_KIND } from "../find/find_token.ts";
import type { FlowAction } from "../flow_policy.ts";
import type { MaskSession } from "../mask/mask_context.ts";
import { findTokens, mayHoldToken, type TokenPlace } from "../token.ts";
import type { Scalar, VaultEntry } from "../vault/vault.ts";
import { type ArgumentSyntax, argumentSyntax } from "./argument_syntax.ts";
import { ArgumentWalker, STEP, type Whereabouts } from "./argument_walker.ts";
import { encodeHtml, encodePercent, encodeValue } from "./encode_value.ts";
import type { RestoreOutcome, RestoreProblem, RestoreQuestion } from "./restore_outcome.ts";

/** The call that arguments are for. */
export interface RestoreContext {
  readonly server: string;
  readonly tool: string;
  /** Ids of questions that a person has answered with yes. */
  readonly approved?: ReadonlySet<string>;
  /** The language of an argument, where the tool's schema tells; by name and look otherwise. */
  readonly syntaxOf?: (path: readonly string[]) => ArgumentSyntax | undefined;
}

/** Puts the values back into the arguments of tool calls, as far as the policy lets them go. */
export class Restorer {
  readonly #session: MaskSession;
  #finder: Finder | undefined;

  constructor(session: MaskSession) {
    this.#session = session;
  }

  /** Restores the tokens in texts and names of a value: all of them, or none. */
  restore(value: unknown, context: RestoreContext): RestoreOutcome {
    const work: Work = {
      context,
      problems: [],
      questions: [],
      decided: new Map(),
      entries: new Set(),
    };
    const walker = new ArgumentWalker((text, where) => this.#restoreText(text, { where, work }));
    const restored = walker.walk(value);
    if (walker.isUnreadable) work.problems.push(UNREADABLE);
    this.#session.log.flush();
    if (work.problems.length > 0) return { status: "refused", problems: work.problems };
    if (work.questions.length > 0) return { status: "ask", questions: work.questions };
    return { status: "restored", value: restored, entries: work.entries };
  }

  #restoreText(text: string, way: Way): Scalar {
    const { vault, protection } = this.#session;
    if (protection.hasBoundary) this.#checkRawValues(text, way);
    if (!mayHoldToken(text)) return text;
    const whole = text.length <= LONGEST_TOKEN ? vault.get(text) : undefined;
    if (whole !== undefined) return this.#restoreWhole(text, whole, way);
    const places = findTokens(text, { kinds: protection.kinds, nonce: vault.nonce });
    const [only] = places;
    if (only === undefined) return text;
    const isWhole = only.start === 0 && only.end === text.length && only.writing === "plain";
    if (!isWhole) return this.#restoreInside(text, places, way);
    const entry = this.#entryOf(only, way);
    return entry === undefined ? text : formFor(entry, way.work.context.server);
  }

  #restoreWhole(text: string, entry: VaultEntry, way: Way): Scalar {
    return this.#mayGo(entry, way) ? formFor(entry, way.work.context.server) : text;
  }

  #restoreInside(text: string, places: readonly TokenPlace[], way: Way): string {
    const { server, syntaxOf } = way.work.context;
    const names = namesOf(way.where);
    const syntax = syntaxOf?.(names) ?? argumentSyntax(names.at(-1) ?? "", text);
    let restored = "";
    let end = 0;
    for (const place of places) {
      const entry = this.#entryOf(place, way);
      if (entry === undefined) continue;
      const before = restored + text.slice(end, place.start);
      const written = writeInside(String(formFor(entry, server)), { before, place, syntax });
      if (written === undefined) {
        way.work.problems.push(embeddedProblem(place.token, way.where.path(), syntax));
      }
      restored = before + (written ?? "");
      end = place.end;
    }
    return restored + text.slice(end);
  }

  /** What stands behind a token, when it may go this way. */
  #entryOf(place: TokenPlace, way: Way): VaultEntry | undefined {
    const { vault } = this.#session;
    const entry = vault.get(place.token);
    if (entry !== undefined) return this.#mayGo(entry, way) ? entry : undefined;
    way.work.problems.push({
      reason: "unknown",
      token: place.token,
      path: way.where.path(),
      message: place.nonce === vault.nonce
        ? `Cannot restore ${place.token}: this session never gave it out`
        : `Cannot restore ${place.token}: it is not of this session`,
    });
    this.#note(way, { kind: place.kind, action: "denied", why: "unknown token" });
    return undefined;
  }

  #mayGo(entry: VaultEntry, way: Way): boolean {
    const { server, tool, approved } = way.work.context;
    const sources = sourcesOf(entry);
    const { action, why } = this.#decide(entry.kind, sources, way);
    const id = action === "ask"
      ? [entry.token, server, tool, namesOf(way.where).join(".")].join(" ")
      : "";
    const decided: FlowAction = action === "ask" && approved?.has(id) ? "allow" : action;
    this.#note(way, { kind: entry.kind, action: NOTED[decided], why, entry });
    if (decided === "allow") {
      way.work.entries.add(entry);
      return true;
    }
    const { token, kind } = entry;
    const path = way.where.path();
    if (decided === "ask") {
      way.work.questions.push({ id, token, kind, path, sources, server, tool });
    } else {
      way.work.problems.push({
        reason: "denied",
        token,
        path,
        message: `Cannot send ${token} to ${server}: ${lowerFirst(why)}`,
      });
    }
    return false;
  }

  /** A table has ten thousand values that go the same way. */
  #decide(
    kind: string,
    sources: readonly string[],
    { where, work: { context: { server, tool }, decided } }: Way,
  ): { action: FlowAction; why: string } {
    const way = `${kind}\x01${sources.join(STEP)}\x01${where.names}`;
    let decision = decided.get(way);
    if (decision === undefined) {
      const path = namesOf(where);
      decision = this.#session.protection.flows.decide({ kind, sources, server, tool, path });
      decided.set(way, decision);
    }
    return decision;
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
      if (entry !== undefined) this.#mayGo(entry, way);
    }
  }

  #note({ where, work: { context } }: Way, { kind, action, why, entry }: Note): void {
    if (!this.#session.log.isHeard) return;
    this.#session.log.add({
      direction: "call",
      server: context.server,
      tool: context.tool,
      path: where.path(),
      kind,
      ...(entry === undefined ? {} : { entry }),
      detector: why,
      confidence: 1,
      action,
      length: entry === undefined ? 0 : String(entry.forms[0]!.value).length,
    });
  }
}

/** Where a text stands, in the work on a whole call. */
interface Way {
  readonly where: Whereabouts;
  readonly work: Work;
}

interface Work {
  readonly context: RestoreContext;
  readonly problems: RestoreProblem[];
  readonly questions: RestoreQuestion[];
  readonly entries: Set<VaultEntry>;
  /** What was decided for each way. */
  readonly decided: Map<string, { action: FlowAction; why: string }>;
}

interface Note {
  readonly kind: string;
  readonly action: "restored" | "denied" | "asked";
  readonly why: string;
  readonly entry?: VaultEntry;
}

/** Longer than any token in its exact form. */
const LONGEST_TOKEN = 96;
const NOTED = { allow: "restored", deny: "denied", ask: "asked" } as const;
const UNREADABLE: RestoreProblem = {
  reason: "unreadable",
  token: "",
  path: "",
  message: "Cannot restore arguments: they are no JSON, or deeper than 200 levels",
};

function namesOf({ names }: Whereabouts): readonly string[] {
  return names === "" ? [] : names.split(STEP).slice(1);
}

/** The servers that a value was seen from, in any of its forms. */
function sourcesOf({ forms }: VaultEntry): readonly string[] {
  return forms.length === 1
    ? forms[0]!.servers
    : [...new Set(forms.flatMap(({ servers }) => servers))];
}

/** The form that the server itself sent, else the first that was seen. */
function formFor({ forms }: VaultEntry, server: string): Scalar {
  if (forms.length === 1) return forms[0]!.value;
  return (forms.find(({ servers }) => servers.includes(server)) ?? forms[0]!).value;
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

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
