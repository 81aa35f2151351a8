import { createHash } from "node:crypto";
import { createToolIndex, type ToolIndex } from "../discovery/tool_index.ts";
import { AirlockError } from "../errors.ts";
import type { Skills } from "../program/wrappers.ts";
import { diffLines } from "./diff_lines.ts";
import { readReference, type SkillRecord, type SkillReference, type SkillScope } from "./skill.ts";
import { readSkillDocument, writeSkillDocument } from "./skill_document.ts";
import { openSkillNotes, type SkillNotes, type SkillUses } from "./skill_notes.ts";
import {
  createSkillRepository,
  type SkillCommit,
  type SkillRepository,
} from "./skill_repository.ts";
import { checkSkillRules, type RunDraft, type SkillDraft } from "./skill_rules.ts";
import { createSkillShelf, type SkillShelf } from "./skill_shelf.ts";

/** What is known of a skill, as its caller may use it. */
export interface SkillInfo extends SkillRecord {
  /** How runs ended that used this version. */
  readonly uses: SkillUses;
  /** Why it no longer fits the tools that it calls; absent where it does. */
  readonly broken?: string;
}

/** What a search for skills found, the best first. */
export interface FoundSkills {
  /** At most as many as were asked for. */
  readonly skills: readonly SkillInfo[];
  /** Nothing fits well: these are only the nearest. */
  readonly noGoodMatch: boolean;
}

/** What the check of a skill comes to. */
export interface CheckedSkill {
  /** The tools that it may call: `server/tool`. */
  readonly tools: readonly string[];
  readonly risk: string;
}

/** Options of {@linkcode createSkillLibrary}. */
export interface CreateSkillLibraryOptions {
  /** The folder of the skills. */
  readonly dir: string;
  /** The folder of Airlock's own state; absent to count only as long as the process lasts. */
  readonly state?: string;
  /**
   * Reads and checks a module as programs are checked, with the skills that it may import.
   *
   * @throws {AirlockError} PROGRAM_SYNTAX, IMPORT_REFUSED, TYPE_ERROR
   */
  check(code: string, skills: Skills): Promise<CheckedSkill>;
  /**
   * The program of a run of somebody's, as a module.
   *
   * @throws {AirlockError} NOT_FOUND, REQUEST_INVALID
   */
  moduleOfRun(runId: string, owner: string): Promise<string>;
  /** What tools promise now, as a hash; undefined where one of them is out of reach. */
  promisesOf(tools: readonly string[]): Promise<string | undefined>;
}

/** Options of {@linkcode SkillLibrary.save}. */
export interface SaveSkillOptions {
  /** Who saves it, and so owns it. */
  readonly owner: string;
  /** The run that it comes from. */
  readonly runId?: string;
}

/** Runs a program with skills that it may import; rejects where it does not complete. */
export type TestSkill = (program: string, skills: Skills) => Promise<void>;

/** The skills of a runtime. A caller that is named sees what it may use; nobody in particular, all. */
export interface SkillLibrary extends AsyncDisposable {
  /** Says how the tests of a skill are run that is not saved yet. */
  testWith(test: TestSkill): void;
  /** What programs of a caller can import. */
  view(caller: string): Skills;
  /** All of them, by name. */
  list(caller?: string): Promise<readonly SkillInfo[]>;
  /** One by `name` or `name@3`. */
  find(reference: string, caller?: string): Promise<SkillInfo | undefined>;
  /** The text of its module. */
  read(reference: string, caller?: string): Promise<string | undefined>;
  /** Those that fit a query. */
  search(query: string, options: { caller?: string; limit?: number }): Promise<FoundSkills>;
  /**
   * Saves a new version, a draft until a person approves it: a module, or the program of a run that
   * completed, whose work becomes a function `run` where it exports none. To save the same again
   * changes nothing.
   *
   * @throws {AirlockError} REQUEST_INVALID, NOT_FOUND where the owner has no such run, FORBIDDEN
   * where the name is another's, and what the check finds
   */
  save(draft: SkillDraft | RunDraft, options: SaveSkillOptions): Promise<SkillInfo>;
  /** Lets others use the latest version. */
  approve(name: string, options: { by: string; scope: SkillScope }): Promise<SkillInfo>;
  /** Takes a skill out of searches; who imports it is warned. */
  deprecate(name: string, options: { by: string }): Promise<SkillInfo>;
  /** Makes an old version the latest. */
  rollback(name: string, options: { by: string; version: number }): Promise<SkillInfo>;
  /** What changed between two versions, as a unified diff. */
  diff(name: string, options: { from: number; to: number; caller?: string }): Promise<string>;
  /** The commits of a skill, the latest first. */
  history(name: string): Promise<SkillCommit[]>;
  /** Counts a use. */
  used(names: readonly string[], options: { caller: string; succeeded: boolean }): Promise<void>;
}

