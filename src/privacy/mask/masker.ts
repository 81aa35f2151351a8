import { Finder } from "../detect/find.ts";
import type { Finding } from "../detect/scan.ts";
import { searchText } from "../detect/search_text.ts";
import type { KnownValues } from "../detect/known_values.ts";
import type { Profile } from "../protection.ts";
import { hostTurns, inSlices, withoutTurns, withTurns } from "../../work/host_turns.ts";
import { hintNodes } from "./hint_nodes.ts";
import { makeJudge } from "./make_judge.ts";
import { extraValues, type MaskContext, type MaskSession } from "./mask_context.ts";
import { type LeafNode, rebuildInSteps } from "./node.ts";
import type { OffThreadFinder } from "./find_texts.ts";
import { type Snapshot, snapshotJsonValue, snapshotValue } from "./snapshot_value.ts";
import { withExtra } from "./write_findings.ts";
import { writeLeaf, writeLeafInSteps } from "./write_leaf.ts";

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
    const work = this.#begin(withoutTurns(snapshotValue(value)), context);
    withoutTurns(this.#hint(work));
    this.#finish(work);
    return withoutTurns(rebuildInSteps(work.snapshot.root));
  }

  /** Masks a value of any shape; a large one is searched off the event loop. */
  async mask(value: unknown, context: MaskContext): Promise<unknown> {
    return await this.#mask(snapshotValue(value), context);
  }

  /** Masks a value that is written as valid JSON; what of it is not masked stays as it is written. */
  async maskJson(json: string, context: MaskContext): Promise<string> {
    return String(await this.#mask(snapshotJsonValue(json), context));
  }

  async #mask(taking: Generator<void, Snapshot>, context: MaskContext): Promise<unknown> {
    const { principal, protection: { settings } } = this.#session;
    await hostTurns.afford(principal);
    const inTurns = <T>(steps: Iterator<void, T>) => withTurns(steps, principal, context.deadline);
    const work = this.#begin(await inTurns(taking), context);
    await inTurns(this.#hint(work));
    const { root, leaves } = work.snapshot;
    const offThread = this.#offThread;
    if (offThread === undefined || !hasMoreThan(leaves, settings.offThreadBytes)) {
      await hostTurns.inTurn(principal, () => this.#finish(work));
    } else {
      await this.#judgeAndSearch(work, offThread);
      await inTurns(this.#writeLeaves(work));
    }
    return await inTurns(rebuildInSteps(root));
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

  #begin(snapshot: Snapshot, context: MaskContext): Work {
    const { protection } = this.#session;
    const profile = protection.profileOf(context);
    return {
      session: this.#session,
      context,
      snapshot,
      profile,
      texts: [],
      extra: extraValues(this.#session, context),
      replaces: this.replacesIn(context),
      deadline: Math.min(
        performance.now() + protection.settings.budgetMs,
        context.deadline ?? Infinity,
      ),
    };
  }

  #hint({ snapshot: { root } }: Work): Generator<void, void> {
    return hintNodes(root, this.#session.protection.hints);
  }

  #finish(work: Work): void {
    work.snapshot.leaves.forEach(makeJudge(work));
    this.#search(work);
    for (const leaf of work.snapshot.leaves) writeLeaf(leaf, work);
    this.#session.log.flush();
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
    const judge = makeJudge(work);
    const searches: Promise<OffThreadFindings>[] = [];
    let sent = 0;
    const send = (): void => {
      searches.push(this.#find(texts.slice(sent), work, offThread));
      sent = texts.length;
    };
    await inSlices(
      leaves,
      (leaf) => {
        judge(leaf);
        if (texts.length - sent >= TEXTS_AT_ONCE) send();
      },
      this.#session.principal,
      work.context.deadline,
    );
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
    return offThread.find(profile, values, { budgetMs: Math.max(1, deadline - performance.now()) });
  }

  async #settleAll(
    texts: readonly LeafNode[],
    { found, work: { profile, extra, context } }: { found: OffThreadFindings; work: Work },
  ): Promise<void> {
    const { known, protection } = this.#session;
    const { wantsByKey } = protection.finderOptions(profile);
    await inSlices(
      texts,
      (leaf, index) => {
        const findings = found === "late" ? "late" : found[index] ?? "late";
        const isFound = typeof findings !== "string";
        this.#settle(
          leaf,
          isFound ? known.addTo(String(leaf.value), findings, wantsByKey) : findings,
          extra,
        );
      },
      this.#session.principal,
      context.deadline,
    );
  }

  /** A text without findings was not searched, and is withheld. */
  #settle(
    leaf: LeafNode,
    findings: readonly Finding[] | "late" | "failed",
    extra: readonly KnownValues[],
  ): void {
    if (typeof findings === "string") leaf.rule = findings;
    else leaf.findings = withExtra(String(leaf.value), findings, extra);
  }

  /** Of a leaf with many findings, only some are written at a stretch. */
  *#writeLeaves(work: Work): Generator<void, void> {
    for (const [index, leaf] of work.snapshot.leaves.entries()) {
      yield* writeLeafInSteps(leaf, work);
      if (index % LEAVES_PER_LOOK === 0) this.#session.log.flush();
      yield;
    }
    this.#session.log.flush();
  }
}

/** Whether leaves have more characters than so many; looks no further than it must. */
function hasMoreThan(leaves: readonly LeafNode[], most: number): boolean {
  let size = 0;
  for (const { value } of leaves) {
    if ((size += String(value).length) > most) return true;
  }
  return size >= most;
}

/** One value on its way through. */
interface Work {
  readonly session: MaskSession;
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
