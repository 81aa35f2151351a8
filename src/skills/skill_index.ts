import { join } from "@std/path";
import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { OWNER } from "../model/permission.ts";
import { PUBLIC_SKILLS, SKILL_FOLDER, type SkillRecord } from "./skill.ts";
import { describedIn, readSkillDocument, type SkillSeal } from "./skill_document.ts";
import type { CommittedSkill, SkillRepository } from "./skill_repository.ts";
import { isDescription } from "./skill_rules.ts";

/** Skills put there by hand whose files are looked at each time: their folder's time stays. */
const FEW = 64;

/** Skills that are read between two pauses. */
const AT_ONCE = 200;

/**
 * The records of all skills in a folder, empty until it is refreshed: of saved ones, and of those
 * put there by hand. A saved record comes from the history and has a seal: a file that was changed in
 * the folder, a document committed by other means, and one of another host approve nothing.
 */
export class SkillIndex {
  readonly #dir: string;
  readonly #repository: SkillRepository;
  readonly #seal: () => SkillSeal;
  readonly records = new Map<string, SkillRecord>();
  /** The trees of saved skills, by name. */
  #trees = new Map<string, string>();
  /** Times of the files of skills put there by hand. */
  readonly #written = new Map<string, string>();
  #byHand: readonly string[] = [];
  #head: string | undefined;
  #changedAt: number | undefined = NaN;
  #turn: Promise<boolean> = Promise.resolve(false);
  #next: Promise<boolean> | undefined;

  constructor(dir: string, repository: SkillRepository, seal: () => SkillSeal) {
    this.#dir = dir;
    this.#repository = repository;
    this.#seal = seal;
  }

  /** Brings the records up to date; resolves to whether any has changed. */
  refresh(): Promise<boolean> {
    // All callers before a refresh begins share it.
    return this.#next ??= this.#turn = this.#turn.catch(() => false).then(() => {
      this.#next = undefined;
      return this.#refresh();
    });
  }

  async #refresh(): Promise<boolean> {
    const head = await this.#repository.head();
    const { mtime } = await Deno.stat(this.#dir).catch(() => ({ mtime: null }));
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
    const trees = new Map(head === undefined ? [] : await this.#repository.folders(head));
    for (const name of this.#trees.keys()) if (!trees.has(name)) this.records.delete(name);
    let at = 0;
    for (const [name, tree] of trees) {
      if (this.#trees.get(name) === tree) continue;
      const record = await this.#readSaved(name, tree);
      if (record === undefined) {
        // It counts as put there by hand.
        trees.delete(name);
        this.#written.delete(name);
        this.records.delete(name);
      } else this.records.set(name, record);
      if (++at % AT_ONCE === 0) await setImmediate();
    }
    this.#trees = trees;
  }

  async #readSaved(name: string, tree: string): Promise<SkillRecord | undefined> {
    const found = readInFolder(this.#dir, name);
    const isSame = found.tree === tree;
    const document = isSame ? found.document : await this.#repository.readFile(tree, "SKILL.md");
    if (document === undefined || !this.#seal().isSealed(document)) return undefined;
    const record = readSkillDocument(document);
    return record?.name === name ? record : undefined;
  }

  #listByHand(): void {
    const names = namesInFolder(this.#dir).filter((name) => !this.#trees.has(name));
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
      const written = writtenAt(this.#dir, name);
      if (this.#trees.has(name) || this.#written.get(name) === written) continue;
      this.#written.set(name, written);
      if (this.readByHand(name) === undefined) this.records.delete(name);
      hasRead = true;
    }
    return hasRead;
  }

  /** Puts a committed record, within {@linkcode SkillRepository.exclusively}. */
  put(record: SkillRecord, { head, folder }: CommittedSkill): void {
    this.records.set(record.name, record);
    this.#trees.set(record.name, folder);
    this.#head = head;
    // A skill put there by hand in the same moment is seen with the next change.
    this.#changedAt = Deno.statSync(this.#dir).mtime?.getTime();
  }

  /** Reads a skill put there by hand, which may change without notice. */
  readByHand(name: string): { record: SkillRecord; code: string } | undefined {
    const found = readInFolder(this.#dir, name);
    const record = recordByHand(name, found);
    if (record === undefined) return undefined;
    this.records.set(name, record);
    return { record, code: found.code! };
  }
}

/** Only a shipped skill is approved: the right to write into the folder is no approval for others. */
function recordByHand(
  name: string,
  { code, document = "", tree }: SkillInFolder,
): SkillRecord | undefined {
  if (code === undefined) return undefined;
  const isPublic = Object.hasOwn(PUBLIC_SKILLS, name) && PUBLIC_SKILLS[name] === tree;
  const description = describedIn(document);
  return {
    name,
    description: isDescription(description) ? description : "",
    owner: OWNER.name,
    version: 0,
    trust: isPublic ? "approved" : "draft",
    scope: { kind: isPublic ? "all" : "principal" },
    approved: [],
    tools: [],
    skills: [],
    toolsHash: "",
    risk: "unknown",
    hash: "",
    examples: [],
  };
}

/** The files of a skill in the folder of skills. */
interface SkillInFolder {
  readonly code?: string;
  readonly document?: string;
  /** The git tree id of a folder with just these files. */
  readonly tree: string;
}

const FILES = { document: "SKILL.md", code: "skill.ts" } as const;

/** Names of the folders that may be skills. */
function namesInFolder(dir: string): string[] {
  try {
    return [...Deno.readDirSync(dir)]
      .filter(({ name, isDirectory }) => isDirectory && SKILL_FOLDER.test(name))
      .map(({ name }) => name).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** Times of the files of a skill, as one text for comparison. */
function writtenAt(dir: string, name: string): string {
  const times = Object.values(FILES).map((file) => statPlain(join(dir, name, file))?.mtime);
  return times.map((time) => time?.getTime() ?? "none").join(" ");
}

/** Reads a skill synchronously: thousands of small files take five times as long otherwise. */
function readInFolder(dir: string, name: string): SkillInFolder {
  const texts: { code?: string; document?: string } = {};
  const files = new Map<string, Uint8Array>();
  for (const [part, file] of Object.entries(FILES)) {
    const bytes = readPlain(join(dir, name, file));
    if (bytes === undefined) continue;
    texts[part as keyof typeof FILES] = new TextDecoder().decode(bytes);
    files.set(file, bytes);
  }
  return { ...texts, tree: treeId(files) };
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

/** Larger files are not read: a saved skill is smaller. */
const MAX_BYTES = 1_000_000;

/** The git tree id of a folder of plain files. */
function treeId(files: ReadonlyMap<string, Uint8Array>): string {
  const entries = [...files].sort(([a], [b]) => a < b ? -1 : 1).flatMap(([name, bytes]) => [
    new TextEncoder().encode(`100644 ${name}\0`),
    Uint8Array.fromHex(objectId("blob", [bytes])),
  ]);
  return objectId("tree", entries);
}

function objectId(type: "blob" | "tree", parts: readonly Uint8Array[]): string {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const hash = createHash("sha1").update(`${type} ${length}\0`);
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}
