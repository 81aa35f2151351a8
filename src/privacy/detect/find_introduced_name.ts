import { NAME, nameIndex } from "./name_index.ts";
import { type Scan, STRENGTH } from "./scan.ts";
import { ABOUT } from "./vocabulary.ts";

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
