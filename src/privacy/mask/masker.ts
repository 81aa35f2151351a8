import { chooseKind } from "../find/choose_kind.ts";
import { Finder } from "../find/find.ts";
import { type Finding, STRENGTH } from "../find/scan.ts";
import { searchText } from "../find/search_text.ts";
import type { KnownValues } from "../find/known_values.ts";
import type { Profile } from "../protection.ts";
import { findTokens, KIND_NAME, mayHoldToken, type TokenPlace } from "../token.ts";
import { hintNodes } from "./hint_nodes.ts";
import { inSlices } from "./in_slices.ts";
import { extraValues, type MaskContext, type MaskSession } from "./mask_context.ts";
import { type LeafNode, pathOf, stepsOf } from "./node.ts";
import type { OffThreadFinder } from "./off_thread_finder.ts";
import { rebuildNode } from "./rebuild_node.ts";
import { type Snapshot, snapshotValue } from "./snapshot_value.ts";
import { keepValue, writeFindings } from "./write_findings.ts";

/** Why a value was withheld, as it stands in its place. */
export type Withheld = "[WITHHELD:TIME]" | "[WITHHELD:DETECTOR]" | "[WITHHELD:DEPTH]";

/** How many leaves are done between two looks at the clock. */
const LEAVES_PER_LOOK = 64;
/** How many texts go to the thread in one message. */
const TEXTS_AT_ONCE = 512;

/** What the thread found in each text. */
type OffThreadFindings = Awaited<ReturnType<OffThreadFinder["find"]>>;

/** Masks the values of one session. */
export class Masker {
  readonly #session: MaskSession;
  readonly #offThread: OffThreadFinder | undefined;
  readonly #finders = new Map<string, Finder>();

  /** @param offThread searches large values, where there is one */
  constructor(session: MaskSession, offThread?: OffThreadFinder) {
    this.#session = session;
    this.#offThread = offThread;
  }

  /** Masks a value of any shape at once. */
  maskNow(value: unknown, context: MaskContext): unknown {
    return this.#finish(this.#begin(value, context));
  }

