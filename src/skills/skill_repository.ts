import git from "isomorphic-git";
import fs from "node:fs";
import { join } from "@std/path";
import { AirlockError } from "../errors.ts";

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
  /** Texts by the name of the file in the skill's folder. */
  readonly files: Readonly<Record<string, string>>;
  readonly message: string;
  readonly author: string;
  /** The version that it is from here on known by. */
  readonly version?: number;
}

/** The history of a folder of skills, which plain git can read. */
export interface SkillRepository {
  /** Does something while nobody else, in whatever process, may change anything. */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
  /** Commits a change; within {@linkcode SkillRepository.exclusively}. */
  commit(change: SkillChange): Promise<void>;
  /** A file as it was in a version; undefined where there is none. */
  readVersion(name: string, version: number, file: string): Promise<string | undefined>;
  /** The commits of a skill, the latest first. */
  history(name: string): Promise<SkillCommit[]>;
  /** What the latest commit is; undefined where there is none. */
  head(): Promise<string | undefined>;
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
  /** Of the index, to be brought in step. */
  readonly #stale = new Set<string>();
  #indexing: Promise<void> = Promise.resolve();

  constructor(dir: string) {
    this.#dir = dir;
    this.#git = { fs, dir, cache: {} };
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

  async commit({ name, files, message, author, version }: SkillChange): Promise<void> {
    const parent = await this.head();
    const root = parent === undefined
      ? []
      : (await git.readTree({ ...this.#git, oid: parent })).tree;
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
    await Deno.writeTextFile(this.#pending, name);
    const oid = await this.#commitTree(tree, { message, author, parent });
    if (version !== undefined) {
      const ref = `refs/tags/${name}/v${version}`;
      await git.writeRef({ ...this.#git, ref, value: oid, force: true });
    }
    await this.#checkOut(name, files);
  }

  async readVersion(name: string, version: number, file: string): Promise<string | undefined> {
    try {
      const ref = `refs/tags/${name}/v${version}`;
      const oid = await git.resolveRef({ ...this.#git, ref });
      return await this.#readFile(oid, `${name}/${file}`);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
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
    try {
      return await git.resolveRef({ ...this.#git, ref: BRANCH });
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  settled(): Promise<void> {
    return this.#indexing;
  }

  get #pending(): string {
    return join(this.#dir, ".git", "airlock-pending");
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

  async #checkOut(name: string, files: Readonly<Record<string, string>>): Promise<void> {
    const folder = join(this.#dir, name);
    await Deno.mkdir(folder, { recursive: true });
    if (!(await Deno.lstat(folder)).isDirectory) {
      throw new AirlockError("FOLDER_UNSAFE", `Cannot save skill: "skills/${name}" is a link`);
    }
    for (const [file, text] of Object.entries(files)) {
      const part = join(folder, `.${file}.${crypto.randomUUID().slice(0, 8)}`);
      await Deno.writeTextFile(part, text, { createNew: true });
      await Deno.rename(part, join(folder, file));
      this.#stale.add(`${name}/${file}`);
    }
    await Deno.remove(this.#pending).catch(() => {});
    this.#indexing = this.#indexing.then(() => this.#updateIndex()).catch(() => {});
  }

  /** After a crash: the history is right, the files may be those of the commit before. */
  async #finishChange(): Promise<void> {
    const name = await Deno.readTextFile(this.#pending).catch(() => undefined);
    const oid = name === undefined ? undefined : await this.head();
    if (name === undefined || oid === undefined) return;
    const files: Record<string, string> = {};
    for (const file of ["skill.ts", "SKILL.md"]) {
      const text = await this.#readFile(oid, `${name}/${file}`).catch(() => undefined);
      if (text !== undefined) files[file] = text;
    }
    await this.#checkOut(name, files);
  }

  async #readFile(oid: string, filepath: string): Promise<string> {
    const { blob } = await git.readBlob({ ...this.#git, oid, filepath });
    return new TextDecoder().decode(blob);
  }

  /** Nobody waits for it: only `git status` looks at the index, and with many skills it is long. */
  async #updateIndex(): Promise<void> {
    const paths = [...this.#stale];
    this.#stale.clear();
    if (paths.length === 0) return;
    await git.add({ ...this.#git, filepath: paths, force: true });
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "NotFoundError";
}
