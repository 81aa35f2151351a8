import { readingsOf } from "./readings_of.ts";
import { HIDDEN_RULES, SPOKEN_RULES } from "./tool_rules.ts";

/** Something in a text that is there for a model rather than for its reader. */
export interface Suspicion {
  readonly kind: "hidden_characters" | "instructs_the_model" | "asks_for_data";
  /** A sentence; it never repeats the text. */
  readonly message: string;
}

/** Longer texts are looked at in their beginning and their end. */
const MAX_SCANNED = 512 * 1024;

/** What is looked for in a text. */
export interface TextRule extends Suspicion {
  readonly finds: RegExp;
}

/** What is looked for. Every pattern is bounded, so that no text makes it slow. */
const RULES: readonly TextRule[] = [
  {
    kind: "hidden_characters",
    message: "It has characters of the block of tags, which nobody sees and models read",
    finds: /[\u{E0001}\u{E0020}-\u{E007F}](?<!\u{1F3F4}[\u{E0020}-\u{E007F}]{1,8})/u,
  },
  {
    kind: "hidden_characters",
    message: "It has characters that change the direction of what follows",
    finds: /[\u202A-\u202E\u2066-\u2069]/,
  },
  {
    kind: "hidden_characters",
    message: "It has characters without a width inside of words",
    // Scripts that join letters with them, and emoji, may have them.
    finds: /[A-Za-z0-9 .,;:!?][\u200B-\u200F\u2060-\u2064\uFEFF\u00AD][A-Za-z0-9]/,
  },
  {
    kind: "hidden_characters",
    message: "It has characters that control a terminal",
    // deno-lint-ignore no-control-regex
    finds: /[\x00-\x08\x0B\x0C\x0E-\x1F\x7F\x9B]/,
  },
  {
    kind: "instructs_the_model",
    message: "It tells the model to leave its instructions",
    finds:
      /\b(ignore|disregard|forget|override|bypass)\b[^.\n]{0,30}\b(previous|prior|above|earlier|preceding|all|your|system|any)\b[^.\n]{0,30}\b(instructions?|prompts?|rules|guidelines|directives?|messages?|context)\b/i,
  },
  {
    kind: "instructs_the_model",
    message: "It has marks of a message by the system or the user",
    finds:
      /<\/?(system|instructions?|important|assistant|secret|hidden)(\s[^>]{0,40})?>|<\|(im_start|im_end|system|user|assistant|endoftext)\|>|\[\/?(INST|SYS(TEM)?)\]|^\s{0,8}(#{1,6} ?)?(system|assistant) ?(prompt|message|override)?:\s/im,
  },
  {
    kind: "instructs_the_model",
    message: "It tells the model who to be or what to do from now on",
    finds:
      /\b(you are now|from now on,? you|act as (if you|an? (unrestricted|admin|system))|new (system )?instructions?:|you must (now|never tell)|your (new )?(task|goal|role) is (now )?to)\b/i,
  },
  {
    kind: "instructs_the_model",
    message: "It tells the model to keep something from its user",
    finds:
      /\b(do not|don'?t|never|without)\b[^.\n]{0,25}\b(tell(ing)?|mention(ing)?|reveal(ing)?|inform(ing)?|notify(ing)?|show(ing)?|ask(ing)?|disclos(e|ing))\b[^.\n]{0,25}\b(the )?(user|human|person|anyone|operator)\b(?!\s+(for|to (provide|enter|give|supply|paste|type))\b(?![^.\n]{0,30}\b(permission|confirmation|approval|consent|confirm|approve)\b))/i,
  },
  {
    kind: "instructs_the_model",
    message: "It orders that it be used before or instead of other tools",
    finds:
      /\b(before (using|calling|invoking) (any|all|every|other|this)[^.\n]{0,40}\b(call|run|read|invoke|use|send)\b|instead of (using )?(any|all|the) other tools?)\b/i,
  },
  {
    kind: "asks_for_data",
    message: "It speaks of files and values that hold secrets",
    finds:
      /(~|\$HOME|\/home\/\w{1,32}|\/root)\/\.(ssh|aws|gnupg|kube|netrc|npmrc|cursor|config\/gcloud)|\bid_(rsa|ed25519)\b|\/etc\/(passwd|shadow)\b/i,
  },
  {
    kind: "asks_for_data",
    message: "It asks that data be sent to somewhere",
    finds:
      /\b(send|post|upload|forward|exfiltrate|transmit|leak|submit|append|include|pass)\b(?<!\b(?:do not|don'?t|never|must not|mustn'?t|should not|shouldn'?t|cannot|can'?t|avoid)(?:\s+(?!(?:and|then|but|mind|forget|fail|hesitate|omit|skip|wait|only|just|stop|neglect|refuse|again)\b)\w+){1,4})[^.\n]{0,60}\b((the|this|your|our|full|entire|whole|complete) conversation|chat history|system prompt|api keys?|credentials?|passwords?|secrets?|private keys?|environment variables?|contents? of (all|your))\b(?!\s+(?:as|in|via|through)\s+(?:the )?[`"']?(?:messages|conversation|history|transcript|chat|dialogue|turns)\b)[^.\n]{0,60}(\bto\b|\bas\b|\bin\b|\bvia\b)/i,
  },
  {
    kind: "asks_for_data",
    message: "It hides data in the address of a picture or a page",
    finds: /!\[[^\]\n]{0,100}\]\(https?:\/\/[^)\s]{1,200}\?[^)\s]{0,200}(=|%7B|\{)/i,
  },
];

/** Says what of a text is there for a model; a text that only speaks of such things may be meant well. */
export function scanText(text: string): Suspicion[] {
  const read = text.length <= MAX_SCANNED
    ? text
    : `${text.slice(0, MAX_SCANNED / 2)}\n${text.slice(-MAX_SCANNED / 2)}`;
  return applyRules(RULES, read);
}

/** Says what all of a tool's words say to a model, disguised and encoded ones too. */
export function scanWords(text: string): Suspicion[] {
  const { own, others, encoded } = readingsOf(text);
  return [
    ...applyRules(AS_IT_STANDS, own),
    ...others.flatMap((reading) => applyRules(AS_IT_IS_READ, reading)),
    ...encoded ? [ENCODED] : [],
  ];
}

const AS_IT_STANDS = [...RULES, ...HIDDEN_RULES];
const AS_IT_IS_READ = [
  ...RULES.filter(({ kind }) => kind !== "hidden_characters"),
  ...SPOKEN_RULES,
];

const ENCODED: Suspicion = {
  kind: "hidden_characters",
  message: "It has sentences in another writing, which persons do not read and models do",
};

function applyRules(rules: readonly TextRule[], text: string): Suspicion[] {
  return rules.filter(({ finds }) => finds.test(text)).map(({ kind, message }) => ({
    kind,
    message,
  }));
}
