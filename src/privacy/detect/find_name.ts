import { nameChains, type NamedKind, type NamePart, nameParts } from "./name_part.ts";
import { PERSON_RULES, THING_RULES } from "./name_rules.ts";
import { type Scan, STRENGTH } from "./scan.ts";
import { NAME, nameIndex } from "./name_index.ts";
import { ABOUT } from "./vocabulary.ts";

/** The sum of worths from which words are taken for a name. */
const ENOUGH = 3;
const NAME_RULES = [...PERSON_RULES, ...THING_RULES];
const KINDS: readonly NamedKind[] = ["PERSON", "ADDRESS", "ORG", "LOCATION"];

/** People, firms, places and streets in prose: capitalised words, weighed by the rules. */
export function findName(scan: Scan): void {
  for (const chain of nameChains(scan.text, scan.marks)) {
    for (const part of nameParts(scan.text, chain)) {
      const kind = weigh(part);
      if (kind !== undefined) take(scan, part, kind);
    }
  }
}

function weigh(part: NamePart): { kind: NamedKind; worth: number } | undefined {
  const worths: Record<NamedKind, number> = { PERSON: 0, ADDRESS: 0, ORG: 0, LOCATION: 0 };
  for (const rule of NAME_RULES) {
    if (!rule.holds(part)) continue;
    for (const [kind, worth] of Object.entries(rule.worth)) worths[kind as NamedKind] += worth;
  }
  const kind = KINDS.reduce((best, one) => worths[one] > worths[best] ? one : best);
  return worths[kind] >= ENOUGH ? { kind, worth: worths[kind] } : undefined;
}

function take(
  scan: Scan,
  part: NamePart,
  { kind, worth }: { kind: NamedKind; worth: number },
): void {
  if (!scan.wants(kind)) return;
  const { start, end } = kind === "ADDRESS"
    ? addressExtent(scan.text, part)
    : kind === "ORG"
    ? firmExtent(scan.text, part)
    : part;
  scan.findings.push({
    kind,
    start,
    end,
    strength: STRENGTH.name + Math.min(9, Math.floor(worth)),
    detector: part.lead === "title" ? "name.title" : "name.words",
  });
}

/** The numbers before a street, and what follows it on the line: number, flat, town, postal code. */
function addressExtent(text: string, { start, end }: NamePart): { start: number; end: number } {
  const before = /(?:\d{1,6}[a-z]?(?:-\d{1,5})?,? ){1,2}(?:[NSEW] )?$/i.exec(
    text.slice(Math.max(0, start - 24), start),
  );
  return {
    start: start - (before?.[0].length ?? 0),
    end: end + (TAIL.exec(text.slice(end, end + 160))?.[0].replace(/[\s,]+$/, "").length ?? 0),
  };
}

const UNIT =
  "(?:[Aa]pt|APT|[Ss]uite|[Ss]te|[Uu]nit|[Ff]loor|[Ff]l|[Bb]ox|[Ll]ote|[Ll]gh|[Aa]ppt|étage|[Ee]tage|[Ee]sc|[Pp]iso|[Pp]uerta|[Bb]ldg|[Rr]oom|[Rr]m|[Nn]o|[Nn]r|[Oo]ppgang|[Pp]iano|m|og|ajtó|em|hoog|[Kk]at|[Dd]aire|sal|dør|kv)";
const TAIL = new RegExp(
  `^(?:,? ?(?:${UNIT}\\.? ?#?\\d+[\\w/-]*|#\\d+[\\w-]*|\\d+[\\w/.-]*(?: ?${UNIT}\\b\\.?)?)` +
    `|,? (?:[A-Z]{1,2}\\d[A-Z\\d]? ?\\d[A-Z]{2}|[A-Z]\\d[A-Z] ?\\d[A-Z]\\d|[A-Z]{2} \\d{4,5}(?:-\\d{4})?)\\b` +
    `|,? (?:(?:de|del|da|do|di|la|el|los|las|of|am|an|der|sur|en|nad|street|road|st|rd) ){0,2}[\\p{Lu}\\p{Lo}][\\p{L}\\p{M}'’-]*\\.?(?! ?[:])){0,10}`,
  "u",
);

/** The other names of a firm, and its form: "Streich, Ryan and Walsh Inc". */
function firmExtent(text: string, { start, end }: NamePart): { start: number; end: number } {
  const before = FIRM_BEFORE.exec(text.slice(Math.max(0, start - 60), start));
  const after = FIRM_AFTER.exec(text.slice(end, end + 80));
  return { start: start - (before?.[0].length ?? 0), end: end + (after?.[0].length ?? 0) };
}

