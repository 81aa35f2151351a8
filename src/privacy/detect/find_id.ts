import { validate as aadhaar } from "npm:stdnum@1.12.0/lib/cjs/in/aadhaar.js";
import { validate as ahv } from "npm:stdnum@1.12.0/lib/cjs/ch/ssn.js";
import { validate as codiceFiscale } from "npm:stdnum@1.12.0/lib/cjs/it/codicefiscale.js";
import { validate as cpf } from "npm:stdnum@1.12.0/lib/cjs/br/cpf.js";
import { validate as curp } from "npm:stdnum@1.12.0/lib/cjs/mx/curp.js";
import { validate as dni } from "npm:stdnum@1.12.0/lib/cjs/es/dni.js";
import { validate as hetu } from "npm:stdnum@1.12.0/lib/cjs/fi/hetu.js";
import { validate as nie } from "npm:stdnum@1.12.0/lib/cjs/es/nie.js";
import { validate as nir } from "npm:stdnum@1.12.0/lib/cjs/fr/nir.js";
import { validate as nino } from "npm:stdnum@1.12.0/lib/cjs/gb/nino.js";
import { validate as nationalRegister } from "npm:stdnum@1.12.0/lib/cjs/be/nn.js";
import { validate as pan } from "npm:stdnum@1.12.0/lib/cjs/in/pan.js";
import { validate as pesel } from "npm:stdnum@1.12.0/lib/cjs/pl/pesel.js";
import { validate as residentChina } from "npm:stdnum@1.12.0/lib/cjs/cn/ric.js";
import { validate as residentKorea } from "npm:stdnum@1.12.0/lib/cjs/kr/rrn.js";
import { validate as rut } from "npm:stdnum@1.12.0/lib/cjs/cl/rut.js";
import { isWordAt } from "./characters.ts";
import { type Scan, STRENGTH } from "./scan.ts";
import { ABOUT } from "./vocabulary.ts";

interface IdForm {
  readonly name: string;
  readonly shape: RegExp;
  readonly validate: (value: string) => { readonly isValid: boolean };
  /** Whether the sum alone is too weak a proof without a word that names the id. */
  readonly needsWord?: true;
}

/** Forms with letters or separators of their own, so that chance seldom makes one. */
const FORMS: readonly IdForm[] = [
  { name: "br.cpf", shape: /^\d{3}\.\d{3}\.\d{3}-\d\d$/, validate: cpf },
  { name: "ch.ahv", shape: /^756\.\d{4}\.\d{4}\.\d\d$/, validate: ahv },
  { name: "be.register", shape: /^\d\d\.\d\d\.\d\d-\d{3}\.\d\d$/, validate: nationalRegister },
  { name: "cl.rut", shape: /^\d{1,2}\.\d{3}\.\d{3}-[\dkK]$/, validate: rut },
  { name: "kr.resident", shape: /^\d{6}-[1-8]\d{6}$/, validate: residentKorea },
  {
    name: "fr.nir",
    shape: /^[12] ?\d\d ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d\d|2[AB]) ?\d{3} ?\d{3} ?\d\d$/,
    validate: nir,
  },
  { name: "es.dni", shape: /^\d{8}-?[A-Z]$/, validate: dni },
  { name: "es.nie", shape: /^[XYZ]-?\d{7}-?[A-Z]$/, validate: nie },
  {
    name: "it.fiscale",
    shape: /^[A-Z]{6}[\dL-V]{2}[A-EHLMPR-T][\dL-V]{2}[A-Z][\dL-V]{3}[A-Z]$/i,
    validate: codiceFiscale,
  },
  {
    name: "gb.nino",
    shape: /^[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D]$/,
    validate: nino,
  },
  { name: "in.pan", shape: /^[A-Z]{3}[ABCFGHLJPT][A-Z]\d{4}[A-Z]$/, validate: pan },
  { name: "mx.curp", shape: /^[A-Z]{4}\d{6}[HMX][A-Z]{5}[A-Z\d]\d$/, validate: curp },
  { name: "fi.hetu", shape: /^[0-3]\d[01]\d\d\d[-+A-FU-Y]\d{3}[\dA-Y]$/, validate: hetu },
  { name: "cn.resident", shape: /^[1-9]\d{5}(?:19|20)\d{9}[\dX]$/, validate: residentChina },
  {
    name: "in.aadhaar",
    shape: /^[2-9]\d{3}[ -]\d{4}[ -]\d{4}$/,
    validate: aadhaar,
    needsWord: true,
  },
  { name: "pl.pesel", shape: /^\d{11}$/, validate: pesel, needsWord: true },
];

const CHUNK =
  /[A-Za-z0-9][A-Za-z0-9./+-]{7,18}[A-Za-z0-9]|(?:[A-Z]{2}|\d{1,4}|2[AB])(?: (?:\d{2,4}|[A-D]|2[AB])){2,6}/y;
const REACH = 40;
/** From this on digits alone can be an id. */
const LONG_RUN = 11;

