import { isJsonObject } from "./json_value.ts";

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
