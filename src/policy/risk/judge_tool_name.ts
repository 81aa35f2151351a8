/** What a tool's name says that it does. */
interface NamedEffect {
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

/** What calling a tool does to what is outside of the program. */
export type ToolEffect = "reads" | "writes" | "destroys";

/** Words of tools' names that say what they do. */
const VERBS: Readonly<Record<ToolEffect | "sends" | "runs", ReadonlySet<string>>> = {
  reads: words(`get list read search find query fetch describe show count lookup view check
    inspect diff resolve retrieve head tail cat stat browse explain analyze analyse compare
    validate verify preview summarize summarise poll ping echo ls glob grep watch monitor scan
    detect classify extract translate calculate compute convert format parse estimate suggest
    recommend ask answer think select aggregate open_url navigate help download is has can`),
  writes: words(`create add update set write edit insert upsert put patch save move rename copy
    duplicate upload append apply assign unassign comment close open reopen merge import start stop
    restart enable disable register configure change modify replace sync push commit tag label mark
    pin unpin lock unlock approve reject request schedule book link unlink attach detach join leave
    follow unfollow star unstar fork clone install upgrade deploy publish release rollback restore
    scale resize migrate transform convert toggle type click fill press drag select_option hover
    resume pause trigger generate build make new log_work react vote subscribe unsubscribe switch
    checkout stash cherry init grant`),
  destroys: words(`delete remove drop destroy purge truncate wipe erase revoke terminate kill
    uninstall reset clear overwrite cancel archive ban evict drain flush discard expire shred rm
    unpublish deactivate decommission del trash cleanup prune rebase force void obliterate eradicate
    annihilate eliminate nuke empty deprovision dispose unregister`),
  sends: words(`send post publish email mail notify tweet share invite reply forward dispatch
    transfer pay charge refund order submit broadcast call sms message announce purchase buy sell
    trade withdraw wire`),
  runs: words(`execute exec run eval evaluate shell bash command cmd sql script invoke spawn ssh
    terminal console powershell`),
};

/** Things that are looked at: a name that says no more than these is one of a tool that reads. */
const LOOKED_AT = words(`status stats log logs history blame events top snapshot screenshot
  test sum average metrics directory indexes schema schemas graph details exists available allowed
  info tree whoami me`);

/** Words that say only one thing, wherever they stand. */
const UNMISTAKABLE = words(`delete del remove destroy purge truncate wipe erase uninstall
  shred rm overwrite obliterate eradicate annihilate nuke`);

/** Verbs that are no nouns: what begins with them does that, and is called nothing else. */
const PLAIN: Readonly<Record<ToolEffect | "sends" | "runs", ReadonlySet<string>>> = {
  reads: words("get read fetch describe show retrieve inspect browse find is has can"),
  writes: words(`create add update set write edit insert upsert put patch save rename upload append
    assign unassign modify replace install upgrade deploy grant register enable disable`),
  destroys: words(`revoke terminate kill cancel evict drain flush discard ban unpublish deactivate
    decommission prune eliminate deprovision unregister dispose clear reset drop empty`),
  sends: words(`send publish notify tweet reply dispatch transfer pay charge refund submit broadcast
    purchase buy sell withdraw`),
  runs: words("execute exec run eval invoke spawn shell bash powershell"),
};

/** Words that part what is done first from what is done after it. */
const AND = words("and then or plus also");

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/));
}

/** The words of a name in lower case: `deleteLead`, `delete_lead` and `delete-lead` are alike. */
export function nameWords(name: string): string[] {
  return name.slice(0, 200).normalize("NFKC").replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, "$1 $2")
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1 $2").toLowerCase()
    .split(/[^\p{L}\p{N}]+/u).filter(Boolean);
}
