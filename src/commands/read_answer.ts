import type { Decision } from "../model/approval.ts";

/** What a person can answer. */
export const ANSWERS =
  "y: once, NUMBER: once with at most so many writing calls, p: this program always, " +
  "s: this session, n: no";

/** Reads a person's answer; undefined for one that is none of these. */
export function readAnswer(answer: string): Decision | undefined {
  const word = answer.trim().toLowerCase();
  const approve = (scope: "once" | "program" | "session"): Decision => ({
    decision: "approve",
    scope,
    by: "terminal",
  });
  if (/^[1-9]\d{0,8}$/.test(word)) {
    return { decision: "approve", scope: "once", maxCalls: Number(word), by: "terminal" };
  }
  switch (word) {
    case "y":
    case "yes":
      return approve("once");
    case "p":
      return approve("program");
    case "s":
      return approve("session");
    case "n":
    case "no":
      return { decision: "reject", by: "terminal" };
    default:
      return undefined;
  }
}
