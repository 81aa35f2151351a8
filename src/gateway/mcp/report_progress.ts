import type { ProgressToken, ServerContext } from "@modelcontextprotocol/server";
import type { RunEvent } from "../../model/run_request.ts";

const MAX_MESSAGES = 1_000;

const MAX_MESSAGE_LENGTH = 500;

/** Reports log lines and calls to a client that asked for progress; nothing to another one. */
export function reportProgress({ _meta, notify }: ServerContext["mcpReq"]): {
  onEvent(event: RunEvent): void;
  /** Resolves when every message is sent; the result follows. */
  sent(): Promise<void>;
} {
  const token = _meta?.progressToken;
  if (token === undefined) return { onEvent() {}, sent: () => Promise.resolve() };
  let progress = 0;
  let last = Promise.resolve();
  return {
    onEvent(event) {
      if (progress >= MAX_MESSAGES) return;
      progress++;
      const message = progress < MAX_MESSAGES ? describe(event) : "more is not told";
      const notification = toNotification({ token, progress, message });
      // A client that has disconnected aborts the run by its signal.
      last = last.then(() => notify(notification)).catch(() => {});
    },
    sent: () => last,
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
