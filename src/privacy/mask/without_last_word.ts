/**
 * A masked text that was broken off, without its last word, which may be half a value. Numbers are
 * written in groups: all of the last ones go, "4111 1111 11".
 */
export function withoutLastWord(text: string): string {
  const words = /(?:\S{0,40}\d\S{0,40}[ ]){0,8}\S+$/.exec(text.slice(-512))?.[0];
  return words === undefined || words.endsWith("]")
    ? text
    : `${text.slice(0, -words.length)}[WITHHELD:CUT]`;
}
