import type { Approval, ShownSkill } from "../../model/approval.ts";
import { unseenOf } from "../approvals/unseen_of.ts";
import { impactLines } from "./impact_of.ts";
import { signWarnings } from "./sign_warnings.ts";
import { visibleLine } from "../../text/visible_text.ts";
import { withheldWordLines } from "./withheld_words.ts";
import { wrapLines, type WrapLinesOptions } from "./wrap_lines.ts";

export interface ApprovalLinesOptions {
  /** The program. */
  readonly code: string;
  /** What it imports of skills. */
  readonly skills: readonly ShownSkill[];
  /** The most columns that a line takes. */
  readonly width: number;
  /** Whether the program's lines have their numbers. */
  readonly numbers: NonNullable<WrapLinesOptions["numbers"]>;
  /** How the call, the risk and the tools are called. */
  readonly words: ApprovalWords;
  /** What stands between that and the program. */
  readonly before: readonly string[];
}

/** The words of one way of showing. */
export interface ApprovalWords {
  readonly title: string;
  readonly call: string;
  readonly risk: string;
  readonly finding: string;
  readonly tools: string;
}

/** Everything that there is to decide by, wrapped: nothing of it is cut, and no sign hides. */
export function approvalLines(approval: Approval, options: ApprovalLinesOptions): string[] {
  const { code, skills, width, numbers, words, before } = options;
  const { shown } = approval;
  const { findings, call } = shown;
  const arguments_ = call === undefined ? [] : signWarnings(call.arguments, "the call");
  const lines = [
    words.title,
    ...(call === undefined ? [] : [`${words.call}${call.server}.${call.tool} ${call.arguments}`]),
    ...(call?.flows ?? []).map(({ token, kind, from, path }) =>
      `  sends ${kind} ${token} from ${from.join(", ") || "the program"} to ${
        call!.server
      }, at ${path}`
    ),
    words.risk,
    ...findings.map(({ message, line }) =>
      `${words.finding}${message}${line ? ` (line ${line})` : ""}`
    ),
    words.tools,
    ...impactLines(shown),
    ...withheldWordLines(shown),
    ...unseenOf(shown).map((reason) => `Cannot be approved: ${reason}`),
    ...arguments_,
    ...signWarnings(code, "the program"),
    ...skills.flatMap(({ name, code }) => signWarnings(code, `the skill "${name}"`)),
    ...before,
  ];
  return [
    ...lines.flatMap((line) => wrapLines(visibleLine(line), { width })),
    ...wrapLines(code.trimEnd(), { width, numbers, blankLines: "told" }),
    ...skills.flatMap(({ name, code }) => {
      const margin = `${name} | `;
      const room = Math.max(width - margin.length, MIN_WIDTH);
      return wrapLines(code.trimEnd(), { width: room, numbers, blankLines: "told" })
        .map((line) => `${margin}${line}`);
    }),
  ];
}

const MIN_WIDTH = 40;
