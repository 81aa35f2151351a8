import { keyWords } from "../detect/key_hints.ts";

/** The language that an argument is written in, as far as a value put into it must obey it. */
export type ArgumentSyntax = "text" | "sql" | "shell" | "html" | "url" | "code";

/** Names of arguments that are written in a language whatever their text looks like. */
const BY_NAME: Readonly<Record<Exclude<ArgumentSyntax, "text">, ReadonlySet<string>>> = {
  sql: new Set(["sql", "soql", "sosl", "cql", "hql", "statement", "kql", "spl"]),
  shell: new Set(["command", "cmd", "shell", "bash", "powershell", "commands", "commandline"]),
  html: new Set(["html", "xml", "markup", "svg", "xhtml"]),
  url: new Set(["url", "uri", "href", "link", "endpoint", "website", "webhook"]),
  code: new Set([
    "code",
    "script",
    "javascript",
    "python",
    "expression",
    "expr",
    "formula",
    "jq",
    "jsonpath",
    "jmespath",
    "xpath",
    "graphql",
    "regex",
    "regexp",
    "lambda",
    "program",
    "jql",
    "aql",
    "cypher",
    "pipeline",
  ]),
};

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
  for (const [syntax, names] of Object.entries(BY_NAME)) {
    if (names.has(last)) return syntax as ArgumentSyntax;
  }
  return LOOKS.find(([look]) => look.test(text))?.[1] ?? "text";
}
