import type { ProgressToken, ServerContext } from "@modelcontextprotocol/server";
import type { RunEvent } from "../../model/run_request.ts";

/** What a client is told of a run while it lasts. */
export interface ProgressTeller {
  tell(event: RunEvent): void;
  /** Resolves when the client has what it was told; then comes the result. */
  told(): Promise<void>;
}

const MAX_MESSAGES = 1_000;
const MAX_MESSAGE_LENGTH = 500;

/** Tells log lines and calls to a client that asked for progress, and nothing to one that did not. */
export function tellProgress({ _meta, notify }: ServerContext["mcpReq"]): ProgressTeller {
  const token = _meta?.progressToken;
  if (token === undefined) return { tell() {}, told: () => Promise.resolve() };
  let progress = 0;
  let last = Promise.resolve();
  return {
    tell(event) {
      if (progress >= MAX_MESSAGES) return;
      progress++;
      const message = progress < MAX_MESSAGES ? describe(event) : "more is not told";
      const notification = toNotification({ token, progress, message });
      // Who has gone hears nothing, and the run's signal says so.
      last = last.then(() => notify(notification)).catch(() => {});
    },
    told: () => last,
  };
}

function toNotification(
  params: { token: ProgressToken; progress: number; message: string },
): Parameters<ServerContext["mcpReq"]["notify"]>[0] {
  const { token: progressToken, progress, message } = params;
  return { method: "notifications/progress", params: { progressToken, progress, message } };
}

function describe(event: RunEvent): string {
  switch (event.type) {
    case "started":
      return `started ${event.runId}`;
    case "risk":
      return `risk ${event.risk.level}, ${event.risk.findings.length} findings`;
    case "log":
      return event.line.text.slice(0, MAX_MESSAGE_LENGTH).toWellFormed();
    case "approval":
      return `A person must decide: ${event.approval.approvalId}`;
    case "escape_attempt":
      return `refused: ${event.attempt.permission}`;
    case "call": {
      const { server, tool, outcome, ms } = event.call;
      return `${server}/${tool}: ${outcome}, ${Math.round(ms)} ms`.slice(0, MAX_MESSAGE_LENGTH);
    }
  }
}
