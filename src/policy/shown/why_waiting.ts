import type { Approval } from "../../model/approval.ts";
import { unseenOf } from "../approvals/unseen_of.ts";
import type { Risk, RiskFinding } from "../../model/risk.ts";
import { visibleLine } from "../../text/visible_text.ts";

const MAX_FINDINGS = 5;
const MAX_APPROVALS = 5;
const MAX_LENGTH = 300;

/** Says to a program's author why a run waits for a person, and what would lower its risk. */
export function whyWaiting(risk: Risk | null, approvals: readonly Approval[]): string[] {
  return [
    ...approvals.slice(0, MAX_APPROVALS).flatMap(({ shown }) => [
      ...shown.call === undefined
        ? []
        : [`A person decides about the call ${shown.call.server}.${shown.call.tool}`],
      ...unseenOf(shown).map((reason) =>
        `Nobody can approve it: ${reason}; keep values in strings, and give names that do not look ` +
        "like them"
      ),
    ]),
    ...risk === null ? [] : riskLines(risk),
  ].map(clip);
}

function riskLines({ level, findings }: Risk): string[] {
  const more = findings.length - MAX_FINDINGS;
  return [
    `Risk: ${level}`,
    ...findings.slice(0, MAX_FINDINGS).map((each) =>
      `- ${placeOf(each)}${each.message}; to lower it: ${each.lowers}`
    ),
    ...more > 0 ? [`and ${more} more`] : [],
  ];
}

function placeOf({ line, skill }: RiskFinding): string {
  const of = skill === undefined ? "" : ` of skill ${skill}`;
  return line === undefined ? "" : `line ${line}${of}: `;
}

function clip(text: string): string {
  const line = visibleLine(text);
  return line.length <= MAX_LENGTH ? line : `${line.slice(0, MAX_LENGTH).toWellFormed()}…`;
}
