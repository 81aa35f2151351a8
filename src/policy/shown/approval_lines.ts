import type {
  Approval,
  ApprovalShown,
  ReachableTool,
  ShownSkill,
  Undoing,
} from "../../model/approval.ts";
import { unseenOf } from "../approvals/approval_queue.ts";
import { signWarnings, wrapLines, type WrapLinesOptions } from "./wrap_lines.ts";
import { visibleLine } from "../../text/visible_text.ts";
import type { FileUse, Risk, RiskFinding } from "../../model/risk.ts";

interface ApprovalLinesOptions {
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
interface ApprovalWords {
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

/** What a program may change, as a person is told before deciding. */
interface Impact {
  /** Names of tools by the worst that they do; who sends something is not among those who write. */
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  readonly destroys: readonly string[];
  readonly sends: readonly string[];
  /** Whether all that the tools change can be undone, by their servers' word. */
  readonly reversible: Undoing;
  /** Files of the workspace; null where that was not looked for. */
  readonly files: readonly Readonly<FileUse>[] | null;
  /** At most so many calls that write; null where that cannot be told. */
  readonly estimatedWrites: number | null;
}

/** Sums up what there is to decide about. */
export function impactOf({ tools, files, estimatedWrites }: ApprovalShown): Impact {
  const named = (is: (tool: ReachableTool) => boolean) =>
    tools.filter(is).map(({ server, tool }) => `${server}.${tool}`);
  const changing = tools.filter(({ effect }) => effect !== "reads");
  const undoing = changing.map(({ reversible = "unknown" }) => reversible);
  return {
    destroys: named(({ effect }) => effect === "destroys"),
    sends: named(({ effect, sends }) => effect === "writes" && sends === true),
    writes: named(({ effect, sends }) => effect === "writes" && sends !== true),
    reads: named(({ effect }) => effect === "reads"),
    reversible: undoing.includes("no") ? "no" : undoing.includes("unknown") ? "unknown" : "yes",
    files: files ?? null,
    estimatedWrites,
  };
}

/** The same in sentences. */
function impactLines(shown: ApprovalShown): string[] {
  const { destroys, sends, writes, reads, reversible, files } = impactOf(shown);
  const list = (title: string, names: readonly string[]) =>
    names.length === 0 ? [] : [`${title}: ${names.join(", ")}`];
  const changes = destroys.length + sends.length + writes.length > 0;
  return [
    ...list("Destroys", destroys),
    ...list("Sends", sends),
    ...list("Writes", writes),
    ...list("Reads", reads),
    ...changes ? [`Can be undone: ${UNDOING[reversible]}`] : [],
    ...list(
      "Files",
      (files ?? []).map(({ use, path }) => `${use} ${path ?? "what cannot be told beforehand"}`),
    ),
  ];
}

const UNDOING: Readonly<Record<Undoing, string>> = {
  yes: "yes, by its servers' word",
  no: "no",
  unknown: "nobody says",
};

/** Says of the tools whose words are withheld why a person is asked, and how to be asked no more. */
export function withheldWordLines({ tools }: Pick<ApprovalShown, "tools">): string[] {
  const suspicious = tools.filter(({ isSuspicious }) => isSuspicious === true);
  return suspicious.map(({ server, tool }) =>
    `Warning: the words of ${server}.${tool} give a model orders and are withheld from it, so a ` +
    `person approves each call of it; read them: deno task servers list; accept them: deno task ` +
    `servers accept "${server}/${tool}" --words DIGEST, as the list tells it`
  );
}

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
