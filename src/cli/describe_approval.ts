import type { Approval } from "../policy/approvals/approval.ts";
import { safeText } from "./safe_text.ts";

/** All that a person is shown to decide by; `code` is the program. */
export function describeApproval(approval: Approval, code: string): string {
  const { kind, runId, principal, session, programHash, shown } = approval;
  const { level, findings, estimatedWrites, tools, call } = shown;
  const width = String(code.split("\n").length).length;
  const lines = code.trimEnd().split("\n").map((line, index) =>
    `  ${String(index + 1).padStart(width)}  ${line}`
  );
  return safeText([
    `${approval.approvalId}: ${kind === "run" ? "a program" : "a call"} waits for your decision`,
    ...(call === undefined ? [] : [`call: ${call.server}.${call.tool} ${call.arguments}`]),
    ...(call?.flows ?? []).map(({ token, kind, from, path }) =>
      `  sends ${kind} ${token} from ${from.join(", ") || "the program"} to ${
        call!.server
      }, at ${path}`
    ),
    `risk: ${level}, writes: ${estimatedWrites ?? "cannot be told"}`,
    ...findings.map(({ message, line }) => `  - ${message}${line ? ` (line ${line})` : ""}`),
    `tools: ${tools.map(({ server, tool }) => `${server}.${tool}`).join(", ") || "none"}`,
    `run ${runId}${principal ? ` of ${principal}` : ""}${session ? `, session ${session}` : ""}, ` +
    `program ${programHash.slice(0, 12)}:`,
    ...lines,
  ].join("\n"));
}
