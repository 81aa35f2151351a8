import { type Scan, STRENGTH } from "./scan.ts";
import { ABOUT } from "./vocabulary.ts";

const MONTH =
  "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)";
const FORMS = `\\d{4}[-/.]\\d{1,2}[-/.]\\d{1,2}|\\d{1,2}[-/.]\\d{1,2}[-/.]\\d{2,4}` +
  `|${MONTH}\\.? \\d{1,2}(?:st|nd|rd|th)?,? \\d{4}|\\d{1,2}(?:st|nd|rd|th)?(?: of)? ${MONTH}\\.?,? \\d{4}`;
const DATE = new RegExp(`\\b(?:${FORMS})\\b`, "i");
const WHOLE_DATE = new RegExp(`^(?:${FORMS})(?:[T ]\\d{2}:\\d{2}.{0,12})?$`, "i");
const REACH = 45;

/** Whether a whole value is a date, in figures or with the month's name. */
export function isWrittenDate(value: string): boolean {
  return WHOLE_DATE.test(value);
}

/** Dates that the words before them call somebody's birth. */
export function findBirthDate({ text, marks, findings }: Scan): void {
  const { ends, bits } = marks.keywords;
  for (let index = 0; index < marks.keywords.length; index++) {
    if (!(bits.at(index) & ABOUT.birth)) continue;
    const from = ends.at(index);
    const line = text.slice(from, from + REACH).split("\n\n")[0]!;
    const match = DATE.exec(line);
    if (match === null) continue;
    findings.push({
      kind: "BIRTHDATE",
      start: from + match.index,
      end: from + match.index + match[0].length,
      strength: STRENGTH.pattern,
      detector: "birthdate.words",
    });
  }
}
