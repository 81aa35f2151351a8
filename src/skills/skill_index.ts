import { join } from "@std/path";
import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { OWNER } from "../model/caller.ts";
import { PUBLIC_SKILLS, SKILL_FOLDER, type SkillRecord } from "./skill.ts";
import type { SkillSeal } from "./skill_access.ts";
import { describedIn, readSkillDocument } from "./skill_document.ts";
import type { CommittedSkill, SkillRepository } from "./skill_repository.ts";
import { isDescription } from "./skill_rules.ts";

/** The records of all skills: of those that were saved and of those that were put there by hand. */
export interface SkillIndex {
  /** Brings what is known up to date; gives whether anything was new. */
  refresh(): Promise<boolean>;
  /** Takes in what was just committed, with nobody else at work. */
  put(record: SkillRecord, committed: CommittedSkill): void;
  readonly records: ReadonlyMap<string, SkillRecord>;
  /** One that was put there by hand, as it is now: nothing tells when somebody writes it again. */
  readByHand(name: string): { record: SkillRecord; code: string } | undefined;
}

/** Options of {@linkcode createSkillShelf}. */
export interface CreateSkillShelfOptions {
  readonly dir: string;
  readonly repository: SkillRepository;
  seal(): SkillSeal;
}

/** Makes the shelf of a folder, empty until it is refreshed. */
export function createSkillShelf(options: CreateSkillShelfOptions): SkillIndex {
  return new FolderShelf(options);
}

/** The folder does not tell when a file is put into a skill's own; so many are looked at each time. */
const FEW = 64;

/** Others have their turn after so many. */
const AT_ONCE = 200;

/**
 * What was saved is what the history says and what a save has sealed: a file that was changed in the
 * folder, a document that somebody else has committed, and one of another host are nobody's approval.
 */
class FolderShelf implements SkillIndex {
  readonly #options: CreateSkillShelfOptions;
  readonly records = new Map<string, SkillRecord>();
  /** The trees of saved skills, by name. */
  #trees = new Map<string, string>();
  /** When those that were put there by hand were written. */
  readonly #written = new Map<string, string>();
  #byHand: readonly string[] = [];
  #head: string | undefined;
  #changedAt: number | undefined = NaN;
  #turn: Promise<boolean> = Promise.resolve(false);
  #next: Promise<boolean> | undefined;

  constructor(options: CreateSkillShelfOptions) {
    this.#options = options;
  }

