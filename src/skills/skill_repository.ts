import { join } from "@std/path";
import git, { type TreeObject } from "isomorphic-git";
import fs from "node:fs";
import { AirlockError } from "../model/errors.ts";
import { SKILL_FOLDER } from "./skill.ts";
import { replaceFile } from "../storage/atomic_file.ts";

/** A commit of the folder of skills. */
export interface SkillCommit {
  /** Its SHA-1. */
  readonly oid: string;
  /** What was done, and by which run. */
  readonly message: string;
  /** The principal. */
  readonly author: string;
  /** In ISO 8601. */
  readonly at: string;
}

/** One change of one skill. */
export interface SkillChange {
  readonly name: string;
  readonly files: SkillFiles;
  readonly message: string;
  readonly author: string;
  /** The version that it is from here on known by. */
  readonly version?: number;
}

/** What a change has become. */
export interface CommittedSkill {
  /** The commit. */
  readonly head: string;
  /** The tree of the skill's folder. */
  readonly folder: string;
}

/** The history of a folder of skills, which plain git can read. */
export interface SkillRepository {
  /** Does something while nobody else, in whatever process, may change anything. */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
  /** Commits a change; within {@linkcode SkillRepository.exclusively}. */
  commit(change: SkillChange): Promise<CommittedSkill>;
  /** A file as it was in a version; undefined where there is none. */
  readVersion(name: string, version: number, file: string): Promise<string | undefined>;
  /** The latest version that a skill of the name ever had; 0 where it had none. */
  lastVersion(name: string): Promise<number>;
  /** The commits of a skill, the latest first. */
  history(name: string): Promise<SkillCommit[]>;
  /** What the latest commit is; undefined where there is none. */
  head(): Promise<string | undefined>;
  /** The trees of all skills' folders in a commit, by name. */
  folders(head: string): Promise<ReadonlyMap<string, string>>;
  /** A file of a folder's tree; undefined where there is none. */
  readFile(folder: string, file: string): Promise<string | undefined>;
  /** Resolves when the index is in step with the latest commit. */
  settled(): Promise<void>;
}

const BRANCH = "refs/heads/main";
const MAX_HISTORY = 100;

type Git = { fs: typeof fs; dir: string; cache: Record<string, unknown> };

/** Makes the repository of a folder, which begins with the first commit. */
export function createSkillRepository(dir: string): SkillRepository {
  return new GitRepository(dir);
}

class GitRepository implements SkillRepository {
  readonly #git: Git;
  readonly #dir: string;
  readonly #checkout: SkillCheckout;

  constructor(dir: string) {
    this.#dir = dir;
    this.#git = { fs, dir, cache: {} };
    this.#checkout = createSkillCheckout(dir);
  }

  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    await this.#init();
    using file = await Deno.open(join(this.#dir, ".git", "airlock.lock"), {
      create: true,
      write: true,
    });
    await file.lock(true);
    try {
      await this.#finishChange();
      return await work();
    } finally {
      file.unlockSync();
    }
  }

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
    // Should the process end before the files stand there too, the next one puts them there.
    await this.#checkout.begin(name);
    const head = await this.#commitTree(tree, { message, author, parent });
    if (version !== undefined) {
      const ref = `refs/tags/${name}/v${version}`;
      await git.writeRef({ ...this.#git, ref, value: head, force: true });
    }
    await this.#checkout.write(name, files);
    return { head, folder };
  }

  async readVersion(name: string, version: number, file: string): Promise<string | undefined> {
    const ref = `refs/tags/${name}/v${version}`;
    const oid = await orMissing(git.resolveRef({ ...this.#git, ref }));
    return oid && await this.readFile(oid, `${name}/${file}`);
  }

  async lastVersion(name: string): Promise<number> {
    const tags = await git.listRefs({ ...this.#git, filepath: `refs/tags/${name}` });
    return Math.max(0, ...tags.map((tag) => Number(/^v(\d{1,6})$/.exec(tag)?.[1] ?? 0)));
  }

  async history(name: string): Promise<SkillCommit[]> {
    if (await this.head() === undefined) return [];
    const commits = await git.log({
      ...this.#git,
      ref: BRANCH,
      filepath: `${name}/SKILL.md`,
      force: true,
      follow: false,
    });
    return commits.slice(0, MAX_HISTORY).map(({ oid, commit: { message, author } }) => ({
      oid,
      message: message.trimEnd(),
      author: author.name,
      at: new Date(author.timestamp * 1_000).toISOString(),
    }));
  }

  async head(): Promise<string | undefined> {
    // Asked with every import, and nearly always a file.
    const loose = await Deno.readTextFile(join(this.#dir, ".git", BRANCH)).catch(() => "");
    if (/^[0-9a-f]{40}\n?$/.test(loose)) return loose.trim();
    return await orMissing(git.resolveRef({ ...this.#git, ref: BRANCH }));
  }

  async folders(head: string): Promise<ReadonlyMap<string, string>> {
    const root = await this.#readRoot(head);
    return new Map(
      root.filter(({ type }) => type === "tree").map(({ path, oid }) => [path, oid]),
    );
  }

  async readFile(folder: string, filepath: string): Promise<string | undefined> {
    const found = await orMissing(git.readBlob({ ...this.#git, oid: folder, filepath }));
    return found && new TextDecoder().decode(found.blob);
  }

  settled(): Promise<void> {
    return this.#checkout.settled();
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
    // Their keys belong to whoever runs plain git here, not to whoever wrote a skill.
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

  /** After a crash: the history is right, the files may be those of the commit before. */
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
      // A link that somebody put there must not keep all others from being saved.
      if (!(error instanceof AirlockError)) throw error;
      await this.#checkout.giveUp();
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
        await replaceFile(join(folder, file), text, { mode: 0o666, temporary: part });
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
