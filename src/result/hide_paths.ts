import type { Position } from "../model/errors.ts";

/** What a run's texts may name of the host, and what a reader sees in its place. */
export interface HidePathsOptions {
  /** The room of the run, an absolute path. */
  readonly room: string;
  /** Further folders, and what they are to the program. */
  readonly folders: Readonly<Record<string, string>>;
  /** The program's position of a position in its linked file. */
  toSource(position: Position): Position;
}

/** The program, as errors and logs name it. */
const PROGRAM_NAME = "program.ts";

/** Makes a function that takes the host's paths out of a text and gives the program its own lines. */
export function createPathHider(options: HidePathsOptions): (text: string) => string {
  const program = new RegExp(
    `file://${escape(options.room)}/linked/program\\.js(?::(\\d+):(\\d+))?`,
    "g",
  );
  const folders = Object.entries({
    [`${options.room}/linked`]: ".",
    [options.room]: ".",
    ...options.folders,
  })
    .sort(([a], [b]) => b.length - a.length);
  return (text) => {
    let hidden = text.replace(program, (_whole, line?: string, column?: string) => {
      if (line === undefined) return PROGRAM_NAME;
      const at = options.toSource({ line: Number(line), column: Number(column) });
      return `${PROGRAM_NAME}:${at.line}:${at.column}`;
    });
    for (const [path, shown] of folders) {
      hidden = hidden.replaceAll(`file://${path}`, shown).replaceAll(path, shown);
    }
    return hidden;
  };
}

/** The program's position in the first line of a stack that names it. */
export function positionInStack(stack: string): Position | undefined {
  const found = /program\.ts:(\d+):(\d+)/.exec(stack);
  return found === null ? undefined : { line: Number(found[1]), column: Number(found[2]) };
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
