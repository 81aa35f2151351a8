import type { ApprovalShown, ReachableTool, Undoing } from "../../model/approval.ts";
import type { FileUse } from "../../model/risk.ts";

/** What a program may change, as a person is told before deciding. */
export interface Impact {
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
export function impactLines(shown: ApprovalShown): string[] {
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
