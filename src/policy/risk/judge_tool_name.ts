import { AND, LOOKED_AT, PLAIN, type ToolEffect, UNMISTAKABLE, VERBS } from "./tool_verbs.ts";

/** What a tool's name says that it does. */
export interface NamedEffect {
  readonly effect: ToolEffect;
  /** Whether it can be read in no other way, so that it is believed more than its server. */
  readonly isPlain: boolean;
}

const HARM: readonly ToolEffect[] = ["reads", "writes", "destroys"];

/** Reads a name by its verb, wherever that stands; undefined where it has none. */
export function judgeToolName(words: readonly string[]): NamedEffect | undefined {
  // `add` alone may be a sum.
  const isOneWord = words.length === 1;
  const named = partsOf(words).flatMap((part) => judgePart(part, isOneWord) ?? []);
  // Of `get_and_delete` the worst counts; what is plain of it stays so.
  return named.reduce<NamedEffect | undefined>(
    (worst, each) => worst === undefined || isWorse(each, worst) ? each : worst,
    undefined,
  );
}

/** Whether one effect does more harm than another. */
export function doesMore(one: ToolEffect, other: ToolEffect): boolean {
  return HARM.indexOf(one) > HARM.indexOf(other);
}

/** Whether what it does goes to people. */
export function sendsByName(words: readonly string[]): boolean {
  return partsOf(words).some((part) => {
    const verb = part.find(isVerb);
    return verb !== undefined && PLAIN.sends.has(verb) ||
      VERBS.sends.has(part[0]!) || VERBS.sends.has(part.at(-1)!) || part.some(sendsAtOnce);
  });
}

/** Whether it runs whatever it is given. */
export function runsByName(words: readonly string[]): boolean {
  return words.some((word) => VERBS.runs.has(word) || runsAtOnce(word));
}

function isWorse(one: NamedEffect, other: NamedEffect): boolean {
  if (one.effect !== other.effect) return doesMore(one.effect, other.effect);
  return one.isPlain && !other.isPlain;
}

/** What is done first, and what is done after it. */
function partsOf(words: readonly string[]): string[][] {
  const parts: string[][] = [[]];
  for (const word of words) {
    if (AND.has(word)) parts.push([]);
    else parts.at(-1)!.push(word);
  }
  return parts.filter(({ length }) => length > 0);
}

function judgePart(words: readonly string[], isOneWord: boolean): NamedEffect | undefined {
  if (words.some((word) => UNMISTAKABLE.has(word) || destroysAtOnce(word))) {
    return { effect: "destroys", isPlain: true };
  }
  if (words.some(runsAtOnce)) return { effect: "destroys", isPlain: true };
  if (words.some(sendsAtOnce)) return { effect: "writes", isPlain: true };
  const verb = words.find(isVerb);
  if (verb === undefined) {
    return words.some((word) => LOOKED_AT.has(word))
      ? { effect: "reads", isPlain: false }
      : undefined;
  }
  return VERBS.reads.has(verb)
    ? { effect: afterReading(words, verb), isPlain: false }
    : judgeChange(words, { verb, isOneWord });
}

/** `list_clear` and `search_replace` do what their last word says; `get_reset` gets something. */
function afterReading(words: readonly string[], verb: string): ToolEffect {
  const last = words.at(-1)!;
  if (last === verb || PLAIN.reads.has(verb)) return "reads";
  if (PLAIN.destroys.has(last) || VERBS.runs.has(last)) return "destroys";
  return PLAIN.writes.has(last) || PLAIN.sends.has(last) ? "writes" : "reads";
}

function judgeChange(
  words: readonly string[],
  { verb, isOneWord }: { verb: string; isOneWord: boolean },
): NamedEffect {
  const effects = words.map(effectOf);
  const effect = effects.includes("destroys") ? "destroys" : "writes";
  const last = words.at(-1)!;
  const isOfResults = words.includes("read") ||
    (!isNoNoun(verb) && (LOOKED_AT.has(last) || words.some((word) => VERBS.reads.has(word))));
  if (isOfResults) return { effect, isPlain: false };
  const isPlain =
    [verb, last].some((word) =>
      PLAIN.destroys.has(word) || PLAIN.runs.has(word) || PLAIN.sends.has(word)
    ) || (PLAIN.writes.has(verb) && !isOneWord);
  // Two words that send, such as `post_message`, leave no doubt either.
  const isSent = words.filter((word) => VERBS.sends.has(word)).length > 1;
  if (isPlain || isSent) {
    const isSure = effect === "writes" || [verb, last].some(destroysPlainly);
    return { effect: isSure ? effect : "writes", isPlain: true };
  }
  return { effect, isPlain: false };
}

function destroysPlainly(word: string): boolean {
  return PLAIN.destroys.has(word) || PLAIN.runs.has(word);
}

/** Verbs that are also things. */
const ALSO_THINGS = new Set("update patch upgrade grant upload".split(" "));

/** `transfer_status` and `grant_list` may tell of something; `send_status` and `create_list` do it. */
function isNoNoun(verb: string): boolean {
  return (PLAIN.writes.has(verb) && !ALSO_THINGS.has(verb)) ||
    /^(send|execute|exec|eval|invoke|spawn)$/.test(verb);
}

function isVerb(word: string): boolean {
  return !LOOKED_AT.has(word) && (VERBS.reads.has(word) || effectOf(word) !== undefined);
}

function effectOf(word: string): ToolEffect | undefined {
  if (VERBS.destroys.has(word) || VERBS.runs.has(word)) return "destroys";
  return VERBS.writes.has(word) || VERBS.sends.has(word) ? "writes" : undefined;
}

/** `deletelead`, `bulkdelete`, `deletes`; not `deleted`, `deletion` and `undelete`. */
function destroysAtOnce(word: string): boolean {
  return /(?<!un)(delete|remove|destroy|purge|truncate|wipe|erase|obliterate|uninstall|overwrite)(?!d|r|able|ion|ing|er)/
    .test(word);
}

function sendsAtOnce(word: string): boolean {
  return /^send(e?mail|message|sms|money|text|notification|invoice|payment)s?$/.test(word);
}

function runsAtOnce(word: string): boolean {
  return /^(exec|execute|run|eval)(sql|shell|bash|cmd|command|code|script|js|python|query)s?$/
    .test(word);
}
