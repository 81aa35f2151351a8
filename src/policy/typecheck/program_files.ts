import { OBSERVED } from "../../codegen/observed/observed_type.ts";
import {
  fixedFiles,
  isFolder,
  lenientTypes,
  PACKAGE,
  placeOf,
  programFile,
  type Reading,
  readingOf,
  ROOTS,
} from "./fixed_files.ts";
import type { Skills, Wrapper, Wrappers } from "../../program/wrappers.ts";
import type { AnswerRequest } from "./json_rpc.ts";

interface ProgramFilesOptions {
  /** What the language itself declares. */
  readonly library: readonly string[];
  readonly wrappers: Wrappers;
}

/** What a program uses of what may change. */
export interface UsedFiles {
  readonly wrappers: readonly Wrapper[];
  /** Names of skills, each with its version where the program says one. */
  readonly skills: readonly string[];
  /** All skills that the caller may use. */
  readonly library: Skills;
}

/**
 * The files that a compiler sees: the program, and what it may import. There is no other, and none of
 * them is read by the compiler itself: whatever path a program names, nothing of the host is in it.
 */
export class ProgramFiles {
  readonly #options: ProgramFilesOptions;
  readonly #fixed: ReadonlyMap<string, string>;
  readonly #programs = new Map<Reading, string>();
  #skills: Skills = NO_SKILLS;
  /** Texts of wrappers and skills as they were handed out. */
  readonly #given = new Map<string, string>();
  /** What was looked for and not there; it may be now. */
  readonly #missed = new Set<string>();

  constructor(options: ProgramFilesOptions) {
    this.#options = options;
    this.#fixed = fixedFiles(options.library);
  }

  /** Answers what the compiler asks of a file system; never with nothing, which would mean the disk. */
  readonly answer: AnswerRequest = (method, path) => {
    if (typeof path !== "string") throw new TypeError("Cannot answer: that is no path");
    switch (method) {
      case "readFile":
        return this.#read(path);
      case "fileExists":
        return this.#exists(path);
      case "directoryExists":
        return isFolder(path);
      case "getAccessibleEntries":
        return { files: [], directories: [] };
      case "realpath":
        return path;
      default:
        throw new TypeError("Cannot answer: the question is not known");
    }
  };

  /** Puts the program in its place. */
  setProgram(reading: Reading, text: string): void {
    this.#programs.set(reading, text);
  }

  /** The paths of what has changed since it was handed out, as far as the program uses it. */
  async changedFiles(
    reading: Reading,
    used: UsedFiles,
  ): Promise<{ changed: string[]; created: string[] }> {
    const created = [...this.#missed];
    this.#missed.clear();
    this.#skills = used.library;
    // What one author may use is not there for another, and may be another version.
    const skills = this.#given.keys().filter((path) => placeOf(path)?.kind.startsWith("skill")).map(
      (path) => [path, undefined] as const,
    );
    const changed = await Promise.all(
      [...pathsOf(reading, used), ...skills].map(async ([path, wrapper]) => {
        const given = this.#given.get(path);
        if (given === undefined) return [];
        const text = wrapper
          ? await this.#options.wrappers.textOf(wrapper)
          : await this.#find(path);
        if (text === given) return [];
        if (text === undefined) this.#given.delete(path);
        else this.#given.set(path, text);
        return [path];
      }),
    );
    return { changed: [...new Set([programFile(reading), ...changed.flat()])], created };
  }

  /** Whether anything that was handed out is only observed. */
  get hasObserved(): boolean {
    return this.#given.values().some((text) => text.includes(OBSERVED));
  }

