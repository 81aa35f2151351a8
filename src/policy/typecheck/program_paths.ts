/**
 * How the compiler sees what servers were observed to answer: as it was seen, or as anything. What
 * only the first of them finds fault with is no fault of the program.
 */
export type Reading = "observed" | "promised";

/** The file of the program in a reading. */
export const programFile = (reading: Reading): string => `${ROOTS[reading]}program.ts`;

/** The project of a reading. */
export const projectFile = (reading: Reading): string => `${ROOTS[reading]}tsconfig.json`;

/** The folder of a reading. */
export const ROOTS: Readonly<Record<Reading, string>> = { observed: "/", promised: "/promised/" };

/** The nearest one is looked for, up from each file; with one in each folder that is soon done. */
export const PACKAGE = /^\/(promised\/)?((servers|skills)\/[^/]+\/)?package\.json$/;

/** What a path that a program can import stands for. */
export type Place =
  | { readonly kind: "wrapper"; readonly folder: string; readonly file: string }
  | { readonly kind: "index"; readonly folder: string }
  | { readonly kind: "skill"; readonly name: string }
  | { readonly kind: "skill_index"; readonly name: string; readonly from: string };

const PATH = /^\/(?:promised\/)?(servers|skills)\/([^/]+?)(?:\/([^/]+?))?\.ts$/;

/** What a path stands for; undefined where a program can import no such thing. */
export function placeOf(path: string): Place | undefined {
  const [, root, name, file] = PATH.exec(path) ?? [];
  if (name === undefined) return undefined;
  if (root === "servers") {
    if (file === undefined) return undefined;
    return file === "index"
      ? { kind: "index", folder: name }
      : { kind: "wrapper", folder: name, file };
  }
  if (file === "skill") return { kind: "skill", name };
  if (file === undefined) return { kind: "skill_index", name, from: `./${name}/skill.ts` };
  return file === "index" ? { kind: "skill_index", name, from: "./skill.ts" } : undefined;
}

/** The reading that a path is of. */
export function readingOf(path: string): Reading {
  return path.startsWith(ROOTS.promised) ? "promised" : "observed";
}

/** Folders are not looked into: which files are in them is asked of each. */
export function isFolder(path: string): boolean {
  return /^\/?(promised\/?)?((servers|skills)(\/[^/]+)?\/?)?$/.test(path);
}
