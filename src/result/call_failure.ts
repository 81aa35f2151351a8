/** A call whose tool said that it failed. */
export interface CallFailure {
  readonly server: string;
  readonly tool: string;
  /** The tool's own word. */
  readonly message: string;
  /** The argument that it speaks of; undefined where that cannot be told. */
  readonly argument: string | undefined;
}

/** A shorter value stands in many a text by chance. */
const MIN_VALUE_CHARS = 3;

/** The argument that a tool's message names, or whose value it repeats. */
export function blamedArgument(
  message: string,
  args: Readonly<Record<string, unknown>>,
): string | undefined {
  const names = Object.keys(args);
  const isNamed = (name: string) =>
    new RegExp(`(?<![\\w$])${escape(name)}(?![\\w$])`).test(message);
  return names.find(isNamed) ?? names.find((name) => {
    const value = args[name];
    const isPlain = typeof value === "string" || typeof value === "number";
    return isPlain && String(value).length >= MIN_VALUE_CHARS && message.includes(String(value));
  });
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
