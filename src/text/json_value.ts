/** An object of parsed JSON; its keys are the sender's, `__proto__` among them. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The types that JSON has; an integer is a number. */
export type JsonType = "string" | "number" | "boolean" | "null" | "object" | "array";

/** All six. */
export const JSON_TYPES: readonly JsonType[] = [
  "string",
  "number",
  "boolean",
  "null",
  "object",
  "array",
];

/** Whether the value is an object and no list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The key's own value, never an inherited one. */
export function ownValue(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** The type of a parsed JSON value. */
export function jsonTypeOf(value: unknown): JsonType {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "array";
  const type = typeof value;
  return type === "string" || type === "number" || type === "boolean" ? type : "object";
}

/**
 * A value as JSON with the keys of all objects sorted, so that equal values give equal texts.
 * Without recursion: a hostile value may be nested deeper than the stack.
 */
export function canonicalJson(value: unknown): string {
  const out: string[] = [];
  const todo: Piece[] = [{ value }];
  for (let piece = todo.pop(); piece !== undefined; piece = todo.pop()) {
    if ("text" in piece) out.push(piece.text);
    else if (Array.isArray(piece.value)) pushAll(todo, "[", piece.value.map(itemPieces), "]");
    else if (isJsonObject(piece.value)) pushAll(todo, "{", memberPieces(piece.value), "}");
    else out.push(JSON.stringify(piece.value) ?? "null");
  }
  return out.join("");
}

type Piece = { readonly text: string } | { readonly value: unknown };

function itemPieces(value: unknown): Piece[] {
  return [{ value }];
}

function memberPieces(object: Readonly<Record<string, unknown>>): Piece[][] {
  return Object.keys(object)
    .filter((key) => object[key] !== undefined)
    .sort()
    .map((key) => [{ text: `${JSON.stringify(key)}:` }, { value: object[key] }]);
}

/** Last first, as `todo` is a stack. */
function pushAll(todo: Piece[], open: string, groups: readonly Piece[][], close: string): void {
  todo.push({ text: close });
  for (let at = groups.length - 1; at >= 0; at--) {
    todo.push(...groups[at]!.toReversed());
    if (at > 0) todo.push({ text: "," });
  }
  todo.push({ text: open });
}
