import { createHash } from "node:crypto";

/** The id that git gives a folder of plain files, by name: so it is known without asking git. */
export function treeId(files: Readonly<Record<string, Uint8Array>>): string {
  const encoder = new TextEncoder();
  const names = Object.keys(files).sort();
  const entries = names.flatMap((name) => [
    encoder.encode(`100644 ${name}\0`),
    Uint8Array.fromHex(objectId("blob", [files[name]!])),
  ]);
  return objectId("tree", entries);
}

function objectId(type: "blob" | "tree", parts: readonly Uint8Array[]): string {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const hash = createHash("sha1").update(`${type} ${length}\0`);
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}
