import { SKILL_FOLDER, type SkillCommit } from "./skill.ts";
import { join } from "@std/path";
import git, { type TreeObject } from "isomorphic-git";
import fs from "node:fs";
import { AirlockError } from "../model/errors.ts";
import { replaceFile } from "../storage/atomic_file.ts";

/** One change of one skill. */
interface SkillChange {
  readonly name: string;
  readonly files: SkillFiles;
  readonly message: string;
  readonly author: string;
  /** The version that the commit becomes. */
  readonly version?: number;
}

/** A committed change. */
export interface CommittedSkill {
  /** The commit. */
  readonly head: string;
  /** The tree of the skill's folder. */
  readonly folder: string;
}

const BRANCH = "refs/heads/main";
const MAX_HISTORY = 100;

/** The history of a folder of skills, which plain git can read; made with the first commit. */
export class SkillRepository {
  readonly #git: { fs: typeof fs; dir: string; cache: Record<string, unknown> };
  readonly #dir: string;
  readonly #checkout: SkillCheckout;

  constructor(dir: string) {
    this.#dir = dir;
    this.#git = { fs, dir, cache: {} };
    this.#checkout = new SkillCheckout(dir);
  }

  /** Runs `work` while no other process changes the repository. */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    await this.#init();
    const lock = join(this.#dir, ".git", "airlock.lock");
    using file = await Deno.open(lock, { create: true, write: true });
    await file.lock(true);
    try {
      await this.#finishChange();
      return await work();
    } finally {
      file.unlockSync();
    }
  }