const MAX_CACHED = 2_000;
const MAX_LISTED_PAGES = 5;
const PAGE = 100;

/** Makes the library of a folder; nothing is read before it is needed. */
export function createSkillLibrary(options: CreateSkillLibraryOptions): SkillLibrary {
  return new GitSkillLibrary(options);
}

/** A version of a skill that a caller may use. */
interface UsableSkill {
  readonly record: SkillRecord;
  readonly version: number;
}

class GitSkillLibrary implements SkillLibrary {
  readonly #options: CreateSkillLibraryOptions;
  readonly #repository: SkillRepository;
  readonly #shelf: SkillShelf;
  /** Versions never change: what was read of one is true for ever. */
  readonly #versions = new Map<string, { record: SkillRecord; text: string }>();
  #opened: SkillNotes | undefined;
  #test: TestSkill = () => {
    throw new AirlockError("REQUEST_INVALID", "Cannot save skill: here no tests can be run");
  };
  #index: ToolIndex | undefined;

  constructor(options: CreateSkillLibraryOptions) {
    this.#options = options;
    this.#repository = createSkillRepository(options.dir);
    this.#shelf = createSkillShelf(options.dir);
  }

  get #notes(): SkillNotes {
    return this.#opened ??= openSkillNotes(this.#options.state);
  }

  testWith(test: TestSkill): void {
    this.#test = test;
  }

  view(caller: string): Skills {
    // A run sees each skill as it was when the run first looked.
    const seen = new Map<string, Promise<string | undefined>>();
    return {
      read: (reference) => {
        const text = seen.get(reference) ?? this.#readUsable(reference, caller);
        seen.set(reference, text);
        return text;
      },
      names: async () => (await this.#visible(caller)).map(({ record: { name } }) => name),
    };
  }

  async #readUsable(reference: string, caller: string): Promise<string | undefined> {
    const usable = await this.#usable(reference, caller);
    if (usable === undefined) return undefined;
    const broken = await this.#brokenOf(usable, caller);
    if (broken === undefined) return await this.#textOf(usable);
    throw new AirlockError(
      "IMPORT_REFUSED",
      `Cannot import skill "${reference}": it no longer fits a tool that it calls\n${broken}`,
      { hint: "Save it again as the tool is now, or import a version that fits" },
    );
  }

  async list(caller?: string): Promise<readonly SkillInfo[]> {
    return (await this.#visible(caller)).map((usable) => this.#infoOf(usable));
  }

  async find(reference: string, caller?: string): Promise<SkillInfo | undefined> {
    const usable = await this.#usable(reference, caller);
    if (usable === undefined) return undefined;
    const record = usable.version === usable.record.version
      ? usable.record
      : (await this.#versionOf(usable)).record;
    const broken = await this.#brokenOf(usable, caller ?? record.owner);
    return {
      ...record,
      trust: usable.record.trust === "deprecated" ? "deprecated" : trustOf(usable),
      uses: this.#notes.usesOf(record.name, usable.version),
      ...(broken === undefined ? {} : { broken }),
    };
  }

  async read(reference: string, caller?: string): Promise<string | undefined> {
    const usable = await this.#usable(reference, caller);
    return usable && await this.#textOf(usable);
  }

  async search(
    query: string,
    { caller, limit = 10 }: { caller?: string; limit?: number },
  ): Promise<FoundSkills> {
    const index = await this.#indexed();
    const skills: SkillInfo[] = [];
    for (let page = 0; page < MAX_LISTED_PAGES && skills.length < limit; page++) {
      const found = index.search(query, { limit: PAGE, offset: page * PAGE });
      for (const { tool } of found.hits) {
        const usable = this.#known({ name: tool.name }, caller);
        if (usable !== undefined && skills.length < limit) skills.push(this.#infoOf(usable));
      }
      if (found.noGoodMatch) return { skills: skills.slice(0, 3), noGoodMatch: true };
      if (found.further === 0) break;
    }
    return { skills, noGoodMatch: skills.length === 0 };
  }

  async save(wanted: SkillDraft | RunDraft, options: SaveSkillOptions): Promise<SkillInfo> {
    const { owner } = options;
    const runId = "runId" in wanted ? wanted.runId : options.runId;
    const draft = "runId" in wanted
      ? { ...wanted, code: await this.#options.moduleOfRun(wanted.runId, owner) }
      : wanted;
    checkSkillRules(draft);
    const skills = this.#withDraft(draft, owner);
    const { tools, risk } = await this.#options.check(draft.code, skills);
    const toolsHash = await this.#options.promisesOf(tools) ?? "";
    if (draft.tests !== undefined) await this.#test(draft.tests, skills);
    const { name, description, code, examples = [] } = draft;
    const hash = hashOf(code);
    return await this.#repository.exclusively(async () => {
      const known = await this.#reread(name);
      this.#refuseForeign(known, { name, by: owner });
      const isSame = known?.hash === hash && known.description === description &&
        known.toolsHash === toolsHash && sameTexts(known.examples, examples);
      if (known !== undefined && isSame) {
        return this.#infoOf({ record: known, version: known.version });
      }
      const record: SkillRecord = {
        name,
        description,
        owner,
        version: (known?.version ?? 0) + 1,
        trust: "draft",
        approved: known?.approved ?? [],
        scope: known === undefined || known.version === 0 ? { kind: "principal" } : known.scope,
        tools,
        toolsHash,
        risk,
        hash,
        ...(runId === undefined ? {} : { runId }),
        examples,
      };
      return await this.#commit(record, { code, by: owner, verb: "save" });
    });
  }

  approve(name: string, { by, scope }: { by: string; scope: SkillScope }): Promise<SkillInfo> {
    return this.#change(name, { by, verb: "approve" }, (record) => ({
      ...record,
      trust: "approved",
      approved: [...new Set([...record.approved, record.version])],
      scope,
    }));
  }

  deprecate(name: string, { by }: { by: string }): Promise<SkillInfo> {
    return this.#change(name, { by, verb: "deprecate" }, (record) => ({
      ...record,
      trust: "deprecated",
    }));
  }

  async rollback(
    name: string,
    { by, version }: { by: string; version: number },
  ): Promise<SkillInfo> {
    return await this.#repository.exclusively(async () => {
      const known = await this.#managed(name);
      this.#refuseForeign(known, { name, by });
      const old = await this.#versionOf({ record: known, version });
      const record: SkillRecord = {
        ...old.record,
        version: known.version + 1,
        // What a person has approved once is not another text for being the latest again.
        trust: known.approved.includes(version) ? "approved" : "draft",
        approved: known.approved.includes(version)
          ? [...known.approved, known.version + 1]
          : known.approved,
        scope: known.scope,
      };
      return await this.#commit(record, { code: old.text, by, verb: `roll back to ${version}:` });
    });
  }

  async diff(
    name: string,
    { from, to, caller }: { from: number; to: number; caller?: string },
  ): Promise<string> {
    const texts = await Promise.all([from, to].map(async (version) => {
      const text = await this.read(`${name}@${version}`, caller);
      if (text !== undefined) return text;
      throw new AirlockError("NOT_FOUND", `Cannot compare skill: there is no "${name}@${version}"`);
    }));
    return diffLines(texts[0]!, texts[1]!, { from: `${name}@${from}`, to: `${name}@${to}` });
  }

  history(name: string): Promise<SkillCommit[]> {
    return this.#repository.history(name);
  }

  async used(
    names: readonly string[],
    { caller, succeeded }: { caller: string; succeeded: boolean },
  ): Promise<void> {
    for (const name of names) {
      const usable = await this.#usable(name, caller);
      if (usable === undefined) continue;
      this.#notes.used(usable.record.name, usable.version, succeeded ? "succeeded" : "failed");
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#repository.settled();
    this.#opened?.[Symbol.dispose]();
    this.#opened = undefined;
  }

  /** Within the lock: what stands there now, whoever wrote it. */
  async #reread(name: string): Promise<SkillRecord | undefined> {
    await this.#refresh();
    return await this.#shelf.reread(name, await this.#repository.head());
  }

  async #refresh(): Promise<void> {
    const head = await this.#repository.head();
    if (await this.#shelf.refresh(head)) this.#index = undefined;
  }

  async #managed(name: string): Promise<SkillRecord> {
    const known = await this.#reread(name);
    if (known !== undefined && known.version > 0) return known;
    throw new AirlockError(
      "NOT_FOUND",
      `Cannot change skill: none of the name "${name}" was saved`,
    );
  }

  async #change(
    name: string,
    { by, verb }: { by: string; verb: string },
    change: (record: SkillRecord) => SkillRecord,
  ): Promise<SkillInfo> {
    return await this.#repository.exclusively(async () => {
      const known = await this.#managed(name);
      const { text: code } = await this.#versionOf({ record: known, version: known.version });
      return await this.#commit(change(known), { code, by, verb });
    });
  }

  async #commit(
    record: SkillRecord,
    { code, by, verb }: { code: string; by: string; verb: string },
  ): Promise<SkillInfo> {
    const { name, version, runId } = record;
    await this.#repository.commit({
      name,
      files: { "skill.ts": code, "SKILL.md": writeSkillDocument(record, code) },
      author: by,
      message: `${verb} ${name}@${version}\n${runId === undefined ? "" : `\nRun: ${runId}\n`}`,
      ...(verb === "approve" || verb === "deprecate" ? {} : { version }),
    });
    await this.#shelf.reread(name, await this.#repository.head());
    this.#index = undefined;
    return this.#infoOf({ record, version });
  }

  /** Who may not see a skill is told no more of it than that the name is taken. */
  #refuseForeign(known: SkillRecord | undefined, { name, by }: { name: string; by: string }): void {
    if (known === undefined || known.owner === by) return;
    throw new AirlockError("FORBIDDEN", `Cannot save skill: the name "${name}" is taken`, {
      hint: "Take another name",
    });
  }

  #withDraft({ name, code }: SkillDraft, owner: string): Skills {
    const view = this.view(owner);
    return {
      read: (reference) => reference === name ? Promise.resolve(code) : view.read(reference),
      names: () => view.names(),
    };
  }

  async #visible(caller: string | undefined): Promise<UsableSkill[]> {
    await this.#refresh();
    return this.#shelf.records.values().flatMap((record) => {
      const version = versionFor({ name: record.name }, { record, caller });
      return version === undefined ? [] : [{ record, version }];
    }).toArray();
  }

  async #usable(reference: string, caller: string | undefined): Promise<UsableSkill | undefined> {
    const wanted = readReference(reference);
    if (wanted === undefined) return undefined;
    await this.#refresh();
    return this.#known(wanted, caller);
  }

  /** Of what was read already. */
  #known(wanted: SkillReference, caller: string | undefined): UsableSkill | undefined {
    const record = this.#shelf.records.get(wanted.name);
    const version = record && versionFor(wanted, { record, caller });
    return record === undefined || version === undefined ? undefined : { record, version };
  }

  async #textOf(usable: UsableSkill): Promise<string | undefined> {
    return usable.version === 0
      ? await this.#shelf.readFile(usable.record.name)
      : (await this.#versionOf(usable)).text;
  }

  /** What runs is what was checked, from the history: a file that was changed beside it is not. */
  async #versionOf({ record: { name }, version }: UsableSkill) {
    const key = `${name}@${version}`;
    const known = this.#versions.get(key);
    if (known !== undefined) return known;
    const [text, document] = await Promise.all(
      ["skill.ts", "SKILL.md"].map((file) => this.#repository.readVersion(name, version, file)),
    );
    const record = document === undefined ? undefined : readSkillDocument(document);
    if (text === undefined || record === undefined || hashOf(text) !== record.hash) {
      throw new AirlockError("NOT_FOUND", `Cannot read skill: the history has no "${key}"`);
    }
    if (this.#versions.size >= MAX_CACHED) this.#versions.clear();
    const read = { record, text };
    this.#versions.set(key, read);
    return read;
  }

  /** Looks again where a tool promises something else by now. */
  async #brokenOf(usable: UsableSkill, caller: string): Promise<string | undefined> {
    if (usable.version === 0) return undefined;
    const { record, text } = await this.#versionOf(usable);
    if (record.tools.length === 0) return undefined;
    const now = await this.#options.promisesOf(record.tools);
    if (now === undefined || now === record.toolsHash) return undefined;
    const known = this.#notes.checked(record.hash, now);
    if (known !== undefined) return known === "" ? undefined : known;
    const found = await this.#diagnose(text, caller);
    this.#notes.noteCheck(record.hash, now, found);
    return found === "" ? undefined : found;
  }

  async #diagnose(text: string, caller: string): Promise<string> {
    try {
      await this.#options.check(text, this.view(caller));
      return "";
    } catch (error) {
      if (error instanceof AirlockError) return error.message;
      throw error;
    }
  }

  #infoOf({ record, version }: UsableSkill): SkillInfo {
    const uses = this.#notes.usesOf(record.name, version);
    return { ...record, version, trust: trustOf({ record, version }), uses };
  }

  async #indexed(): Promise<ToolIndex> {
    await this.#refresh();
    if (this.#index !== undefined) return this.#index;
    const index = createToolIndex();
    index.setServer(
      "skills",
      this.#shelf.records.values().filter(({ trust }) => trust !== "deprecated").map((record) => ({
        tool: {
          name: record.name,
          description: record.description,
          inputSchema: { type: "object" as const },
        },
        import: `./skills/${record.name}`,
      })).toArray(),
    );
    return this.#index = index;
  }
}

/** The version that a caller gets: the owner any, others those that were approved for them. */
function versionFor(
  { version }: SkillReference,
  { record, caller }: { record: SkillRecord; caller: string | undefined },
): number | undefined {
  if (record.version === 0) return version === undefined ? 0 : undefined;
  if (caller === undefined || caller === record.owner) {
    return version === undefined || version <= record.version
      ? version ?? record.version
      : undefined;
  }
  const { scope } = record;
  const isMeant = scope.kind === "all" || scope.kind === "team" && scope.members.includes(caller);
  if (!isMeant) return undefined;
  if (version === undefined) return record.approved.at(-1);
  return record.approved.includes(version) ? version : undefined;
}

function trustOf({ record, version }: UsableSkill): SkillRecord["trust"] {
  if (version === record.version || record.trust === "deprecated") return record.trust;
  return record.approved.includes(version) ? "approved" : "draft";
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function sameTexts(one: readonly string[], other: readonly string[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
