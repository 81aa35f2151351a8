import { type Scan, STRENGTH } from "./scan.ts";
import { ABOUT } from "./vocabulary.ts";

interface Label {
  readonly about: number;
  readonly kind: string;
  /** What must stand between the word and the id. */
  readonly link: RegExp;
  readonly id: RegExp;
}

const REACH = 70;
const WORDS =
  "(?:[ ]?(?:numbers?|no\\.?|num|nr\\.?|id|ID|code|card|account|details|is|was|of|in|with|like|including|ending|holder|plate|reference|the|a|for|and|user|Number|No)\\b\\.?)*";
const SIGNS = "(?:['’]s)?[ ]*(?:[#:=]|\\bis\\b)?[ ]*[\"'“‘(#*]*";
const NUMBERED = new RegExp(
  `^(?:['’]s)?(?=[^\\n]{0,24}(?:number|no\\b|num|nr\\b|id\\b|#|:|code))${WORDS}${SIGNS}`,
  "i",
);
const DIRECT = new RegExp(`^${WORDS}${SIGNS}`, "i");
/** Capitals, digits and separators, with at least three digits. */
const CODE =
  /^(?=[A-Za-z\d./-]*\d[A-Za-z\d./-]*\d[A-Za-z\d./-]*\d)[A-Z\d](?:[A-Z\d]|[-/.](?=[A-Za-z\d])){3,24}(?![\p{L}\p{N}@])/u;
/** Without the word "number" the id must be long enough to be no year and no clause. */
const LONG_CODE = new RegExp(CODE.source.replace("{3,24}", "{7,24}"), "u");
const DIGITS = /^\d(?:\d|[- ](?=\d)){4,22}[A-Z]?(?![\p{L}\p{N}%@]|\.\d)/u;
const POSTAL =
  /^(?:\d{3,6}(?:-\d{2,4})?(?: ?[A-Z]{2})?|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d|\d{2,3}[- ]\d{2,3})(?![\p{L}\p{N}])/u;

/** Which word calls which kind of id. The first that fits decides. */
const LABELS: readonly Label[] = [
  { about: ABOUT.passport, kind: "PASSPORT", link: DIRECT, id: CODE },
  { about: ABOUT.licence, kind: "LICENSE", link: DIRECT, id: CODE },
  { about: ABOUT.nationalId, kind: "NATIONAL_ID", link: NUMBERED, id: CODE },
  { about: ABOUT.nationalId, kind: "NATIONAL_ID", link: DIRECT, id: LONG_CODE },
  { about: ABOUT.medical, kind: "MEDICAL", link: NUMBERED, id: CODE },
  { about: ABOUT.bank, kind: "ACCOUNT", link: DIRECT, id: DIGITS },
  { about: ABOUT.bank, kind: "ACCOUNT", link: NUMBERED, id: CODE },
  { about: ABOUT.zip, kind: "ZIP", link: DIRECT, id: POSTAL },
];
const NOT_AN_ID = /^(?:(?:19|20)\d\d|\d{4}-\d{2}-\d{2}|\d+[./]\d+|v\d.*)$/;

/** Ids that a word before them names: "passport number XG9382049", "account 3847283911". */
export function findLabelledId(scan: Scan): void {
  const { marks } = scan;
  const { ends, bits } = marks.keywords;
  for (let index = 0; index < marks.keywords.length; index++) {
    const about = bits.at(index);
    for (const label of LABELS) {
      if (label.about & about && scan.wants(label.kind) && takeId(scan, label, ends.at(index))) {
        break;
      }
    }
  }
}

function takeId({ text, findings }: Scan, { kind, link, id }: Label, wordEnd: number): boolean {
  const part = text.slice(wordEnd, wordEnd + REACH);
  const between = link.exec(part)?.[0] ?? "";
  const found = between === "" ? undefined : id.exec(part.slice(between.length))?.[0];
  if (found === undefined || NOT_AN_ID.test(found)) return false;
  const start = wordEnd + between.length;
  findings.push({
    kind,
    start,
    end: start + found.length,
    strength: STRENGTH.pattern + 5,
    detector: `labelled.${kind.toLowerCase()}`,
  });
  return true;
}
