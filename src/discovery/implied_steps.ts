import { FILE_ENDINGS } from "./file_endings.ts";

const FILE_NAME = /^[^\s:]*[\w)]\.([a-z0-9]{1,7})$/;
const URL = /^https?:\/\/\S/;
const AROUND = /^["'`“”‘’([<]+|["'`“”‘’)\]>.,;:!?]+$/g;
const MAX_STEPS = 4;
const WRITE_WORDS: ReadonlySet<string> = new Set(
  ("save saved saving write writing store stored export output create generate draft put make " +
    "produce record dump").split(" "),
);
const PLACE_WORDS: ReadonlySet<string> = new Set(["to", "at", "in", "as", "into"]);
const READ_WORDS: ReadonlySet<string> = new Set(
  "read open load located from of file attached given".split(" "),
);
/** How many words before a file's name say what is done with it. */
const NEAR = 4;

/**
 * Steps that a clause asks for without naming them: who says "as /tmp/report.md" wants a file
 * written, who gives a web address wants the page fetched. Each step as a few plain words.
 */
export function impliedSteps(clause: string): string[] {
  const words = clause.toLowerCase().split(/\s+/).map((word) => word.replace(AROUND, ""));
  const steps = words.flatMap((word, at) => {
    if (URL.test(word)) return ["fetch url web page"];
    const ending = FILE_NAME.exec(word)?.[1];
    if (ending === undefined || !Object.hasOwn(FILE_ENDINGS, ending)) return [];
    return [fileStep(FILE_ENDINGS[ending]!, isWritten(words.slice(0, at)))];
  });
  return [...new Set(steps)].slice(0, MAX_STEPS);
}

function isWritten(before: readonly string[]): boolean {
  if (before.slice(-NEAR).some((word) => READ_WORDS.has(word))) return false;
  return before.some((word) => WRITE_WORDS.has(word)) || PLACE_WORDS.has(before.at(-1) ?? "");
}

function fileStep(kind: string, written: boolean): string {
  const words = kind.split(" ");
  if (words.includes("file")) return `${written ? "write" : "read"} file ${words[0]}`;
  return `${written ? "save" : "read"} ${kind}`;
}
