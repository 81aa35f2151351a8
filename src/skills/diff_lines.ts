const CONTEXT = 3;
/** More lines are shown as changed as a whole: comparing costs their square. */
const MAX_COMPARED = 2_000;

/**
 * The difference between two texts as one hunk of a unified diff; empty where there is none. `from`
 * and `to` are the names of the texts.
 */
export function diffLines(
  one: string,
  other: string,
  { from, to }: { readonly from: string; readonly to: string },
): string {
  if (one === other) return "";
  const [old, now] = [one.split("\n"), other.split("\n")];
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start++;
  let same = 0;
  const most = Math.min(old.length, now.length) - start;
  while (same < most && old.at(-1 - same) === now.at(-1 - same)) same++;
  const first = Math.max(0, start - CONTEXT);
  const last = Math.min(same, CONTEXT);
  const lines = [
    ...old.slice(first, start).map((line) => ` ${line}`),
    ...compare(old.slice(start, old.length - same), now.slice(start, now.length - same)),
    ...old.slice(old.length - same, old.length - same + last).map((line) => ` ${line}`),
  ];
  const [oldCount, newCount] = ["-", "+"].map((sign) =>
    lines.filter((line) => line[0] === sign || line[0] === " ").length
  );
  const place = `@@ -${first + 1},${oldCount} +${first + 1},${newCount} @@`;
  return [`--- ${from}`, `+++ ${to}`, place, ...lines, ""].join("\n");
}

/** Keeps the longest common subsequence of lines. */
function compare(old: readonly string[], now: readonly string[]): string[] {
  if (Math.max(old.length, now.length) > MAX_COMPARED) {
    return [...old.map((line) => `-${line}`), ...now.map((line) => `+${line}`)];
  }
  const width = now.length + 1;
  const lengths = new Uint16Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      lengths[i * width + j] = old[i] === now[j]
        ? lengths[(i + 1) * width + j + 1]! + 1
        : Math.max(lengths[(i + 1) * width + j]!, lengths[i * width + j + 1]!);
    }
  }
  const lines: string[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      lines.push(` ${old[i++]}`);
      j++;
    } else if (
      j === now.length ||
      i < old.length && lengths[(i + 1) * width + j]! >= lengths[i * width + j + 1]!
    ) lines.push(`-${old[i++]}`);
    else lines.push(`+${now[j++]}`);
  }
  return lines;
}
