import { keyWords } from "../detect/key_hints.ts";

/** The language that an argument is written in, as far as a value put into it must obey it. */
export type ArgumentSyntax = "text" | "sql" | "shell" | "html" | "url" | "code";

/** Names of arguments that are written in a language whatever their text looks like. */
const BY_NAME: readonly (readonly [Exclude<ArgumentSyntax, "text">, names: string])[] = [
  ["sql", "sql soql sosl cql hql statement kql spl"],
  ["shell", "command cmd shell bash powershell commands commandline"],
  ["html", "html xml markup svg xhtml"],
  ["url", "url uri href link endpoint website webhook"],
  [
    "code",
    "code script javascript python expression expr formula jq jsonpath jmespath xpath graphql regex " +
    "regexp lambda program jql aql cypher pipeline",
  ],
];
const SYNTAX_OF = new Map(
  BY_NAME.flatMap(([syntax, names]) => names.split(" ").map((name) => [name, syntax] as const)),
);

const LOOKS: readonly (readonly [RegExp, ArgumentSyntax])[] = [
  [/^\s*(?:mailto|tel|sms):/i, "url"],
  [/^\s*[a-z][a-z0-9+.-]{1,20}:\/\/\S*$/i, "url"],
  [
    /^\s*(?:explain\s+)?(?:select\s[^]{1,2000}?\sfrom\s[^]{0,4000}?(?:=|\*|;|\blimit\b|\border by\b|\bgroup by\b|\bjoin\b|\blike\b|\bin\s*\()|select\s+\*\s+from\s|insert\s+into\s+\S+\s*(?:\(|values|select)|update\s+\S+\s+set\s+\S+\s*=|delete\s+from\s+\S+\s*(?:where|;|$)|merge\s+into\s|with\s+\w+\s+as\s*\(|(?:create|alter|drop|truncate)\s+(?:table|view|index|database|user|role|function)\s|(?:call|exec(?:ute)?)\s+\w+\s*\()/i,
    "sql",
  ],
  [
    /<(?:!doctype|html|body|div|p|span|a|b|i|br|table|td|tr|ul|li|h[1-6]|img|script|style|svg|form)\b[^<>]{0,2000}>/i,
    "html",
  ],
  [
    /^\s*(?:(?:query|mutation|subscription|fragment)\b[^{]{0,400}\{|\{\s*[a-z_]\w*\s*[({])/i,
    "code",
  ],
];

/** The language of an argument, by the last word of its name and by its look. */
export function argumentSyntax(name: string, text: string): ArgumentSyntax {
  const last = keyWords(name).at(-1) ?? "";
  return SYNTAX_OF.get(last) ?? LOOKS.find(([look]) => look.test(text))?.[1] ?? "text";
}

/** A value in the middle of an argument's text. */
interface EmbeddedValue {
  readonly value: string;
  /** The argument's text before it. */
  readonly before: string;
  readonly syntax: ArgumentSyntax;
}

/**
 * Writes a value so that it stays one value where it is put.
 *
 * @returns nothing where that cannot be promised: outside of quotes, in a script, in code
 */
export function encodeValue({ value, before, syntax }: EmbeddedValue): string | undefined {
  return ENCODERS[syntax](value, before);
}

type Encoder = (value: string, before: string) => string | undefined;

const ENCODERS: Readonly<Record<ArgumentSyntax, Encoder>> = {
  text: (value) => value,
  sql: encodeSql,
  shell: encodeShell,
  html: encodeInHtml,
  url: encodePercent,
  code: encodeCode,
};

/** Escapes what HTML gives a meaning. */
export function encodeHtml(value: string): string {
  return value.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** Percent-encodes a value; half a character cannot be. */
export function encodePercent(value: string): string | undefined {
  return value.isWellFormed() ? encodeURIComponent(value) : undefined;
}

// deno-lint-ignore no-control-regex
const CONTROL = /[\x00-\x1f\x7f]/;
const NUMBER = /^-?\d{1,15}(?:\.\d{1,10})?$/;

function encodeSql(value: string, before: string): string | undefined {
  const quote = openQuote(before, { signs: "'\"`", comments: true });
  // A backslash escapes in some dialects and is itself in others: no way to write it fits both.
  if (quote === "'") {
    return CONTROL.test(value) || value.includes("\\") ? undefined : value.replaceAll("'", "''");
  }
  return quote === "" && NUMBER.test(value) ? value : undefined;
}

function encodeShell(value: string, before: string): string | undefined {
  if (CONTROL.test(value)) return undefined;
  switch (openQuote(before, { signs: "'\"`", comments: false })) {
    case "'":
      return value.replaceAll("'", "'\\''");
    case '"':
      return /[$`"\\!]/.test(value) ? undefined : value;
    case "":
      return /^[A-Za-z0-9@%+:,./_][A-Za-z0-9@%+=:,./_-]*$/.test(value) ? value : undefined;
    default:
      return undefined;
  }
}

function encodeInHtml(value: string, before: string): string | undefined {
  if (/<(?:script|style|iframe|object)\b(?![^]*<\/(?:script|style|iframe|object))/i.test(before)) {
    return undefined;
  }
  const tag = before.slice(before.lastIndexOf("<"));
  const isInTag = before.includes("<") && !tag.includes(">");
  if (!isInTag) return encodeHtml(value);
  const attribute = /\s([\w:-]+)\s*=\s*(["'])[^"']*$/.exec(tag);
  const isHarmless = attribute !== null &&
    !/^(?:on|href|src|style|action|formaction|xlink)/i.test(attribute[1]!);
  return isHarmless ? encodeHtml(value) : undefined;
}

/** Strings in double quotes are written alike in nearly every language. */
function encodeCode(value: string, before: string): string | undefined {
  const quote = openQuote(before, { signs: "'\"`", comments: false });
  if (quote === "" && NUMBER.test(value)) return value;
  return quote === '"' && !/[${}#]/.test(value) ? JSON.stringify(value).slice(1, -1) : undefined;
}

/** The quote that is open at the end of a text, or nothing. */
function openQuote(
  text: string,
  { signs, comments }: { signs: string; comments: boolean },
): string | undefined {
  let open = "";
  for (let place = 0; place < text.length; place++) {
    const sign = text[place]!;
    if (comments && open === "" && (text.startsWith("--", place) || text.startsWith("/*", place))) {
      return undefined;
    }
    if (sign === "\\" && open !== "'") place++;
    else if (open === "" && signs.includes(sign)) open = sign;
    else if (open === sign) open = "";
  }
  return open;
}