  /** Commits a change; within {@linkcode SkillRepository.exclusively}. */
  async commit({ name, files, message, author, version }: SkillChange): Promise<CommittedSkill> {
    const parent = await this.head();
    const root = parent === undefined ? [] : await this.#readRoot(parent);
    const blobs = await Promise.all(
      Object.entries(files).map(async ([path, text]) => ({
        mode: "100644",
        type: "blob" as const,
        path,
        oid: await git.writeBlob({ ...this.#git, blob: new TextEncoder().encode(text) }),
      })),
    );
    const folder = await git.writeTree({ ...this.#git, tree: blobs });
    const others = root.filter(({ path }) => path !== name);
    const entry = { mode: "040000", type: "tree" as const, path: name, oid: folder };
    const tree = await git.writeTree({ ...this.#git, tree: [...others, entry] });
    // Should the process end before the files are written, the next one writes them.
    await this.#checkout.begin(name);
    const head = await this.#commitTree(tree, { message, author, parent });
    if (version !== undefined) {
      const ref = `refs/tags/${name}/v${version}`;
      await git.writeRef({ ...this.#git, ref, value: head, force: true });
    }
    await this.#checkout.write(name, files);
    return { head, folder };
  }

  /** A file of a version; undefined where there is none. */
  async readVersion(name: string, version: number, file: string): Promise<string | undefined> {
    const ref = `refs/tags/${name}/v${version}`;
    const oid = await orMissing(git.resolveRef({ ...this.#git, ref }));
    return oid && await this.readFile(oid, `${name}/${file}`);
  }

  /** The latest version that a skill of the name ever had; 0 where it had none. */
  async lastVersion(name: string): Promise<number> {
    const tags = await git.listRefs({ ...this.#git, filepath: `refs/tags/${name}` });
    return Math.max(0, ...tags.map((tag) => Number(/^v(\d{1,6})$/.exec(tag)?.[1] ?? 0)));
  }

  /** The commits of a skill, the latest first. */
  async history(name: string): Promise<SkillCommit[]> {
    if (await this.head() === undefined) return [];
    const filepath = `${name}/SKILL.md`;
    const commits = await git.log({ ...this.#git, ref: BRANCH, filepath, force: true });
    return commits.slice(0, MAX_HISTORY).map(({ oid, commit: { message, author } }) => ({
      oid,
      message: message.trimEnd(),
      author: author.name,
      at: new Date(author.timestamp * 1_000).toISOString(),
    }));
  }

  /** The latest commit; undefined where there is none. */
  async head(): Promise<string | undefined> {
    // Fast path: every import asks, and the ref is nearly always a file.
    const loose = await Deno.readTextFile(join(this.#dir, ".git", BRANCH)).catch(() => "");
    if (/^[0-9a-f]{40}\n?$/.test(loose)) return loose.trim();
    return await orMissing(git.resolveRef({ ...this.#git, ref: BRANCH }));
  }

  /** The trees of all skills' folders in a commit, by name. */
  async folders(head: string): Promise<ReadonlyMap<string, string>> {
    const folders = (await this.#readRoot(head)).filter(({ type }) => type === "tree");
    return new Map(folders.map(({ path, oid }) => [path, oid]));
  }

  /** A file of a folder's tree; undefined where there is none. */
  async readFile(folder: string, filepath: string): Promise<string | undefined> {
    const found = await orMissing(git.readBlob({ ...this.#git, oid: folder, filepath }));
    return found && new TextDecoder().decode(found.blob);
  }

  /** Resolves when the index agrees with the latest commit. */
  settled(): Promise<void> {
    return this.#checkout.indexing;
  }

  async #readRoot(commit: string): Promise<TreeObject> {
    return (await git.readTree({ ...this.#git, oid: commit })).tree;
  }

  async #init(): Promise<void> {
    try {
      const stat = await Deno.lstat(join(this.#dir, ".git"));
      if (stat.isDirectory) return;
      throw new AirlockError("FOLDER_UNSAFE", 'Cannot save skill: "skills/.git" is no folder');
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    await Deno.mkdir(this.#dir, { recursive: true });
    await git.init({ ...this.#git, defaultBranch: "main" });
    // Plain git must not collect objects here by itself.
    await git.setConfig({ ...this.#git, path: "gc.auto", value: "0" });
  }

  async #commitTree(
    tree: string,
    { message, author, parent }: { message: string; author: string; parent: string | undefined },
  ): Promise<string> {
    const name = author.replace(/[<>\p{C}]/gu, "") || "unknown";
    return await git.commit({
      ...this.#git,
      ref: BRANCH,
      tree,
      message,
      author: { name, email: `${name.replace(/[^\w.-]/g, "-")}@airlock.invalid` },
      parent: parent === undefined ? [] : [parent],
    });
  }

  /** Finishes a change after a crash: the files may still be those of the commit before. */
  async #finishChange(): Promise<void> {
    const name = await this.#checkout.unfinished();
    const oid = name === undefined ? undefined : await this.head();
    if (name === undefined || !SKILL_FOLDER.test(name) || oid === undefined) return;
    const files: Record<string, string> = {};
    for (const file of ["skill.ts", "SKILL.md"]) {
      const text = await this.readFile(oid, `${name}/${file}`);
      if (text !== undefined) files[file] = text;
    }
    try {
      await this.#checkout.write(name, files);
    } catch (error) {
      // A link in the place of one skill must not keep all others from being saved.
      if (!(error instanceof AirlockError)) throw error;
      await this.#checkout.abandon();
    }
  }
}

async function orMissing<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "NotFoundError") {
      return undefined;
    }
    throw error;
  }
}

/** Texts by the name of the file in a skill's folder. */
type SkillFiles = Readonly<Record<string, string>>;

/** The files of a repository in its folder, for people and other agents. */
class SkillCheckout {
  readonly #dir: string;
  readonly #pending: string;
  /** Paths that differ in the index. */
  readonly #stale = new Set<string>();
  /** Resolves when the index agrees with the files; only `git status` reads it. */
  indexing: Promise<void> = Promise.resolve();

  constructor(dir: string) {
    this.#dir = dir;
    this.#pending = join(dir, ".git", "airlock-pending");
  }

  /**
   * Notes a commit whose files are not in the folder yet.
   *
   * @throws {AirlockError} FOLDER_UNSAFE
   */
  async begin(name: string): Promise<void> {
    await this.#makeFolder(name);
    await Deno.writeTextFile(this.#pending, name);
  }

  /**
   * Writes the files of a commit, each of them whole or not at all.
   *
   * @throws {AirlockError} FOLDER_UNSAFE
   */
  async write(name: string, files: SkillFiles): Promise<void> {
    const folder = await this.#makeFolder(name);
    for (const [file, text] of Object.entries(files)) {
      const part = join(folder, `.${file}.${crypto.randomUUID().slice(0, 8)}`);
      await replaceFile(join(folder, file), text, { mode: 0o666, temporary: part });
      this.#stale.add(`${name}/${file}`);
    }
    await Deno.remove(this.#pending).catch(() => {});
    this.indexing = this.indexing.then(() => this.#updateIndex()).catch(() => {});
  }

  /** The skill whose last commit has no files yet: the process ended before. */
  unfinished(): Promise<string | undefined> {
    return Deno.readTextFile(this.#pending).catch(() => undefined);
  }

  /** Leaves the files of an unfinished commit as they are. */
  abandon(): Promise<void> {
    return Deno.remove(this.#pending);
  }

  async #makeFolder(name: string): Promise<string> {
    const folder = join(this.#dir, name);
    await Deno.mkdir(folder).catch((error) => {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    });
    if ((await Deno.lstat(folder)).isDirectory) return folder;
    throw new AirlockError("FOLDER_UNSAFE", `Cannot save skill: "skills/${name}" is a link`);
  }

  async #updateIndex(): Promise<void> {
    const filepath = [...this.#stale];
    this.#stale.clear();
    if (filepath.length === 0) return;
    await git.add({ fs, dir: this.#dir, cache: {}, filepath, force: true });
  }
}
