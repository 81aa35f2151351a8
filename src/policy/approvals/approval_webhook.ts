import { createHmac } from "node:crypto";
import { impactOf } from "../shown/approval_lines.ts";
import { visibleLine } from "../../text/visible_text.ts";
import type { Approval } from "../../model/approval.ts";

interface ApprovalWebhookOptions {
  readonly url: string;
  /** What each request is signed with. */
  readonly secret: string;
  /** How long to wait after each failure. Default: one second to half a minute. */
  readonly retryAfterMs?: readonly number[];
}

/** Posts what waits for a person to a URL. */
interface ApprovalWebhook extends AsyncDisposable {
  /** Posts an approval, with retries, in the background. */
  send(approval: Approval): void;
}

const RETRY_AFTER_MS = [1_000, 3_000, 10_000, 30_000];
const TIMEOUT_MS = 5_000;
/** Further ones are dropped: they wait at `GET /v1/approvals` as well. */
const MAX_UNDER_WAY = 100;

/**
 * Makes a webhook. A request says that something waits, how risky it is, which tools it is about and what they do;
 * the program, arguments and findings are not in it. The header `Airlock-Signature` is `t=SECONDS,
 * v1=HEX`: HMAC-SHA256 of `SECONDS.BODY`.
 */
export function createApprovalWebhook(options: ApprovalWebhookOptions): ApprovalWebhook {
  const { url, secret, retryAfterMs = RETRY_AFTER_MS } = options;
  const closing = new AbortController();
  const underWay = new Set<Promise<void>>();

  async function deliver(body: string): Promise<void> {
    for (const pauseMs of [...retryAfterMs, undefined]) {
      if (closing.signal.aborted || await post(body)) return;
      if (pauseMs !== undefined) await pause(pauseMs, closing.signal);
    }
  }

  async function post(body: string): Promise<boolean> {
    const seconds = Math.floor(Date.now() / 1_000);
    const signature = createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex");
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), TIMEOUT_MS);
    try {
      const response = await fetch(url, {
        method: "POST",
        body,
        redirect: "error",
        signal: AbortSignal.any([late.signal, closing.signal]),
        headers: {
          "Content-Type": "application/json",
          "Airlock-Signature": `t=${seconds},v1=${signature}`,
        },
      });
      await response.body?.cancel();
      return response.ok;
    } catch {
      return false;
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    send(approval) {
      if (underWay.size >= MAX_UNDER_WAY) return;
      const delivering = deliver(JSON.stringify(bodyOf(approval)));
      underWay.add(delivering);
      delivering.finally(() => underWay.delete(delivering));
    },
    async [Symbol.asyncDispose]() {
      closing.abort();
      await Promise.allSettled(underWay);
    },
  };
}

function bodyOf({ approvalId, runId, kind, programHash, expiresAt, shown }: Approval) {
  const { level, estimatedWrites, tools, call } = shown;
  return {
    type: "approval.waiting",
    approvalId,
    runId,
    kind,
    programHash,
    expiresAt: new Date(expiresAt).toISOString(),
    level,
    estimatedWrites,
    tools: tools.map(nameOf),
    impact: effectsOf(shown),
    ...(call !== undefined && { call: nameOf(call) }),
  };
}

/** Tools by the worst that they do, and no path of a file: those are for who may see the program. */
function effectsOf(shown: Approval["shown"]) {
  const { reads, writes, destroys, sends, reversible } = impactOf(shown);
  const named = (names: readonly string[]) => names.map(visibleLine);
  return {
    reads: named(reads),
    writes: named(writes),
    destroys: named(destroys),
    sends: named(sends),
    reversible,
  };
}

function nameOf({ server, tool }: { server: string; tool: string }) {
  return { server: visibleLine(server), tool: visibleLine(tool) };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  signal.addEventListener("abort", () => resolve());
  if (signal.aborted) resolve();
  await promise;
  clearTimeout(timer);
}