  refresh(): Promise<boolean> {
    // One look that has not begun answers all who ask until it does.
    return this.#next ??= this.#turn = this.#turn.catch(() => false).then(() => {
      this.#next = undefined;
      return this.#lookAgain();
    });
  }

  async #lookAgain(): Promise<boolean> {
    const { dir, repository } = this.#options;
    const head = await repository.head();
    const { mtime } = await Deno.stat(dir).catch(() => ({ mtime: null }));
    const isSameHistory = head === this.#head;
    const isSame = isSameHistory && mtime?.getTime() === this.#changedAt;
    if (isSame && this.#byHand.length > FEW) return false;
    if (!isSameHistory) await this.#readHistory(head);
    if (!isSame) this.#listByHand();
    const hasRead = await this.#readAllByHand();
    [this.#head, this.#changedAt] = [head, mtime?.getTime()];
    return !isSame || hasRead;
  }

  async #readHistory(head: string | undefined): Promise<void> {
    const trees = new Map(head === undefined ? [] : await this.#options.repository.folders(head));
    for (const name of this.#trees.keys()) if (!trees.has(name)) this.records.delete(name);
    let at = 0;
    for (const [name, tree] of trees) {
      if (this.#trees.get(name) === tree) continue;
      const record = await this.#readSaved(name, tree);
      if (record === undefined) {
        // To be taken for one that was put there by hand.
        trees.delete(name);
        this.#written.delete(name);
        this.records.delete(name);
      } else this.records.set(name, record);
      if (++at % AT_ONCE === 0) await setImmediate();
    }
    this.#trees = trees;
  }

  async #readSaved(name: string, tree: string): Promise<SkillRecord | undefined> {
    const { dir, repository, seal } = this.#options;
    const found = readInFolder(dir, name);
    const document = found.tree === tree
      ? found.document
      : await repository.readFile(tree, "SKILL.md");
    if (document === undefined || !seal().isSealed(document)) return undefined;
    const record = readSkillDocument(document);
    return record?.name === name ? record : undefined;
  }

  #listByHand(): void {
    const names = namesInFolder(this.#options.dir).filter((name) => !this.#trees.has(name));
    const there = new Set(names);
    for (const { name, version } of this.records.values()) {
      if (version === 0 && !there.has(name)) this.records.delete(name);
    }
    for (const name of this.#written.keys()) if (!there.has(name)) this.#written.delete(name);
    this.#byHand = names;
  }

  async #readAllByHand(): Promise<boolean> {
    let [at, hasRead] = [0, false];
    for (const name of this.#byHand) {
      if (++at % AT_ONCE === 0) await setImmediate();
      const written = writtenAt(this.#options.dir, name);
      if (this.#trees.has(name) || this.#written.get(name) === written) continue;
      this.#written.set(name, written);
      if (this.readByHand(name) === undefined) this.records.delete(name);
      hasRead = true;
    }
    return hasRead;
  }

  put(record: SkillRecord, { head, folder }: CommittedSkill): void {
    this.records.set(record.name, record);
    this.#trees.set(record.name, folder);
    this.#head = head;
    // One that is put there by hand in just this moment is seen with the next change.
    this.#changedAt = Deno.statSync(this.#options.dir).mtime?.getTime();
  }

  readByHand(name: string): { record: SkillRecord; code: string } | undefined {
    const found = readInFolder(this.#options.dir, name);
    const record = recordByHand(name, found);
    if (record === undefined) return undefined;
    this.records.set(name, record);
    return { record, code: found.code! };
  }
}

function isPublic(name: string, { tree }: SkillInFolder): boolean {
  return Object.hasOwn(PUBLIC_SKILLS, name) && PUBLIC_SKILLS[name] === tree;
}

/** Whoever may write into the folder may not speak for others: only what is shipped is approved. */
function recordByHand(name: string, found: SkillInFolder): SkillRecord | undefined {
  const { code, document = "" } = found;
  if (code === undefined) return undefined;
  const trust = isPublic(name, found)
    ? { trust: "approved", scope: { kind: "all" } } as const
    : { trust: "draft", scope: { kind: "principal" } } as const;
  const description = describedIn(document);
  return {
    name,
    description: isDescription(description) ? description : "",
    owner: OWNER.name,
    version: 0,
    ...trust,
    approved: [],
    tools: [],
    skills: [],
    toolsHash: "",
    risk: "unknown",
    hash: "",
    examples: [],
  };
}

/** A skill as it stands in the folder of skills, whoever put it there. */
export interface SkillInFolder {
  /** The text of its module; absent where there is none. */
  readonly code?: string;
  /** The text of its `SKILL.md`; absent where there is none. */
  readonly document?: string;
  /** The id that git would give it, were these all of its files. */
  readonly tree: string;
}

const FILES = { document: "SKILL.md", code: "skill.ts" } as const;

/** The names of what may be skills in a folder. */
export function namesInFolder(dir: string): string[] {
  try {
    return [...Deno.readDirSync(dir)]
      .filter(({ name, isDirectory }) => isDirectory && SKILL_FOLDER.test(name))
      .map(({ name }) => name).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** When the files of a skill were written, in whatever form: another, where one was written since. */
export function writtenAt(dir: string, name: string): string {
  const times = Object.values(FILES).map((file) => statPlain(join(dir, name, file))?.mtime);
  return times.map((time) => time?.getTime() ?? "none").join(" ");
}

/** Reads a skill at once: to wait for each of thousands of small files takes five times as long. */
export function readInFolder(dir: string, name: string): SkillInFolder {
  const document = readPlain(join(dir, name, FILES.document));
  const code = readPlain(join(dir, name, FILES.code));
  const decoder = new TextDecoder();
  return {
    ...(document && { document: decoder.decode(document) }),
    ...(code && { code: decoder.decode(code) }),
    tree: treeId({
      ...(document && { [FILES.document]: document }),
      ...(code && { [FILES.code]: code }),
    }),
  };
}

function readPlain(path: string): Uint8Array | undefined {
  const { size = Infinity } = statPlain(path) ?? {};
  return size <= MAX_BYTES ? Deno.readFileSync(path) : undefined;
}

/** A link of either kind could lead to any file of the host. */
function statPlain(path: string): Deno.FileInfo | undefined {
  try {
    const stat = Deno.lstatSync(path);
    return stat.isFile && (stat.nlink ?? 1) <= 1 ? stat : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return undefined;
    }
    throw error;
  }
}

/** A saved skill is smaller: so much has no module that may be saved. */
const MAX_BYTES = 1_000_000;

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
