import git from "isomorphic-git";
import fs from "node:fs";
import { join } from "@std/path";
import { AirlockError } from "../model/errors.ts";

/** Texts by the name of the file in a skill's folder. */
export type SkillFiles = Readonly<Record<string, string>>;

/** The files of a repository of skills as they stand in its folder, for people and other agents. */
export interface SkillCheckout {
  /**
   * Notes that a commit comes whose files are not in the folder yet.
   *
   * @throws {AirlockError} FOLDER_UNSAFE
   */
  begin(name: string): Promise<void>;
  /**
   * Writes the files of a commit, each of them whole or not at all.
   *
   * @throws {AirlockError} FOLDER_UNSAFE
   */
  write(name: string, files: SkillFiles): Promise<void>;
  /** The skill whose last commit did not get to its files: the process ended before. */
  unfinished(): Promise<string | undefined>;
  /** Leaves its files as they are. */
  giveUp(): Promise<void>;
  /** Resolves when the index is in step with the files. */
  settled(): Promise<void>;
}

/** Makes the checkout of a repository's folder. */
export function createSkillCheckout(dir: string): SkillCheckout {
  const pending = join(dir, ".git", "airlock-pending");
  /** Of the index, to be brought in step. */
  const stale = new Set<string>();
  let indexing: Promise<void> = Promise.resolve();

  async function makeFolder(name: string): Promise<string> {
    const folder = join(dir, name);
    await Deno.mkdir(folder).catch((error) => {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    });
    if ((await Deno.lstat(folder)).isDirectory) return folder;
    throw new AirlockError("FOLDER_UNSAFE", `Cannot save skill: "skills/${name}" is a link`);
  }

  /** Nobody waits for it: only `git status` looks at the index, and with many skills it is long. */
  async function updateIndex(): Promise<void> {
    const filepath = [...stale];
    stale.clear();
    if (filepath.length > 0) await git.add({ fs, dir, cache: {}, filepath, force: true });
  }

  return {
    async begin(name) {
      await makeFolder(name);
      await Deno.writeTextFile(pending, name);
    },
    async write(name, files) {
      const folder = await makeFolder(name);
      for (const [file, text] of Object.entries(files)) {
        const part = join(folder, `.${file}.${crypto.randomUUID().slice(0, 8)}`);
        await Deno.writeTextFile(part, text, { createNew: true });
        await Deno.rename(part, join(folder, file));
        stale.add(`${name}/${file}`);
      }
      await Deno.remove(pending).catch(() => {});
      indexing = indexing.then(updateIndex).catch(() => {});
    },
    unfinished: () => Deno.readTextFile(pending).catch(() => undefined),
    giveUp: () => Deno.remove(pending),
    settled: () => indexing,
  };
}
