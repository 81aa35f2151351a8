import { visibleText } from "../../text/visible_text.ts";

/** Lines of one kind are named up to so many. */
const MAX_LINES = 20;
/** Of names that look alike, so many pairs are told. */
const MAX_PAIRS = 10;
/** Shorter names are alike by chance. */
const MIN_NAME_LENGTH = 4;

const RIGHT_TO_LEFT =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/** Says in sentences what of a text is not what it seems; `what` is what the text is called. */
export function signWarnings(text: string, what: string): string[] {
  const shown = visibleText(text).split("\n");
  const lines = text.replaceAll("\r\n", "\n").split(/[\n\r\u2028\u2029]/);
  const written = shown.flatMap((line, index) => line === lines[index] ? [] : [index + 1]);
  const reversed = shown.flatMap((line, index) => RIGHT_TO_LEFT.test(line) ? [index + 1] : []);
  return [
    ...written.length === 0 ? [] : [
      `Warning: ${what} has signs that do not show, change how others are read or pass for ` +
      `another; they are written out as \\u{…}${placesOf(written)}`,
    ],
    ...reversed.length === 0 ? [] : [
      `Warning: ${what} has letters that are written from right to left: what stands beside them ` +
      `may be shown in another order${placesOf(reversed)}`,
    ],
    ...lookAlikes(text).map(([one, other]) =>
      `Warning: ${what} has two names that look alike: ${one} and ${other}`
    ),
  ];
}

function placesOf(lines: readonly number[]): string {
  const more = lines.length - MAX_LINES;
  return ` (line ${lines.slice(0, MAX_LINES).join(", ")}${more > 0 ? ` and ${more} more` : ""})`;
}

/** Names of ASCII alone that a person reads as one: `list_leads` and `Iist_leads`. */
function lookAlikes(text: string): [string, string][] {
  const byShape = new Map<string, Set<string>>();
  for (const [name] of text.matchAll(/[A-Za-z_$][\w$]*/g)) {
    if (name.length < MIN_NAME_LENGTH) continue;
    const shape = shapeOf(name);
    byShape.set(shape, (byShape.get(shape) ?? new Set()).add(name));
  }
  return [...byShape.values()].filter(({ size }) => size > 1).slice(0, MAX_PAIRS)
    .map((names) => [...names].slice(0, 2) as [string, string]);
}

function shapeOf(name: string): string {
  return name.replace(/[Il1|]/g, "l").replace(/[O0]/g, "0").replaceAll("rn", "m")
    .replaceAll("vv", "w");
}
