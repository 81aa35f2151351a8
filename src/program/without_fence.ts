const FENCE = /^\s*(```[a-z]*)[ \t]*(?=[\r\n])/i;
const END = /[\r\n][ \t]*(```)\s*$/;

/**
 * A program without the fence of Markdown around it, every line where it was. To JavaScript a fence is
 * a call of an empty text, which only ever fails.
 */
export function withoutFence(code: string): string {
  const begin = FENCE.exec(code);
  // Looked for in the last lines alone: blanks may be many.
  const tail = code.slice(-MAX_TAIL);
  const end = END.exec(tail);
  if (begin === null || end === null) return code;
  const last = code.length - tail.length + end.index;
  if (last < begin[0].length) return code;
  return begin[0].replace(begin[1]!, " ".repeat(begin[1]!.length)) +
    code.slice(begin[0].length, last) + end[0].replace("```", "   ");
}

const MAX_TAIL = 100;