  /** The fields of a type that a wrapper declares; none where there is no such type. */
  fieldsOf(type: string): readonly string[] {
    if (!/^\w+$/.test(type)) return [];
    const declaration = new RegExp(`^(?:export )?type ${type} = \\{\\n([\\s\\S]*?)^\\}`, "m");
    for (const text of this.#given.values()) {
      const [, body] = declaration.exec(text) ?? [];
      if (body !== undefined) {
        return [...body.matchAll(/^ {2}([\w$]+|"(?:[^"\\]|\\.)*")\??:/gm)].map(([, key]) => key!);
      }
    }
    return [];
  }

  async #read(path: string): Promise<{ content: string | null }> {
    if (PACKAGE.test(path)) return { content: "{}" };
    const known = this.#fixed.get(path) ?? this.#programText(path);
    if (known !== undefined) return { content: known };
    const text = await this.#text(path);
    if (text === undefined) return { content: null };
    const isWrapper = placeOf(path)?.kind === "wrapper";
    return { content: isWrapper ? lenientTypes(text, readingOf(path)) : text };
  }

  #programText(path: string): string | undefined {
    return path === programFile(readingOf(path)) ? this.#programs.get(readingOf(path)) : undefined;
  }

  #exists(path: string): boolean | Promise<boolean> {
    if (PACKAGE.test(path) || this.#fixed.has(path) || this.#programText(path) !== undefined) {
      return true;
    }
    return placeOf(path) === undefined ? false : this.#isThere(path);
  }

  async #isThere(path: string): Promise<boolean> {
    const there = await this.#text(path) !== undefined;
    if (!there) this.#missed.add(path);
    return there;
  }

  async #text(path: string): Promise<string | undefined> {
    const given = this.#given.get(path);
    if (given !== undefined) return given;
    const text = await this.#find(path);
    if (text !== undefined) this.#given.set(path, text);
    return text;
  }

  async #find(path: string): Promise<string | undefined> {
    const place = placeOf(path);
    if (place === undefined) return undefined;
    const { wrappers } = this.#options;
    if (place.kind === "skill") {
      return (await this.#readSkill(place.name))?.replaceAll(RELATIVE, "$1$2");
    }
    if (place.kind === "skill_index") {
      const text = await this.#readSkill(place.name);
      return text === undefined ? undefined : reExport(place.from, text);
    }
    const all = wrappers.folders().includes(place.folder)
      ? await wrappers.inFolder(place.folder).catch(() => undefined)
      : undefined;
    if (all === undefined) return undefined;
    if (place.kind === "index") {
      return all.map(({ file }) => `export * from "./${file}.ts";\n`).join("");
    }
    const wrapper = all.find(({ file }) => file === place.file);
    return wrapper && await wrappers.textOf(wrapper);
  }

  /** One that cannot be used is not there: why, its import says. */
  async #readSkill(name: string): Promise<string | undefined> {
    return await this.#skills.read(name).catch(() => undefined);
  }
}

/** For programs and skills alike, all folders are beside the own file. */
const RELATIVE = /(\bfrom\s*["']|\bimport\s*\(?\s*["'])\.\/(servers\/|skills\/)/g;

/** The skills of an author who may use none. */
export const NO_SKILLS: Skills = {
  read: () => Promise.resolve(undefined),
  names: () => Promise.resolve([]),
};

/** The files that a program uses, each with its wrapper where it is one. */
function pathsOf(
  reading: Reading,
  { wrappers, skills }: UsedFiles,
): (readonly [string, Wrapper | undefined])[] {
  const root = ROOTS[reading];
  const folders = [...new Set(wrappers.map(({ folder }) => folder))];
  return [
    ...wrappers.map((wrapper) =>
      [`${root}servers/${wrapper.folder}/${wrapper.file}.ts`, wrapper] as const
    ),
    ...folders.map((folder) => [`${root}servers/${folder}/index.ts`, undefined] as const),
    ...skills.flatMap((name) =>
      ["/skill.ts", "/index.ts", ".ts"].map((end) =>
        [`${root}skills/${name}${end}`, undefined] as const
      )
    ),
  ];
}

function reExport(from: string, text: string): string {
  const name = JSON.stringify(from);
  const byDefault = /\bdefault\b/.test(text) ? `export { default } from ${name};\n` : "";
  return `export * from ${name};\n${byDefault}`;
}
