import { NAME } from "./name_index.ts";
import type { NamePart } from "./name_part.ts";
import type { NameRule } from "./name_rule.ts";

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
