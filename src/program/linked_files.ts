/** A file that a worker imports. */
export interface LinkedFile {
  /** Relative to the folder that all linked files stand in. */
  readonly path: string;
  readonly js: string;
}

/** The program's own file. */
const PROGRAM_FILE = "program.js";

/** The file of a module: the program's own, or a skill's. */
export function moduleFile(skill: string | undefined): string {
  return skill === undefined
    ? PROGRAM_FILE
    : `skill_${encodeURIComponent(skill.replace("@", ".v"))}.js`;
}

/** The file that has all wrappers of a server that a program uses. */
export function serverFile(folder: string): string {
  return `server_${encodeURIComponent(folder)}.js`;
}
