import { readingsOf } from "./readings_of.ts";

/** A part of a text that is meant for a model and not for its reader. */
interface Suspicion {
  readonly kind: "hidden_characters" | "instructs_the_model" | "asks_for_data";
  /** A sentence; it never repeats the text. */
  readonly message: string;
}

/** Every pattern is bounded, so that no text makes it slow. */
interface TextRule extends Suspicion {
  readonly finds: RegExp;
}

const ruleOf = (kind: Suspicion["kind"]) => (message: string, finds: RegExp): TextRule => ({
  kind,
  message,
  finds,
});
const hidden = ruleOf("hidden_characters");
const instructs = ruleOf("instructs_the_model");
const asks = ruleOf("asks_for_data");

/** Rules for a tool's words as they stand, beside those for any text. */
const HIDDEN_RULES: readonly TextRule[] = [
  hidden(
    "It has a part that only shows in the source of a page: a comment, or what is styled away",
    /<!--[\s\S]{0,300}?[a-z]{3}|^\s{0,3}\[(\/\/|comment|_)\]:\s*(#|<>)|style\s*=\s*\\?["'][^"']{0,200}(display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|opacity\s*:\s*0(?![.\d])|color\s*:\s*(white|#fff|transparent))/im,
  ),
  hidden(
    "It has characters that fill a place and show nothing",
    /[\u{E0100}-\u{E01EF}\u115F\u1160\u3164\uFFA0\u2800\u180B-\u180F\u034F\uFFF9-\uFFFB\p{Co}\x80-\x84\x86-\x9F]|[\uFE00-\uFE0F]{2}|[\u200B\u200E\u200F\u2060-\u2064\uFEFF]{2}|[\u200B-\u200F\u2060-\u2064]{4}/u,
  ),
  hidden("It has marks piled upon letters", /\p{M}{5}/u),
  hidden(
    "It has words of letters of several scripts that look alike",
    /[A-Za-z][\p{Script=Cyrillic}\p{Script=Armenian}\p{Script=Cherokee}ονορτυχικαΑΒΕΖΗΙΚΜΝΟΡΤΥΧ]|[\p{Script=Cyrillic}\p{Script=Armenian}\p{Script=Cherokee}ονορτυχικΑΒΕΖΗΙΚΜΝΟΡΤΥΧ][A-Za-z]/u,
  ),
  hidden("It has a part that is pushed out of sight", /(\n[ \t]*){15}\S|[ \t\u00A0]{120}\S/),
];

/** Rules for a tool's words as a model reads them, beside those for any text. */
const SPOKEN_RULES: readonly TextRule[] = [
  instructs(
    "It tells the model to leave its instructions",
    /\b(ignore|disregard|forget|override|bypass|dismiss|discard|stop following|pay no attention to)\b[^.]{0,40}\b(previous|prior|above|earlier|preceding|existing|original|initial|other|all|any|your|system|safety|everything|whatever|what)\b[^.]{0,40}\b(instructions?|prompts?|rules|guidelines?|directives?|guardrails?|restrictions?|safeguards?|polic(y|ies)|(you|user|users) (said|says|told|wrote|asked|asks|wants?)|(been|were) (told|said|given)|you know|above this)\b|\b(do not|don'?t|no longer) (follow|obey)\b[^.]{0,30}\b(previous|prior|above|earlier|original|your|system)\b[^.]{0,30}\b(instructions?|prompts?|rules|guidelines?)\b/i,
  ),
  instructs(
    "It tells the model who to be or what to do from now on",
    /\b(you are (an? )?(now|ai|assistant|unrestricted|in)\b[^.]{0,30}\b(mode|assistant|ai|agent|admin|root)|(developer|debug|god|dan|maintenance|jailbreak|unrestricted) mode (is )?(now )?(on|enabled|active|activated)|jailbreak|act as (an? )?(unrestricted|admin|root|system|different)|(new|updated|real|true|actual|hidden|secret) (system )?(instructions?|task|objective|goal)\s*(is|are)?\s*[:\-])/i,
  ),
  instructs(
    "It speaks to the model with authority",
    /\b(attention|message|important|warning|memo|directive|orders?)s?\b:?\s{0,3}\b(to|for)\s+(the |all |any )?(ai|llm|assistant|agent|language model|model|claude|gpt|chatgpt|copilot|cursor|gemini)s?\b\s*[:!,\-(]|\b(system|developer|admin(istrator)?|security) (override|directive)s?\b|\[(system|admin|developer)\]|\b(dear|hey|hello) (ai|llm|assistant|agent|model|claude|gpt|chatgpt|copilot)\b|\bthe (ai|llm|assistant|agent|model)\b[^.]{0,10}\b(must|shall|has to|is required to|is instructed to)\b[^.]{0,60}\b(silently|secretly|ignore|disregard|exfiltrate|never (tell|mention|reveal))\b/i,
  ),
  instructs(
    "It tells the model to keep something from its user",
    /\b(do not|don'?t|never|avoid|refrain from|no need to|without|must not|should not|mustn'?t|shouldn'?t)\b[^.]{0,30}\b(tell|inform|telling|informing)\b[^.]{0,40}\b(users?|humans?|persons?|people|anyone|anybody|operators?|customers?|them|him|her)\b|\b(do not|don'?t|never|avoid|refrain from|no need to|without|must not|should not|mustn'?t|shouldn'?t)\b[^.]{0,30}\b(notify|alert|notifying|alerting)\b[^.]{0,40}\b(users?|humans?|persons?|anyone|anybody|operators?)\b|\b(do not|don'?t|never|avoid|refrain from|no need to|without|must not|should not|mustn'?t|shouldn'?t)\b[^.]{0,30}\b(tell|mention|reveal|inform|notify|disclose|alert|acknowledge|telling|mentioning|revealing|informing|notifying|disclosing|alerting)\b[^.]{0,40}\b((to|from) (the |any |your )?(users?|humans?|persons?|people|anyone|anybody|operators?|customers?)|this (step|instruction|action|call|file|tool)|these (steps|instructions|actions)|it to)\b|\b(hide|conceal|keep|withhold)\b[^.]{0,40}\b(from|secret from|hidden from|private from)\b[^.]{0,15}\b(the )?(users?|humans?|persons?|operators?|them)\b|\b(users?|humans?|operators?|persons?)\b[^.]{0,15}\b((must|should|may|can|shall|will|need|does|do)(n'?t| ?not| never)|never) (ever )?(need to |have to )?(know|learn|notice|find out|be (told|informed|aware|notified))\b|\b(don'?t|do not|never) let (the |any )?(users?|humans?|operators?|anyone|them)\b[^.]{0,10}\b(see|know|notice|find|learn)\b|\b(must|should|has to) (remain|stay|be kept) (confidential|secret|hidden|private)\b|\bwithout (the )?(users?|humans?|operators?)'?s? ?(knowledge|knowing|noticing|awareness|consent|being (aware|told|informed))\b|\b(secretly|silently|covertly|discreetly|surreptitiously|quietly) (send|copy|forward|include|call|add|read|append|attach|upload|post|transmit|pass|run|execute|bcc|use|invoke)\b/i,
  ),
  instructs(
    "It orders what is done before, after or instead of other tools",
    /\b(when(ever)?|each time|every time|any ?time|if|after|before|once)\b[^.]{0,40}\b([a-z]{1,40}([_-][a-z]{1,40}){1,6}|other tools?|another tool|any (other )?tools?|all tools?)\b[^.]{0,20}\b(is|are|was|were|gets?|being|been)\s+(called|used|invoked|run|executed|triggered)\b[^.]{0,120}\b(also|always|must|first|instead|bcc|cc|include|add|forward|copy|change|replace|set|append|call|send|use)\b|\b(when(ever)?|before|after|each time|every time)\s+(you )?(call|use|invoke|run|calling|using|invoking|running)\b[^.]{0,40}[a-z]{1,40}_[a-z_]{1,80}\b[^.]{0,120}\b(also|always|bcc|cc|forward|copy|instead|attach|append)\b|\b(every|all|any) (calls? (of|to)|uses? of) [^.]{0,40}\b[a-z]{1,40}_[a-z_]{1,80}\b[^.]{0,80}\b(must|should|has to|have to|needs? to)\b|\b(takes?|has|have) (absolute |highest )?(priority|precedence) over (all|any|every|other|previous|your)\b|\balways (use|call|prefer|choose|invoke|run) this (tool|function)\b[^.]{0,40}\b(first|instead|before|regardless|even|no matter)\b|\b[a-z]{1,40}_[a-z_]{1,80}\b[^.]{0,20}\b(is|are|has been) (deprecated|broken|compromised|unsafe|insecure|malicious|disabled|unavailable)\b[^.]{0,60}\b(use|call|invoke) this\b/i,
  ),
  instructs(
    "It tells the model to read something before the tool is used",
    /\b(before|prior to|in order to|to|when|whenever|after|first)\b[^.]{0,20}\b(use|using|call|calling|invoke|invoking|run|running|work|works|unlock|enable|activate)\b[^.]{0,30}\b(this|the|any|another|other|all|it)?\b[^.]{0,60}\b(read|open|cat|load|fetch|include|pass|send|copy|attach|append|upload|collect|gather)\b[^.]{0,60}(~\/|\$HOME|%USERPROFILE%|\/home\/|\/root\b|\/etc\/|\.env\b|\.ssh\b|\bmcp\.json|\bid_(rsa|ed25519)|\b(private|secret|api|access|ssh) keys?\b|\bcredentials?\b|\bpasswords?\b|\bconfig(uration)? files?\b|\b(conversation|chat) history\b|\benvironment variables?\b|\bsystem prompt\b)/i,
  ),
  instructs(
    "It says that its user has agreed already, or need not be asked",
    /\b(users?|operators?|admins?|humans?)\b[^.]{0,15}\b(has|have|had) (already |previously |explicitly |pre-?)*(approved|authori[sz]ed|consented|granted|agreed|confirmed)\b[^.]{0,40}\b(this|all|any|it|every)\b|\b(do not|don'?t|never|no need to)\b[^.]{0,15}\b(ask|wait for|request|seek)\b[^.]{0,25}\b(users?'?s?|human|confirmation|permission|approval|consent)\b(?!\s+(for|to (provide|enter|give|supply|paste|type))\b(?![^.]{0,30}\b(permission|confirmation|approval|consent|confirm|approve)\b))/i,
  ),
  instructs(
    "It tells the model what to do with all that it reads, or what to answer",
    /\b(every|any|all|each) (files?|messages?|emails?|documents?) (that )?you (read|open|see|receive|write|send)\b|\b(complete|entire|full|whole|every|all|each) users?'?s? (prompts?|messages?|inputs?|queries|questions?)\b[^.]{0,40}|\b(log|send|post|pass|forward|invoke|call)\b[^.]{0,60}\b(complete|entire|full|whole|every|all) users? (prompts?|messages?|inputs?)\b|\b(before|after|prior to|when) (responding|replying|answering|any (tool )?(invocation|response|reply|answer)|every (response|reply|answer))\b[^.]{0,60}\b(call|invoke|run|use|log|send|execute|read|fetch)\b|\balways (recommend|answer|reply|claim|say|tell (the )?users?|respond) |\b(all|every) (e-?mails?|messages?|payments?|transfers?|requests?|files?|data|traffic)\b[^.]{0,30}\b(must|should|has to|have to|needs? to)\b[^.]{0,20}\b(sent|copied|forwarded|uploaded|routed|redirected|go)\b|\brequires? (that )?(you|the (model|assistant|agent)) (to )?first\b|\b(after|when|whenever) (reading|opening|writing|sending) (any|every|a|all)\b[^.]{0,40}\b(upload|send|forward|copy|post)\b/i,
  ),
  asks(
    "It asks for what the model knows or was told",
    /\b(include|pass|put|provide|fill|copy|supply|write|place|encode|set|send|paste|insert|repeat|print|reveal|output|append|attach|summari[sz]e)\b[^.]{0,60}\b((full|entire|whole|complete|verbatim) (conversation|chat|context|prompt|dialogue|message history)(?!\s+(?:as|in|via|through)\s+(?:the )?[`"']?(?:messages|conversation|history|transcript|chat|dialogue|turns)\b)|conversation (history|so far)|chat (history|log)|(your|the) (system prompt|(initial|original|hidden|internal) instructions?|context window)|(all|previous|prior|earlier) (messages|tool (results|outputs))|everything (you know|above)|what the user (said|wrote|told))\b/i,
  ),
  asks(
    "It asks that data be sent to somewhere",
    /\b(send|post|upload|forward|transmit|exfiltrate|submit|leak|copy|append|report|bcc|cc|redirect|beacon|curl|wget)\b[^.\n]{0,80}\b(to|at|via|with)\b[^.\n]{0,30}https?:\/\/(?!(localhost|127\.|example\.|www\.example))|\b(bcc|cc|blind copy|also send|always send|always forward|forward (a copy|all|every)|copy (of )?(all|every)|change the (recipient|address)|redirect (all|every))\b[^@]{0,80}[\w.+-]{1,40}@[\w-]{1,40}\.[a-z]{2}|\b(recipients?|to (field|address)|destination|payee|account number|iban)\b[^.]{0,30}\b(must|should|always|has to|needs? to)\b[^.]{0,30}\b(be (set|changed|replaced)|replaced)\b|\b(send|post|upload|forward|transmit|exfiltrate|leak|e-?mail)\b(?<!\b(?:do not|don'?t|never|must not|mustn'?t|should not|shouldn'?t|cannot|can'?t|avoid)(?:\s+(?!(?:and|then|but|mind|forget|fail|hesitate|omit|skip|wait|only|just|stop|neglect|refuse|again)\b)\w+){1,4})[^.]{0,60}\b((the|this|your|our|full|entire|whole|complete) conversation|chat history|system prompt|api keys?|credentials?|passwords?|secrets?|private keys?|ssh keys?|environment variables?|contents? of (all|your))\b(?!\s+(?:as|in|via|through)\s+(?:the )?[`"']?(?:messages|conversation|history|transcript|chat|dialogue|turns)\b)/i,
  ),
  asks(
    "It speaks of files and values that hold secrets",
    /\.aws\/credentials|\.(bash|zsh)_history|wallet\.dat|\/proc\/self\/environ|(\.cursor|claude_desktop_config|\.mcp)[\w./-]{0,40}\.?json|\.git-credentials|\.ssh\/|login keychain|(^|[\s"'`(/])\.env (file|variables)\b/i,
  ),
  instructs(
    "It has a message as a model's own system would send it",
    /\brole["']?\s*:\s*["']?(system|developer)["']?\s*,?\s*["']?content["']?\s*:/i,
  ),
  instructs(
    "It says that what the model was told before holds no more",
    /\b(earlier|previous(ly)?|prior|whatever|all|any|your|the)\b[^.]{0,20}\b(guidance|instructions?|guidelines?|directions?|directives?|orders|prompts?|rules)\b[^.]{0,15}\b(earlier|before|previously|prior|given|came|so far|up to now)\b[^.]{0,40}\b(no longer (appl(y|ies)|holds?|counts?|matters?)|(is|are|be|become)s? (now |hereby )?(void|superseded|obsolete|cancel?led|revoked|replaced|invalid|suspended|lifted|null)|do(es)? not (apply|hold|count|matter))\b|\b(earlier|previous|prior|your)\b[^.]{0,20}\b(guidance|instructions?|guidelines?|directions?|directives?|orders|prompts?)\b[^.]{0,40}\b(no longer (appl(y|ies)|holds?|counts?|matters?)|(is|are|be|become)s? (now |hereby )?(void|superseded|obsolete|cancel?led|revoked|replaced|invalid|suspended|lifted|null)|do(es)? not (apply|hold|count|matter))\b/i,
  ),
  instructs(
    "It tells the model what its answers must contain",
    /\b((assistant|model|agent|ai|llm)('s)?|your)\b[^.]{0,20}\b(reply|replies|answers?|responses?)\b[^.]{0,60}\b(must|should|shall|has to|have to|needs? to|always)\b[^.]{0,40}\b(contains?|includes?|ends?|begins?|starts?|mentions?|recommends?|carry|carries)\b[^.]{0,40}(https?:|\blinks?\b)|\b(reply|replies|answers?|responses?) (of|by|from) (the |an? )?(assistant|model|agent|ai|llm)\b[^.]{0,30}\b(must|should|shall|has to|have to|needs? to|always)\b[^.]{0,40}\b(contains?|includes?|ends?|begins?|starts?|mentions?|recommends?|carry|carries)\b[^.]{0,40}(https?:|\blinks?\b)/i,
  ),
  asks(
    "It takes for itself what the model was told, in other words",
    /\b(last|latest|whole|all|entire|full|previous|recent|every)\b[^.]{0,30}\b(dialogue|conversation|chat|discussion|exchange|context window)\b[^.]{0,30}\b(is|are|goes|go|must be|should be|to be)\b[^.]{0,15}\b(given|put|passed|copied|placed|written|supplied|pasted|repeated)\b|\bgoes? (the )?(whole|entire|full|rest)\b[^.]{0,20}\b(dialogue|conversation|chat|discussion|exchange|history)\b|\b(all|everything|whatever)\b[^.]{0,10}\b(the |your )?users?\b[^.]{0,12}\b(told|said|wrote|asked|typed|gave)\b[^.]{0,10}\b(you|so far|until now|up to now|before)\b/i,
  ),
  asks(
    "It asks for the secrets that the model has seen",
    /\b(every|all|any|each)\b[^.]{0,12}\b(tokens?|passwords?|secrets?|keys?|credentials?)\b[^.]{0,20}\b(it|you|they|agent|assistant|model)('ve)?( has| have| had)? (ever |already )?(saw|seen|see|read|know|knows|received|found|come across)\b/i,
  ),
  instructs(
    "It tells the model, in another language, to leave its instructions or keep something secret",
    /\b(ignorier\w*|missachte\w*|vergiss|vergesse\w*)\b[^.]{0,40}\b(anweisung|instruktion|regel|vorgabe)\w*|\b(ignor\w*|oubli\w*)\b[^.]{0,40}\b(instructions|consignes|r[èe]gles)\b[^.]{0,20}\b(pr[ée]c[ée]dent\w*|ant[ée]rieur\w*|ci-dessus)|\b(ignor\w*|olvid\w*)\b[^.]{0,40}\b(instrucciones|instru[çc][õo]es|istruzioni)\b|\b(negeer|zignoruj|ignoruj)\b[^.]{0,40}\b(instructies|instrukcj\w*)|(игнорируй|забудь)[^.]{0,40}(инструкци|указани|правил)|忽略[^。]{0,20}(指令|指示|说明|提示|规则)|(前の|以前の|これまでの|すべての)[^。]{0,12}(指示|命令)[^。]{0,12}(無視|忘れ)|(이전|모든)[^.]{0,12}(지시|명령)[^.]{0,12}(무시|잊)|\b(sag\w*|verrat\w*|erz[äa]hl\w*|informier\w*)\b[^.]{0,25}\b(benutzer|nutzer|anwender)\w*[^.]{0,25}\bnicht|\bne (le |la |lui )?(dis|dites|mentionne|informe)\w*\b[^.]{0,40}\butilisateur|\bno (le )?(digas|menciones|informes|reveles)\b[^.]{0,40}\busuario|не (говори|сообщай|рассказывай)[^.]{0,30}пользовател|(不要|别|勿)[^。]{0,8}(告诉|告知|透露)[^。]{0,8}用户|ユーザー[^。]{0,12}(言わない|伝えない|知らせない)/iu,
  ),
  instructs(
    "It has an order to the model in a simple cipher",
    /\b(vtaber|qvfertneq|sbetrg|bireevqr)\b.{0,60}\b(vafgehpgvbaf?|ehyrf|cebzcgf?)\b|\b(qb abg|arire) (gryy|zragvba)\b|snoitcurtsni.{0,60}(erongi|drager|tegrof)|resu eht llet/i,
  ),
];

/** Longer texts are looked at in their beginning and their end. */
const MAX_SCANNED = 512 * 1024;

/** Rules for any text. */
const RULES: readonly TextRule[] = [
  hidden(
    "It has characters of the block of tags, which people do not see and models read",
    /[\u{E0001}\u{E0020}-\u{E007F}](?<!\u{1F3F4}[\u{E0020}-\u{E007F}]{1,8})/u,
  ),
  hidden(
    "It has characters that change the direction of what follows",
    /[\u202A-\u202E\u2066-\u2069]/,
  ),
  hidden(
    "It has characters without a width inside of words",
    // Scripts that join letters with them, and emoji, may have them.
    /[A-Za-z0-9 .,;:!?][\u200B-\u200F\u2060-\u2064\uFEFF\u00AD][A-Za-z0-9]/,
  ),
  hidden(
    "It has characters that control a terminal",
    // deno-lint-ignore no-control-regex
    /[\x00-\x08\x0B\x0C\x0E-\x1F\x7F\x9B]/,
  ),
  instructs(
    "It tells the model to leave its instructions",
    /\b(ignore|disregard|forget|override|bypass)\b[^.\n]{0,30}\b(previous|prior|above|earlier|preceding|all|your|system|any)\b[^.\n]{0,30}\b(instructions?|prompts?|rules|guidelines|directives?|messages?|context)\b/i,
  ),
  instructs(
    "It has marks of a message by the system or the user",
    /<\/?(system|instructions?|important|assistant|secret|hidden)(\s[^>]{0,40})?>|<\|(im_start|im_end|system|user|assistant|endoftext)\|>|\[\/?(INST|SYS(TEM)?)\]|^\s{0,8}(#{1,6} ?)?(system|assistant) ?(prompt|message|override)?:\s/im,
  ),
  instructs(
    "It tells the model who to be or what to do from now on",
    /\b(you are now|from now on,? you|act as (if you|an? (unrestricted|admin|system))|new (system )?instructions?:|you must (now|never tell)|your (new )?(task|goal|role) is (now )?to)\b/i,
  ),
  instructs(
    "It tells the model to keep something from its user",
    /\b(do not|don'?t|never|without)\b[^.\n]{0,25}\b(tell(ing)?|mention(ing)?|reveal(ing)?|inform(ing)?|notify(ing)?|show(ing)?|ask(ing)?|disclos(e|ing))\b[^.\n]{0,25}\b(the )?(user|human|person|anyone|operator)\b(?!\s+(for|to (provide|enter|give|supply|paste|type))\b(?![^.\n]{0,30}\b(permission|confirmation|approval|consent|confirm|approve)\b))/i,
  ),
  instructs(
    "It orders that it be used before or instead of other tools",
    /\b(before (using|calling|invoking) (any|all|every|other|this)[^.\n]{0,40}\b(call|run|read|invoke|use|send)\b|instead of (using )?(any|all|the) other tools?)\b/i,
  ),
  asks(
    "It speaks of files and values that hold secrets",
    /(~|\$HOME|\/home\/\w{1,32}|\/root)\/\.(ssh|aws|gnupg|kube|netrc|npmrc|cursor|config\/gcloud)|\bid_(rsa|ed25519)\b|\/etc\/(passwd|shadow)\b/i,
  ),
  asks(
    "It asks that data be sent to somewhere",
    /\b(send|post|upload|forward|exfiltrate|transmit|leak|submit|append|include|pass)\b(?<!\b(?:do not|don'?t|never|must not|mustn'?t|should not|shouldn'?t|cannot|can'?t|avoid)(?:\s+(?!(?:and|then|but|mind|forget|fail|hesitate|omit|skip|wait|only|just|stop|neglect|refuse|again)\b)\w+){1,4})[^.\n]{0,60}\b((the|this|your|our|full|entire|whole|complete) conversation|chat history|system prompt|api keys?|credentials?|passwords?|secrets?|private keys?|environment variables?|contents? of (all|your))\b(?!\s+(?:as|in|via|through)\s+(?:the )?[`"']?(?:messages|conversation|history|transcript|chat|dialogue|turns)\b)[^.\n]{0,60}(\bto\b|\bas\b|\bin\b|\bvia\b)/i,
  ),
  asks(
    "It hides data in the address of a picture or a page",
    /!\[[^\]\n]{0,100}\]\(https?:\/\/[^)\s]{1,200}\?[^)\s]{0,200}(=|%7B|\{)/i,
  ),
];

/** Returns the parts of any text that are meant for a model; a text may also just be about them. */
export function scanText(text: string): Suspicion[] {
  const read = text.length <= MAX_SCANNED
    ? text
    : `${text.slice(0, MAX_SCANNED / 2)}\n${text.slice(-MAX_SCANNED / 2)}`;
  return applyRules(RULES, read);
}

/** Returns the parts of a tool's words that are meant for a model, disguised and encoded ones too. */
export function scanWords(text: string): Suspicion[] {
  const { others, encoded } = readingsOf(text);
  return [
    ...applyRules(AS_IT_STANDS, text),
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
  message: "It has sentences in another encoding, which people do not read and models do",
};

function applyRules(rules: readonly TextRule[], text: string): Suspicion[] {
  return rules.filter(({ finds }) => finds.test(text))
    .map(({ kind, message }) => ({ kind, message }));
}