  /** Masks a value of any shape; a large one is searched off the event loop. */
  async mask(value: unknown, context: MaskContext): Promise<unknown> {
    const work = this.#begin(value, context);
    const offThread = this.#offThread;
    const { offThreadBytes } = this.#session.protection.settings;
    const size = work.snapshot.leaves.reduce((sum, { value }) => sum + String(value).length, 0);
    if (offThread === undefined || size < offThreadBytes) return this.#finish(work);
    await this.#judgeAndSearch(work, offThread);
    await inSlices(work.snapshot.leaves, (leaf) => this.#write(leaf, work));
    return this.#end(work);
  }

  /** The finder of a context, kept for the next time. */
  finderOf(context: MaskContext): Finder {
    const { protection, known } = this.#session;
    const profile = protection.profileOf(context);
    let finder = this.#finders.get(profile.name);
    if (finder === undefined) {
      finder = new Finder({ ...protection.finderOptions(profile), known });
      this.#finders.set(profile.name, finder);
    }
    return finder;
  }

  /** Whether values stay where they are and only what looks like a token is replaced. */
  replacesIn(context: MaskContext): "all" | "quote" {
    const { residency } = this.#session.protection.profileOf(context);
    return residency === "boundary" && context.direction === "in" ? "quote" : "all";
  }

  #begin(value: unknown, context: MaskContext): Work {
    const { protection } = this.#session;
    const snapshot = snapshotValue(value);
    hintNodes(snapshot.root, protection.hints);
    const profile = protection.profileOf(context);
    return {
      context,
      snapshot,
      profile,
      texts: [],
      extra: extraValues(this.#session, context),
      replaces: this.replacesIn(context),
      deadline: performance.now() + protection.settings.budgetMs,
    };
  }

  #finish(work: Work): unknown {
    work.snapshot.leaves.forEach(this.#makeJudge(work));
    this.#search(work);
    for (const leaf of work.snapshot.leaves) this.#write(leaf, work);
    return this.#end(work);
  }

  /** Tells of each leaf whether it is personal as a whole, or is to be searched. */
  #makeJudge({ profile, context, texts, extra }: Work): (leaf: LeafNode) => void {
    const { protection, known } = this.#session;
    const { wantsByKey, isAllowed } = protection.finderOptions(profile);
    const fieldRules = protection.fieldRulesOf(context);
    return (leaf) => {
      if (fieldRules !== undefined) leaf.rule ??= ruleFor(fieldRules(stepsOf(leaf)), context);
      const again = wholeAgain(leaf, extra);
      const kind = again ?? this.#wholeKind(leaf, context);
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

  #wholeKind(leaf: LeafNode, { direction }: MaskContext): string | undefined {
    if (leaf.rule !== undefined && leaf.rule !== "raw") {
      return RULE_WORDS.has(leaf.rule) ? undefined : leaf.rule;
    }
    if (leaf.hints.length === 0) return undefined;
    const text = String(leaf.value);
    // A value that is masked already says nothing by its key any more.
    if (direction === "out" && mayHoldToken(text) && this.#tokensIn(text).length > 0) {
      return undefined;
    }
    const { isBesidePerson } = leaf;
    return chooseKind(leaf.hints, text, {
      isBesidePerson,
      isNumber: typeof leaf.value !== "string",
    });
  }

  #search({ texts, context, deadline, extra }: Work): void {
    const finder = this.finderOf(context);
    for (const [index, leaf] of texts.entries()) {
      if (index % LEAVES_PER_LOOK === 0 && performance.now() > deadline) {
        for (const late of texts.slice(index)) late.rule = "late";
        return;
      }
      this.#settle(leaf, searchText(finder, String(leaf.value), { deadline }), extra);
    }
  }