/** National ids whose form and sum are right. */
export function findNationalId(scan: Scan): void {
  const { text, marks } = scan;
  let last = 0;
  for (let index = 0; index < marks.digits.length; index++) {
    const digits = marks.digits.starts.at(index);
    const end = marks.digits.ends.at(index);
    // Nearly every number fails here: it is too short, and nothing of an id stands beside it.
    if (end - digits < LONG_RUN && !mayGoOn(text, end) && !mayHaveBegun(text, digits)) continue;
    const start = chunkStart(text, digits);
    if (start < last || !isPromising(text, { start, digits, end })) continue;
    CHUNK.lastIndex = start;
    const chunk = CHUNK.exec(text)?.[0];
    if (chunk === undefined) continue;
    const form = FORMS.find(({ shape }) => shape.test(chunk));
    if (form === undefined || /[\p{L}\p{N}_]/u.test(text[start + chunk.length] ?? "")) continue;
    if (form.needsWord && !(marks.contextBefore(start, REACH) & ABOUT.nationalId)) continue;
    if (!form.validate(chunk).isValid) continue;
    last = start + chunk.length;
    scan.findings.push({
      kind: "NATIONAL_ID",
      start,
      end: last,
      strength: STRENGTH.validated - 5,
      detector: `national_id.${form.name}`,
    });
  }
}

/** A capital, a space, "+", "-" or ".". */
function mayGoOn(text: string, end: number): boolean {
  const code = text.charCodeAt(end);
  return code === 0x20 || code === 0x2b || code === 0x2d || code === 0x2e || isCapitalAt(text, end);
}

/** A capital, or a space behind one. */
function mayHaveBegun(text: string, digits: number): boolean {
  return isCapitalAt(text, digits - 1) ||
    (text.charCodeAt(digits - 1) === 0x20 && isCapitalAt(text, digits - 2));
}

/** Capitals directly before the digits belong to the id: "AB 12 34 56 C", "RSSMRA85…". */
function chunkStart(text: string, digits: number): number {
  let start = digits;
  while (digits - start < 6 && isCapitalAt(text, start - 1)) start--;
  const isSpaced = start === digits && text.charCodeAt(digits - 1) === 0x20 &&
    isCapitalAt(text, digits - 2) && isCapitalAt(text, digits - 3);
  return isSpaced ? digits - 3 : start;
}

/** A quick look at the first digits and what follows them, before the forms are tried. */
function isPromising(
  text: string,
  { start, digits, end }: { start: number; digits: number; end: number },
): boolean {
  const before = text.charCodeAt(start - 1);
  if (isWordAt(text, start - 1) || (before >= 0x2d && before <= 0x2f)) return false;
  const length = end - digits;
  if (length >= LONG_RUN || start < digits) return true;
  const next = text.charCodeAt(end);
  if (next >= 0x41 && next <= 0x5a) return length >= 6;
  const group = digitsAt(text, end + 1);
  switch (next) {
    case 0x2e: // .
      return group >= 2 && group <= 4 && length <= 3;
    case 0x2d: // -
      return length === 6 || length === 8 || (length === 4 && group === 4);
    case 0x2b: // +
      return length === 6;
    case 0x20: // a space
      return (length === 4 && group === 4) || (length <= 2 && group === 2);
    default:
      return false;
  }
}

/** How many digits stand at a place, up to five. */
function digitsAt(text: string, place: number): number {
  let count = 0;
  while (count < 5) {
    const code = text.charCodeAt(place + count);
    if (code < 0x30 || code > 0x39 || Number.isNaN(code)) break;
    count++;
  }
  return count;
}

function isCapitalAt(text: string, place: number): boolean {
  const code = text.charCodeAt(place);
  return code >= 0x41 && code <= 0x5a;
}

interface Label {
  readonly about: number;
  readonly kind: string;
  /** What must stand between the word and the id. */
  readonly link: RegExp;
  readonly id: RegExp;
}

const LABEL_REACH = 70;
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
  const part = text.slice(wordEnd, wordEnd + LABEL_REACH);
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

const MONTH =
  "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)";
const DATE_FORMS = `\\d{4}[-/.]\\d{1,2}[-/.]\\d{1,2}|\\d{1,2}[-/.]\\d{1,2}[-/.]\\d{2,4}` +
  `|${MONTH}\\.? \\d{1,2}(?:st|nd|rd|th)?,? \\d{4}|\\d{1,2}(?:st|nd|rd|th)?(?: of)? ${MONTH}\\.?,? \\d{4}`;
const DATE = new RegExp(`\\b(?:${DATE_FORMS})\\b`, "i");
const WHOLE_DATE = new RegExp(`^(?:${DATE_FORMS})(?:[T ]\\d{2}:\\d{2}.{0,12})?$`, "i");
const BIRTH_REACH = 45;

/** Whether a whole value is a date, in figures or with the month's name. */
export function isWrittenDate(value: string): boolean {
  return WHOLE_DATE.test(value);
}

/** Dates of birth, by the words before them. */
export function findBirthDate({ text, marks, findings }: Scan): void {
  const { ends, bits } = marks.keywords;
  for (let index = 0; index < marks.keywords.length; index++) {
    if (!(bits.at(index) & ABOUT.birth)) continue;
    const from = ends.at(index);
    const line = text.slice(from, from + BIRTH_REACH).split("\n\n")[0]!;
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
