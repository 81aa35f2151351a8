import type { Position } from "../model/errors.ts";
import type { RunPrivacy } from "../privacy/run_privacy.ts";
import { inSlices, withTurns } from "../work/host_turns.ts";

/**
 * The one way by which what a run says leaves it: to the model, to a log, to an event. What has gone
 * through holds no path of the host and no personal data.
 */
export interface Redactor {
  /** A text: a line of the log, a message, a file's name. */
  text(text: string): Promise<string>;
  /** Texts that go together: cheaper than one by one. */
  texts(texts: readonly string[]): Promise<string[]>;
  /**
   * A value, given and returned as JSON.
   *
   * @param deadline by the clock of `performance.now()`
   * @throws {AirlockError} TIMED_OUT after the deadline
   */
  json(json: string, deadline: number): Promise<string>;
}

/** Options of {@linkcode createRedactor}. */
interface CreateRedactorOptions {
  readonly privacy: RunPrivacy;
  /** Whose turns the work takes. */
  readonly principal: string;
  /** Takes the host's paths out of a text. */
  hidePaths(text: string): string;
}

/** Makes the redactor of a run. */
export function createRedactor({ privacy, principal, hidePaths }: CreateRedactorOptions): Redactor {
  return {
    text: (text) => privacy.maskOutbound(hidePaths(text)),
    async texts(texts) {
      const hidden: string[] = [];
      await inSlices(texts, (text) => hidden.push(hidePaths(text)), principal);
      return await privacy.maskOutboundAll(hidden);
    },
    async json(json, deadline) {
      const hidden = await hideInSlices(json, { hidePaths, principal, deadline });
      return await privacy.maskOutboundJson(hidden, deadline);
    },
  };
}

/** What is looked through at a stretch. */
const PART_LENGTH = 64 * 1024;
/** Longer than anything that is hidden. */
const REACH = 4_200;

/** Options of {@linkcode hideInSlices}. */
interface HideInSlicesOptions {
  /** Takes the host's paths out of a text. */
  hidePaths(text: string): string;
  /** Whose turns the work takes. */
  readonly principal: string;
  /** When it must be done, by the clock of `performance.now()`. */
  readonly deadline: number;
}

/** Takes the host's paths out of a text of any length, and lets others have their turn in between. */
async function hideInSlices(
  text: string,
  { hidePaths, principal, deadline }: HideInSlicesOptions,
): Promise<string> {
  if (text.length <= PART_LENGTH) return hidePaths(text);
  return await withTurns(hide(text, hidePaths), principal, deadline);
}

function* hide(text: string, hidePaths: (text: string) => string): Generator<void, string> {
  const parts: string[] = [];
  let isChanged = false;
  for (let start = 0; start < text.length;) {
    const end = endOfPart(text, start, hidePaths);
    const part = text.slice(start, end);
    const hidden = hidePaths(part);
    isChanged ||= hidden !== part;
    parts.push(hidden);
    start = end;
    yield;
  }
  return isChanged ? parts.join("") : text;
}

/** A place that no path reaches over, as what is hidden around it is the same in two parts as in one. */
function endOfPart(text: string, start: number, hidePaths: (text: string) => string): number {
  for (let end = start + PART_LENGTH;; end++) {
    if (end >= text.length) return text.length;
    const [before, after] = [text.slice(end - REACH, end), text.slice(end, end + REACH)];
    if (hidePaths(before + after) === hidePaths(before) + hidePaths(after)) return end;
  }
}

/** What a run's texts may name of the host, and what a reader sees in its place. */
interface HidePathsOptions {
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