  /** The thread searches the first texts while the leaves after them are judged. */
  async #judgeAndSearch(work: Work, offThread: OffThreadFinder): Promise<void> {
    const { texts, snapshot: { leaves } } = work;
    const judge = this.#makeJudge(work);
    const searches: Promise<OffThreadFindings>[] = [];
    let sent = 0;
    const send = (): void => {
      searches.push(this.#find(texts.slice(sent), work, offThread));
      sent = texts.length;
    };
    await inSlices(leaves, (leaf) => {
      judge(leaf);
      if (texts.length - sent >= TEXTS_AT_ONCE) send();
    });
    if (texts.length > sent) send();
    // Only now all values are known that are to be found again.
    for (const [part, search] of searches.entries()) {
      const found = await search;
      await this.#settleAll(texts.slice(part * TEXTS_AT_ONCE, (part + 1) * TEXTS_AT_ONCE), {
        found,
        work,
      });
    }
  }

  #find(
    texts: readonly LeafNode[],
    { profile, deadline }: Work,
    offThread: OffThreadFinder,
  ): Promise<OffThreadFindings> {
    const values = texts.map(({ value }) => String(value));
    return offThread.find(profile, values, {
      budgetMs: Math.max(1, deadline - performance.now()),
    });
  }

  async #settleAll(
    texts: readonly LeafNode[],
    { found, work: { profile, extra } }: { found: OffThreadFindings; work: Work },
  ): Promise<void> {
    const { known, protection } = this.#session;
    const { wantsByKey } = protection.finderOptions(profile);
    await inSlices(texts, (leaf, index) => {
      const findings = found === "late" ? "late" : found[index] ?? "late";
      const isFound = typeof findings !== "string";
      this.#settle(
        leaf,
        isFound ? known.addTo(String(leaf.value), findings, wantsByKey) : findings,
        extra,
      );
    });
  }

  /** Without findings nobody knows what is in a text, and so nobody may see it. */
  #settle(
    leaf: LeafNode,
    findings: readonly Finding[] | "late" | "failed",
    extra: readonly KnownValues[],
  ): void {
    if (typeof findings === "string") leaf.rule = findings;
    else leaf.findings = withExtra(String(leaf.value), findings, extra);
  }

  #write(leaf: LeafNode, { context, replaces: usual }: Work): void {
    if (leaf.kind === undefined && leaf.rule === undefined && leaf.findings.length === 0) return;
    const session = this.#session;
    const path = () => pathOf(leaf);
    const withheld = leaf.rule === undefined ? undefined : MARKERS[leaf.rule];
    if (withheld !== undefined) {
      leaf.result = withheld;
      session.log.add({
        direction: context.direction,
        server: context.server,
        tool: context.tool,
        path: path(),
        kind: "ANY",
        detector: leaf.rule === "block" ? "field.rule" : "masker",
        confidence: 1,
        action: leaf.rule === "block" ? "blocked" : "withheld",
        length: String(leaf.value).length,
      });
      return;
    }
    const replaces = leaf.rule === "raw" ? "quote" : usual;
    if (leaf.kind !== undefined) {
      const finding = {
        detector: KIND_NAME.test(leaf.rule ?? "") ? "field.rule" : "key.name",
        strength: STRENGTH.labelled,
      };
      const token = keepValue(leaf.kind, leaf.value, {
        session,
        context,
        path,
        finding,
        action: "masked",
      });
      if (replaces === "all") leaf.result = token;
      else {
        session.held.add(leaf.kind, String(leaf.value));
        leaf.result = this.#quoteOnly(leaf, context);
      }
    } else if (leaf.findings.length > 0) {
      leaf.result = writeFindings(String(leaf.value), leaf.findings, {
        session,
        context,
        path,
        replaces,
      });
    }
  }

  /** A real value inside the worker may still not hold anything that looks like a token. */
  #quoteOnly(leaf: LeafNode, context: MaskContext): LeafNode["value"] {
    if (typeof leaf.value !== "string") return leaf.value;
    const findings = this.#tokensIn(leaf.value).map(({ start, end }) => ({
      kind: "TOKEN",
      start,
      end,
      strength: STRENGTH.token,
      detector: "token.shape",
    }));
    return writeFindings(leaf.value, findings, {
      session: this.#session,
      context,
      path: () => pathOf(leaf),
      replaces: "quote",
    });
  }

  #tokensIn(text: string): TokenPlace[] {
    const { protection: { kinds }, vault: { nonce } } = this.#session;
    return findTokens(text, { kinds, nonce });
  }

  #end({ snapshot }: Work): unknown {
    this.#session.log.flush();
    return rebuildNode(snapshot.root);
  }
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

/** The findings of a text, and the values beside them that are looked for in this context. */
export function withExtra(
  text: string,
  findings: readonly Finding[],
  extra: readonly KnownValues[],
): readonly Finding[] {
  return extra.reduce((all, values) => values.addTo(text, all, () => true), findings);
}

const SHORTEST_NUMBER = 4;

/** One value on its way through. */
interface Work {
  readonly context: MaskContext;
  readonly snapshot: Snapshot;
  readonly profile: Profile;
  /** Leaves to be searched. */
  readonly texts: LeafNode[];
  readonly replaces: "all" | "quote";
  /** Values that are looked for beside those that a finder knows. */
  readonly extra: readonly KnownValues[];
  /** By the clock of `performance.now()`. */
  readonly deadline: number;
}

/** Rules that are no kinds. */
const RULE_WORDS = new Set(["raw", "text", "block", "withhold", "late", "failed"]);
/** Rules under which nothing is searched. */
const PASSED = new Set(["block", "withhold"]);
const MARKERS: Readonly<Record<string, string>> = {
  block: "[BLOCKED]",
  withhold: "[WITHHELD:DEPTH]",
  late: "[WITHHELD:TIME]",
  failed: "[WITHHELD:DETECTOR]",
};
