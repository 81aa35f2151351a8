import { AirlockError } from "../model/errors.ts";
import type { AuditLog } from "./audit_log.ts";
import type { Original, SealedOriginals } from "./sealed_originals.ts";
import { startSha256 } from "../text/sha256.ts";

/** One original, and the entry that refers to it. */
interface ShownOriginal extends Pick<Original, "call" | "part"> {
  /** Of the entry. */
  readonly seq: number;
  readonly server?: string | undefined;
  readonly tool?: string | undefined;
  /**
   * "cut" where only its beginning was kept, "removed" where that is written down, "missing" where it
   * is gone without an entry about it.
   */
  readonly kept: "whole" | "cut" | "removed" | "missing";
  /** The value; where it was cut, the beginning of its JSON. */
  readonly value?: unknown;
}

interface ShowOriginalsOptions {
  readonly runId: string;
  readonly by: Readonly<Record<string, string | number | null>>;
  readonly reason: string;
  /** Opens the originals; called once the look is written down. */
  readonly open: () => Promise<SealedOriginals>;
}

/**
 * Shows the originals of a run to a person. Who looks, when, at what and why is in the chain before
 * anything is opened; all of them are shown, or none.
 *
 * @throws {AirlockError} NOT_FOUND, AUDIT_FAILED, and what `open` throws
 */
export async function showOriginals(
  log: AuditLog,
  { runId, by, reason, open }: ShowOriginalsOptions,
): Promise<ShownOriginal[]> {
  const references = referencesOf(log, runId);
  if (references.length === 0) {
    throw new AirlockError("NOT_FOUND", `Cannot show originals: there are none of "${runId}"`);
  }
  const digest = startSha256();
  for (const { original } of references) digest.add(`${original}\n`);
  const what = { originals: references.length, digest: digest.digest() };
  log.append("originals_read", { runId, body: { by, reason, ...what } });
  log.checkpoint();
  using originals = await open();
  const removedTo = removedBefore(log);
  return references.map((reference) =>
    show(reference, { original: originals.look(reference.original), removedTo })
  );
}

interface Reference extends Pick<ShownOriginal, "seq" | "call" | "part" | "server" | "tool"> {
  /** When the entry was written, which is a little later than the original. */
  readonly at: number;
  readonly original: string;
}

/** Longest time from an original to the entry that refers to it. */
const LATEST_ENTRY_MS = 60 * 60 * 1_000;

/** What is older was removed, and that is written down. */
function removedBefore(log: AuditLog): number {
  const removals = [...log.read({ kind: "originals_removed" })];
  return Math.max(0, ...removals.map(({ body }) => Number(JSON.parse(body).before)));
}

function referencesOf(log: AuditLog, runId: string): Reference[] {
  return [...log.read({ runId })].flatMap(({ seq, at, kind, body }) => {
    const { original, seq: call = 0, server, tool } = JSON.parse(body);
    const part = PARTS[kind as keyof typeof PARTS];
    return typeof original === "string" && part !== undefined
      ? [{ seq, at, call, part, server, tool, original }]
      : [];
  });
}

/** What an entry refers to that has an original. */
const PARTS = {
  run_started: "program",
  call_started: "arguments",
  call_ended: "answer",
  run_ended: "result",
} as const;

function show(
  { seq, at, call, part, server, tool }: Reference,
  { original, removedTo }: { original: Original | undefined; removedTo: number },
): ShownOriginal {
  const whose = { seq, call, part: original?.part ?? part, server, tool };
  if (original === undefined) {
    return { ...whose, kept: at < removedTo + LATEST_ENTRY_MS ? "removed" : "missing" };
  }
  const { text, length } = original;
  return text.length === length
    ? { ...whose, kept: "whole", value: JSON.parse(text) }
    : { ...whose, kept: "cut", value: text };
}