const FIRM_LINK = "(?:,? (?:and|y|und|et|og|och|e|i|a|en|és|ja|&) |, | - )";
const FIRM_WORD = "[\\p{Lu}\\p{Lo}][\\p{L}\\p{M}'’-]+";
const FIRM_BEFORE = new RegExp(`(?:${FIRM_WORD}${FIRM_LINK})+$`, "u");
const FIRM_AFTER = new RegExp(
  `^(?:${FIRM_LINK}${FIRM_WORD}(?: ${FIRM_WORD})?)*(?:,? (?:Inc|Ltd|LLC|GmbH|Corp|PLC|plc|s\\.?r\\.?o|S\\.?A|S\\.p\\.A|s\\.r\\.l|v\\.o\\.s|a\\.s|A/S|Orchestra|Sons)\\b\\.?)?`,
  "u",
);

const TITLE =
  /^(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Dame|Herr|Frau|Monsieur|Madame|Mme|Señor|Señora|Signor|Signora|Capt|Sgt|Lt|Doctor|mr|mrs|ms|dr)$/;
const AFTER_TITLE = /^\.? /;
const AFTER_WORD = /^(?: is| was|'s| are)?:? ["“']?/;
/** Capitalised words with initials and particles between them, or words without capitals. */
const NAME_WORDS =
  /^(?:\p{Lu}[\p{L}\p{M}'’-]+|\p{Lo}[\p{Lo}\p{M}]+)(?: (?:(?:van|von|de|da|do|dos|di|del|della|der|den|du|la|le|los|las|ter|ten|el|al|bin|ibn|ben|af|av|y) ){0,3}(?:\p{Lu}(?:\.|[\p{L}\p{M}'’-]*)|\p{Lo}[\p{Lo}\p{M}]+)){0,4}/u;
const REACH = 100;

/** Names that a title or an introduction leads in: "Dr. Helena Shaw", "My name is Ann Lee". */
export function findIntroducedName({ text, marks, findings }: Scan): void {
  const { starts, ends, bits } = marks.keywords;
  for (let index = 0; index < marks.keywords.length; index++) {
    const about = bits.at(index);
    if (!(about & (ABOUT.honorific | ABOUT.introduction))) continue;
    const end = ends.at(index);
    const isTitle = TITLE.test(text.slice(starts.at(index), end));
    if (!isTitle && !(about & ABOUT.introduction && isIntroduction(text, starts.at(index), end))) {
      continue;
    }
    const part = text.slice(end, end + REACH);
    const link = (isTitle ? AFTER_TITLE : AFTER_WORD).exec(part)?.[0] ?? "";
    const name = link === "" ? undefined : nameAt(part.slice(link.length), isTitle);
    if (name === undefined) continue;
    findings.push({
      kind: "PERSON",
      start: end + link.length,
      end: end + link.length + name.length,
      strength: STRENGTH.pattern,
      detector: isTitle ? "name.title" : "name.introduced",
    });
  }
}

/** "name is" and "named" introduce; "a file name", "the table called" do not. */
function isIntroduction(text: string, start: number, end: number): boolean {
  const before = text.slice(Math.max(0, start - 12), start);
  const word = text.slice(start, end).toLowerCase();
  if (word === "name" || word === "names") {
    return /\b(?:my|his|her|their|your|full|first|last|maiden|partner's) $/i.test(before) ||
      /^ ?(?:is|was) /.test(text.slice(end, end + 5)) && /(?:^|[\n.?!] )(?:the )?$/i.test(before);
  }
  return word !== "called" || /\b(?:was|is|were|are|him|her|me|mother|father) $/i.test(before);
}

/** The name that a text begins with: not an everyday word alone. */
function nameAt(text: string, isTitle: boolean): string | undefined {
  const words = NAME_WORDS.exec(text)?.[0].split(" ") ?? [];
  // "Mr. Smith The …": what no name has ends it.
  const end = words.findIndex((word) => {
    const bits = nameIndex().bitsOf(word.replace(/[.'’-].*$/, ""));
    return (bits & NAME.common) !== 0 && !(bits & (NAME.first | NAME.last));
  });
  const name = (end < 0 ? words : words.slice(0, end)).join(" ").replace(/['’]s$/, "");
  if (name === "") return undefined;
  const isUsual = (nameIndex().bitsOf(name) & NAME.common) !== 0;
  return isUsual && !isTitle && !(nameIndex().bitsOf(name) & (NAME.first | NAME.last))
    ? undefined
    : name;
}
