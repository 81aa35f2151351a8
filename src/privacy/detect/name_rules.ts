import { NAME } from "./name_index.ts";
import type { NamePart, NameRule } from "./name_part.ts";
import { ABOUT } from "./vocabulary.ts";

const isUnsure = ({ words }: NamePart) =>
  words.every(({ name }) => name & (NAME.common | NAME.place));

/** Reasons to take words for a person's name. */
export const PERSON_RULES: readonly NameRule[] = [
  {
    says: "A list of first names has a word that is no everyday word",
    holds: ({ words }) =>
      words.some(({ name }) => name & NAME.first && !(name & (NAME.common | NAME.place))),
    worth: { PERSON: 3 },
  },
  {
    says: "A list of first names has a word that is an everyday word or a place too",
    holds: (part) => part.words.some(({ name }) => name & NAME.first) && isUnsure(part),
    worth: { PERSON: 1 },
  },
  {
    says: "A list of last names has a word",
    holds: ({ words }) =>
      words.some(({ name }) =>
        name & NAME.last && !(name & (NAME.common | NAME.place | NAME.first))
      ),
    worth: { PERSON: 2 },
  },
  {
    says: "It has two to five words",
    holds: ({ words }) => words.length > 1 && words.length < 6,
    worth: { PERSON: 1 },
  },
  {
    says: "It is a word in capitals, or short ones, as codes and currencies are",
    holds: ({ words }) =>
      words.every(({ shape, start, end }) =>
        shape === "shout" && (words.length === 1 || end - start <= 4)
      ),
    worth: { PERSON: -3 },
  },
  {
    says: "A title leads it in",
    holds: ({ lead }) => lead === "title",
    worth: { PERSON: 3 },
  },
  {
    says: "A role leads it in",
    holds: ({ lead, before }) =>
      lead === "role" ||
      /\b(?:applicant|employee|customer|client|patient|manager|director|engineer|specialist|officer|adjuster|agent|contractor|developer|policyholder|resident|guardian|supervisor|nurse|attorney|author|singer|songwriter|actor|actress|producer|commenter|novelist|player|administrator|consultant|teacher|student|colleague|founder|owner|holder|individual|representative|analyst|executive|user|ceo|cto) $/i
        .test(before),
    worth: { PERSON: 2 },
  },
  {
    says: "The words before say that a name follows",
    holds: ({ before }) =>
      /\b(?:(?:my|your|his|her|their|the|full|first|last|maiden|whose|partner's) names?(?: is| was|:|'s)?|names?(?: is|:| on the account\?.{0,10}:)|named(?: him| her)?|called|calls me|call me|known as|aka|nicknamed|what's your (?:last |first |full )?name\?) *["'“(]?$/i
        .test(before),
    worth: { PERSON: 3 },
  },
  {
    says: "A greeting or a farewell stands before",
    holds: ({ before }) =>
      /(?:^|[^\w'’])(?:dear|hi|hello|hey|thanks|regards|sincerely|cheers|love),? $/i.test(before),
    worth: { PERSON: 3 },
  },
  {
    says: "Somebody introduces or is met",
    holds: ({ before }) =>
      /\b(?:i'm|i am|i’m|this is|it's under|under|speak(?:ing)? (?:to|with)|talk to|spoke (?:with|to)|met(?: with)?|told|asked|said|says|contact|add|follow up with|tribute to|have you heard|handling|the name) $/i
        .test(before) && !/ (?:name) $/i.test(before.slice(0, -6)),
    worth: { PERSON: 2 },
  },
  {
    says: "Somebody made something",
    holds: ({ before }) =>
      /\b(?:directed|written|produced|painted|sung|composed|created|approved|signed|reviewed|submitted|uploaded|used|starring|featuring|features|not|between|or|belonging to|registered under|linked to)(?: by)?:? *[(]?$/i
        .test(before),
    worth: { PERSON: 1 },
  },
  {
    says: "A preposition that people follow stands before",
    holds: ({ before }) =>
      /(?:^|[\s("“])(?:by|with|for|and|to|about|of|than|is|but|from|that|:) ?["“]?$/i.test(before),
    worth: { PERSON: 0.5 },
  },
  {
    says: "Something of theirs is named before",
    holds: ({ before, words }) =>
      words.length > 1 &&
      /\b(?:number|phone|mobile|cell|e-?mail|mail|address|birthday|passport|licen[cs]e|account|card|signature|cv|résumé) (?:of|for) $/i
        .test(before),
    worth: { PERSON: 2 },
  },
  {
    says: "A way to reach them follows",
    holds: ({ after, words }) =>
      words.length > 1 && words.length < 5 &&
      /^(?: ?[:,–-])? ?[<(]?(?:[\w.+-]{1,40}@[\w-]|\+\d|\(?0?\d{2,4}[ )-]{1,2}\d{3})/.test(after),
    worth: { PERSON: 2 },
  },
  {
    says: "A relative stands before",
    holds: ({ before }) =>
      /\b(?:brother|sister|mother|father|son|daughter|wife|husband|kid|child|partner|uncle|aunt|cousin|friend|boss|spouse|member)(?: |, )$/i
        .test(before),
    worth: { PERSON: 2 },
  },
  {
    says: "A person does something after",
    holds: ({ after }) =>
      /^(?:['’]s)?,? (?:(?:just |also |recently )?(?:says|said|asked|wrote|writes|replied|told|shouted|points? out|explained|confirmed|noted|listed|lives|lived|gave|flew|began|went|submitted|uploaded|attached|recorded|discovered|called|requested|joined|married|died|retired|studied|grew up|works|worked|loves|likes|has to|had given|had|has|was (?:born|influenced|a huge|in|at)|is (?:a very|from|very|so|the keynote|of)|will be|speak|who|can i|just)\b)/i
        .test(after),
    worth: { PERSON: 2 },
  },
  {
    says: "Something is somebody's",
    holds: ({ after }) => /^['’]s\b/.test(after),
    worth: { PERSON: 0.5 },
  },
  {
    says: "Somebody is addressed",
    holds: ({ before, after, words }) =>
      words.length < 3 && /, $/.test(before) && /^[!?]/.test(after),
    worth: { PERSON: 2 },
  },
  {
    says: "Somebody's words follow a colon",
    holds: ({ before, after, words }) =>
      words.length < 4 && /^[\s>]*$/.test(before) && /^: ?["“A-Z]/.test(after),
    worth: { PERSON: 2 },
  },
  {
    says: "It is alone on its line and has several words",
    holds: ({ words, before, after }) =>
      words.length > 1 && words.length < 5 && /^[\s>?•*-]*$/.test(before) && /^[\s]*$/.test(after),
    worth: { PERSON: 0.5 },
  },
  {
    says: "Two of a kind, joined by a word, do something",
    holds: ({ before, after, words }) =>
      words.length < 3 &&
      (/^ and \p{Lu}[\p{L}'’-]+ were\b/u.test(after) ||
        /\p{Lu}[\p{L}'’-]+ and $/u.test(before) && /^ were\b/.test(after)),
    worth: { PERSON: 1 },
  },
  {
    says: "It is in a list of people",
    holds: ({ before }) =>
      /\b(?:founders|members|authors|guests|speakers|winners|attendees|they had \d+): (?:\p{Lu}[\p{L}'’. -]+(?:, | and ))*$/iu
        .test(before),
    worth: { PERSON: 2 },
  },
];

const has = (part: NamePart, about: number) => part.words.some((word) => word.about & about);
const hasName = (part: NamePart, bits: number) => part.words.some((word) => word.name & bits);

/** Endings of street names that are written as one word. */
const STREET_ENDING =
  /(?:straße|strasse|str|weg|gasse|platz|allee|gade|gata|gatan|vägen|veien|vegen|vej|straat|laan|plein|gracht|dijk|katu|tie|kuja|polku|vegur|braut|utca|útja|damm|ufer|steig|chaussee|singel|kade|stræde)$/i;
const PLACE_ENDING =
  /(?:ville|town|burgh?|borough|bury|shire|stad|stadt|furt|berg|dorf|haven|hafen|mouth|ford|chester|land|field|view|side|worth|wick|stead|hausen|heim|ingen|holm|köping|borg|grad|ovice|owice|polis|abad|pur|nagar)$/i;

/** Reasons to take words for a firm, a place or a street, and so for no person. */
export const THING_RULES: readonly NameRule[] = [
  {
    says: "A word of firms and institutions ends it",
    holds: (part) =>
      part.words.length > 1 &&
      (part.words.slice(1).some(({ about }) => about & ABOUT.organisation)),
    worth: { ORG: 4, PERSON: -3, LOCATION: -2 },
  },
  {
    says: "A firm's form follows",
    holds: ({ after }) =>
      /^,? (?:inc\b|ltd\b|llc\b|gmbh\b|corp\b|plc\b|s\.?r\.?o\b|s\.a\b|s\.p\.a|s\.r\.l|v\.o\.s|a\.s\b|a\/s\b|and sons|& \p{Lu}|e figli|y asociados|et associés|i synowie)/iu
        .test(after),
    worth: { ORG: 4, PERSON: -3 },
  },
  {
    says: "It has an office, an orchestra or a site",
    holds: (part) =>
      /^ (?:orchestra|office|website)\b/i.test(part.after) && !hasName(part, NAME.place),
    worth: { ORG: 4, PERSON: -3 },
  },
  {
    says: "It is one of three names that make a firm",
    holds: isOfThree,
    worth: { ORG: 3.5, PERSON: -3 },
  },
  {
    says: "Two names with a dash between them make a firm",
    holds: ({ before, after }) => /\p{L} - $/u.test(before) || /^ - \p{Lu}/u.test(after),
    worth: { ORG: 3.5, PERSON: -3 },
  },
  {
    says: "Somebody works there",
    holds: ({ before }) =>
      /\b(?:work(?:ed|s|ing)? (?:for|at)|employed (?:by|at)|joined|ceo of|hired by|is from) $/i
        .test(before),
    worth: { ORG: 3, PERSON: -2, LOCATION: -1 },
  },
  {
    says: "It is in, at or from somewhere",
    holds: ({ before }) =>
      /(?:^|\s)(?:in|at|near|from|through|towards|across|outside|into|around|on) $/i.test(before),
    worth: { PERSON: -2, LOCATION: 1.5 },
  },
  {
    says: "Somebody lives or goes there",
    holds: ({ before }) =>
      /\b(?:moved (?:here )?(?:from|to)|travell?ing to|lives? in|lived in|based in|flew to|originally from|returned to|arrived at|i'?a?m in|born in|city of|home city|grew up in|back to|trip to|visit(?:ing)?|located in|university of|year in|south of|north of|east of|west of|state of) $/i
        .test(before),
    worth: { LOCATION: 2, PERSON: -1 },
  },
  {
    says: "A list of places has it",
    holds: (part) =>
      part.words.every(({ name, about }) => name & NAME.place || about & ABOUT.place) &&
      hasName(part, NAME.place),
    worth: { LOCATION: 2.5, PERSON: -2 },
  },
  {
    says: "It begins as places do",
    holds: ({ words }) =>
      words.length > 1 && words.length < 5 && (words[0]!.about & ABOUT.place) !== 0,
    worth: { LOCATION: 2, PERSON: -3 },
  },
  {
    says: "It ends as places do",
    holds: (part) =>
      !hasName(part, NAME.first | NAME.last) && part.text.length > 5 &&
      PLACE_ENDING.test(part.text),
    worth: { LOCATION: 1.5 },
  },
  {
    says: "A house number stands before",
    holds: (part) =>
      /(?:^|[^\d.,$#-])\d{1,5}[a-z]? (?:[NSEW] )?$/i.test(part.before) &&
      // "Copyright 2019 Ann Lee": a year needs a street behind it.
      (!/(?:19|20)\d\d $/.test(part.before) || has(part, ABOUT.street)),
    worth: { ADDRESS: 4, PERSON: -3, ORG: -2, LOCATION: -2 },
  },
  {
    says: "A postal code stands before",
    holds: ({ before }) =>
      /(?:^|[^\d.$#])(?:\d{2,3}[- ]\d{2,4}|\d{4,6}(?:-\d{3,4})?(?: [A-Z]{2})?|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d) $/
        .test(before),
    worth: { ADDRESS: 3.5, PERSON: -3, LOCATION: -1 },
  },
  {
    says: "A street's word is in it",
    holds: (part) =>
      (part.words.length > 1 && has(part, ABOUT.street)) || STREET_ENDING.test(part.text),
    worth: { ADDRESS: 1.5, PERSON: -1.5 },
  },
  {
    says: "A street's word follows",
    holds: ({ after }) =>
      /^ (?:street|st\b|road|rd\b|avenue|ave\b|lane|boulevard|square|bridge)/i.test(after),
    worth: { ADDRESS: 3, PERSON: -3 },
  },
  {
    says: "A house number follows",
    holds: ({ after }) =>
      /^,? ?(?:no\.? ?|nr\.? ?|n\.?º? ?)?\d{1,5}[a-z]?(?:\/\d+)?(?![\d:%.]|(?: years?| months?| days?| hours?| times)\b)/i
        .test(after),
    worth: { ADDRESS: 2, PERSON: -2 },
  },
  {
    says: "Somebody lives or meets at it",
    holds: ({ before }) =>
      /\b(?:address(?:es)?(?: is|:| to| with)?|lives? (?:on|at)|located at|office is at|side of|corner of|sent to|meet (?:me )?at|meet you at|taxi to|arrived at|return to|enter on|restaurant is at|station is on|one to|delivered to|ship(?:ped)? to|street:?) (?:the |it is )?$/i
        .test(before),
    worth: { ADDRESS: 1.5, PERSON: -1 },
  },
];

const AND = "(?:and|y|und|et|og|och|e|i|a|en|és|ja|ve|și|и|та|&)";
const WORD = "\\p{Lu}[\\p{L}'’-]+";
const FIRST_OF_THREE = new RegExp(`^, ${WORD} ${AND} ${WORD}(?!,)`, "u");
const SECOND_OF_THREE_BEFORE = new RegExp(`(?:^|[^,:] |[>"(])${WORD}, $`, "u");
const SECOND_OF_THREE_AFTER = new RegExp(`^ ${AND} ${WORD}`, "u");
const THIRD_OF_THREE = new RegExp(`(?:^|[^,:] |[>"(])${WORD}, ${WORD} ${AND} $`, "u");

function isOfThree({ before, after, words }: NamePart): boolean {
  if (words.length > 2) return false;
  return FIRST_OF_THREE.test(after) && !/[:,] $/.test(before) ||
    SECOND_OF_THREE_BEFORE.test(before) && SECOND_OF_THREE_AFTER.test(after) ||
    THIRD_OF_THREE.test(before);
}
