import { printType } from "./types/print_type.ts";
import type { FieldNode, NamedType } from "./types/type_node.ts";

/** A shorter doc is as cheap to say again as to look up. */
const MIN_REPEATED_CHARS = 24;

/** Declares types, those of the given names for other files too. */
export function printDeclarations(
  types: readonly NamedType[],
  exported: readonly string[],
): string {
  const showDoc = sayOnce();
  return types.map(({ name, type, doc }) => {
    const comment = doc === undefined ? "" : `/** ${doc} */\n`;
    const keyword = exported.includes(name) ? "export type" : "type";
    return `${comment}${keyword} ${name} = ${printType(type, { showDoc })};\n\n`;
  }).join("");
}

/** What was said about a field is not said again about another of the same name. */
function sayOnce(): (doc: string, field: FieldNode) => string {
  const said = new Set<string>();
  return (doc, { key }) => {
    const about = `${key}: ${doc}`;
    if (doc.length >= MIN_REPEATED_CHARS && said.has(about)) return "";
    said.add(about);
    return doc;
  };
}
