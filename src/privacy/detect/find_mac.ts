import { isHexAt, isWordAt } from "./characters.ts";
import { type Scan, STRENGTH } from "./scan.ts";

const WHOLE = /[0-9a-fA-F]{2}([:-])[0-9a-fA-F]{2}(?:\1[0-9a-fA-F]{2}){4}(?!\1?[0-9a-fA-F])/y;
const NOBODY = /^(?:00[:-]?){5}00$|^(?:ff[:-]?){5}ff$/i;

/** Hardware addresses: six pairs with `:` or `-` between them. */
export function findMac(scan: Scan): void {
  const { text, marks } = scan;
  for (let index = 0; index < marks.pairs.length; index++) {
    const colon = marks.pairs.at(index);
    if (text.charCodeAt(colon + 3) === 0x3a && isHexAt(text, colon - 1)) take(scan, colon - 2);
  }
  for (let index = 0; index < marks.runs.length; index++) {
    const start = marks.runs.starts.at(index);
    if (text.charCodeAt(start + 2) === 0x2d) take(scan, start);
  }
}

function take({ text, findings }: Scan, start: number): void {
  if (start < 0 || isWordAt(text, start - 1) || /[:.-]/.test(text[start - 1] ?? "")) return;
  WHOLE.lastIndex = start;
  const whole = WHOLE.exec(text)?.[0];
  if (whole === undefined || NOBODY.test(whole)) return;
  findings.push({
    kind: "MAC",
    start,
    end: start + whole.length,
    strength: STRENGTH.validated,
    detector: "mac.address",
  });
}
