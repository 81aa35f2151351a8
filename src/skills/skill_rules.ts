import { SKILL_NAME, type SkillDraft } from "./skill.ts";
import { AirlockError } from "../model/errors.ts";
import { scanText } from "../upstream/integrity/scan_text.ts";
import { exportedNames } from "./skill_document.ts";

const MAX_CODE_LENGTH = 200_000;
const MAX_EXAMPLES = 10;
const MAX_EXAMPLE_LENGTH = 4_000;
const MAX_DESCRIPTION_LENGTH = 1_024;

/** Invisible characters, and those that change the direction of a text. */
const UNSEEN = new RegExp(
  [
    // Control characters other than the tab and the ends of lines.
    "[\\0-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]",
    // Format characters, such as those of direction; letters and blanks without a form.
    "[\\p{Cf}\\u115f\\u1160\\u3164\\uffa0\\u2800]",
    "[\\u{e0000}-\\u{e0fff}]",
    "[\\ufe00-\\ufe0f]{2}",
  ].join("|"),
  "u",
);

/** Letters of other alphabets that look like Latin ones. */
const LOOKALIKE = "[асеорхуіјѕԁһӏАВСЕНІЈКМОРЅТХУονΑΒΕΖΗΙΚΜΝΟΡΤΥΧ]";
const MIXED = new RegExp(
  `[A-Za-z][\\p{L}\\p{M}\\d_$]{0,100}${LOOKALIKE}|${LOOKALIKE}[\\p{L}\\p{M}\\d_$]{0,100}[A-Za-z]`,
  "u",
);

/** A token stands for a value in one session, and for nothing in another. */
const TOKEN = /\[[A-Z][A-Z0-9]{0,15}(?:_[A-Z0-9]{1,15}){0,3}_\d{1,9}_[a-z0-9]{3,8}\]/;

const RULES: readonly {
  readonly reason: string;
  readonly breaks: (draft: SkillDraft) => boolean;
}[] = [
  {
    reason: "a name is 1 to 64 small letters and digits, in words parted by single hyphens",
    breaks: ({ name }) => !SKILL_NAME.test(name),
  },
  {
    reason: `a description is one line of 1 to ${MAX_DESCRIPTION_LENGTH} characters`,
    breaks: ({ description }) =>
      description.trim() === "" || description.length > MAX_DESCRIPTION_LENGTH ||
      /[\r\n\u2028\u2029]/.test(description),
  },
  {
    reason: "a description holds no tags",
    breaks: ({ description }) => /<[a-z!/?]/i.test(description),
  },
  {
    reason: "no text of it may hold signs that a reader does not see",
    breaks: (draft) => textsOf(draft).some((text) => UNSEEN.test(text)),
  },
  {
    reason: "no word of it may mix letters of alphabets that look alike",
    breaks: (draft) => textsOf(draft).some((text) => MIXED.test(text)),
  },
  {
    reason: "no text of it may tell a model what to do beside what it is asked",
    breaks: (draft) => textsOf(draft).some(instructs),
  },
  {
    reason: "its description and examples ask for no secrets",
    breaks: ({ description, examples = [] }) =>
      [description, ...examples].some((text) => scanText(text).length > 0),
  },
  {
    reason: "no text of it may hold a token of a session; take it as an argument",
    breaks: (draft) => textsOf(draft).some((text) => TOKEN.test(text)),
  },
  {
    reason: `its module has at most ${MAX_CODE_LENGTH} characters`,
    breaks: ({ code }) => code.length > MAX_CODE_LENGTH,
  },
  {
    reason: `there are at most ${MAX_EXAMPLES} examples of ${MAX_EXAMPLE_LENGTH} characters`,
    breaks: ({ examples = [] }) =>
      examples.length > MAX_EXAMPLES || examples.some(({ length }) => length > MAX_EXAMPLE_LENGTH),
  },
  {
    reason: "its tests, where it has any, are a program: an empty one tests nothing",
    breaks: ({ tests }) => tests !== undefined && tests.trim() === "",
  },
  {
    reason: "its module names nothing that it exports: export a function",
    breaks: ({ code }) => exportedNames(code).length === 0,
  },
];

/**
 * Checks a draft by all rules.
 *
 * @throws {AirlockError} REQUEST_INVALID with all broken rules
 */
export function checkSkillRules(draft: SkillDraft): void {
  const broken = RULES.filter((rule) => rule.breaks(draft)).map(({ reason }) => reason);
  if (broken.length === 0) return;
  throw new AirlockError("REQUEST_INVALID", `Cannot save skill: ${broken.join("; ")}`);
}

/** Whether a text of any origin may be shown as a skill's description. */
export function isDescription(description: string): boolean {
  const draft = { name: "a", description, code: "export const a = 1;" };
  return RULES.every((rule) => !rule.breaks(draft));
}

function instructs(text: string): boolean {
  return scanText(text).some(({ kind }) => kind === "instructs_the_model");
}

function textsOf({ description, code, examples = [], tests = "" }: SkillDraft): string[] {
  return [description, code, ...examples, tests];
}
