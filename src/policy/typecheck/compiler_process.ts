import process from "node:process";
import { lowerPriority, NICE } from "../../process/process_family.ts";
import { type ProcessGroup, spawnGroup } from "../../process/spawn_group.ts";
import type { Reaper } from "../../process/start_reaper.ts";
import { JsonRpcChannel } from "./json_rpc.ts";
import { NO_SKILLS, type ProgramFiles, type UsedFiles } from "./program_files.ts";
import { programFile, projectFile, type Reading } from "./fixed_files.ts";
import { createRequire } from "node:module";
import { dirname, join } from "@std/path";
import { version } from "typescript";

/** What the compiler has to say, as it says it. */
export interface Diagnostic {
  /** In UTF-16 code units of the program's text. */
  readonly pos: number;
  readonly end: number;
  readonly code: number;
  readonly text: string;
  /** Why, from the outside in. */
  readonly messageChain?: readonly Diagnostic[] | null;
}

interface StartCompilerOptions {
  /** The compiler's program. */
  readonly path: string;
  readonly files: ProgramFiles;
  readonly reaper: Reaper;
  /** The path of `prlimit`, where the machine has it. */
  readonly prlimit?: string | undefined;
}

/** A program to check, and how. */
export interface CheckInput {
  readonly text: string;
  readonly reading: Reading;
  readonly used: UsedFiles;
}

const NOTHING: UsedFiles = { wrappers: [], skills: [], library: NO_SKILLS };

const MiB = 1024 * 1024;

/** Collecting garbage begins to press here; the kernel's limit ends the process. */
const SOFT_BYTES = 384 * MiB;
const HARD_BYTES = 1024 * MiB;

/** It takes 0.1 s where nothing else is going on. */
const START_TIMEOUT_MS = 30_000;

/** What the compiler asks of us instead of the disk; all that it can be told to ask. */
const QUESTIONS = ["readFile", "fileExists", "directoryExists", "getAccessibleEntries", "realpath"];

/**
 * Starts the compiler as a process that answers questions. It is spoken to directly and not by the
 * package's own client, which would start it inside of this process group.
 */
export async function startCompiler(options: StartCompilerOptions): Promise<CompilerProcess> {
  const { path, files, reaper, prlimit } = options;
  const limits = [prlimit, "--core=0", `--data=${HARD_BYTES}`, "--fsize=0", "--nofile=64"];
  const group = await spawnGroup([
    ...(prlimit === undefined ? [] : limits as string[]),
    path,
    "--api",
    "--async",
    "--cwd",
    "/",
    `--callbacks=${QUESTIONS.join(",")}`,
  ], {
    // One processor: the other is the host's, and its callers'.
    env: { GOMEMLIMIT: String(SOFT_BYTES), GOGC: "200", GOMAXPROCS: "1" },
    cwd: "/",
    reaper,
  });
  lowerPriority(group.pid, NICE.work);
  const compiler = new CompilerProcess(group, files);
  const timer = setTimeout(() => compiler.kill(), START_TIMEOUT_MS);
  try {
    await compiler.begin();
    return compiler;
  } catch (error) {
    await compiler[Symbol.asyncDispose]();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

interface Snapshot {
  readonly snapshot: number;
  readonly projects: readonly { readonly id: string; readonly configFileName: string }[];
}

/** A compiler that is kept warm: of a program only what is new in it costs time. */
export class CompilerProcess implements AsyncDisposable {
  readonly #group: ProcessGroup;
  readonly #files: ProgramFiles;
  readonly #rpc: JsonRpcChannel;
  readonly #open = new Set<Reading>();
  #turn: Promise<unknown> = Promise.resolve();
  #isGone = false;

  constructor(group: ProcessGroup, files: ProgramFiles) {
    this.#group = group;
    this.#files = files;
    this.#rpc = new JsonRpcChannel({
      input: group.stdin,
      output: group.stdout,
      answer: files.answer,
    });
    void this.#rpc.ended.then(() => this.kill());
    // What it says when it dies may quote a program.
    group.stderr.pipeTo(new WritableStream()).catch(() => {});
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /** What it sees. */
  get files(): ProgramFiles {
    return this.#files;
  }

  /** Has it read what every program needs. */
  async begin(): Promise<void> {
    await this.#rpc.call("initialize", null);
    await this.check({ text: "export {};", reading: "observed", used: NOTHING });
  }

  /**
   * What it has to say about a program; rejects where the process ends over it.
   *
   * `onTurn` is called when those that came earlier no longer hold it up.
   */
  async check(input: CheckInput, onTurn: () => void = () => {}): Promise<readonly Diagnostic[]> {
    const before = this.#turn;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#turn = promise;
    await before;
    let snapshot: Snapshot;
    try {
      onTurn();
      snapshot = await this.#update(input);
    } finally {
      resolve();
    }
    const project = snapshot.projects.find(({ configFileName }) =>
      configFileName === projectFile(input.reading)
    );
    const found = await this.#rpc.call("getSemanticDiagnostics", {
      snapshot: snapshot.snapshot,
      project: project?.id,
      file: programFile(input.reading),
    });
    this.#rpc.call("release", { snapshot: snapshot.snapshot }).catch(() => {});
    return found as Diagnostic[] ?? [];
  }

  /** One at a time: the program has one place among the files. */
  async #update({ text, reading, used }: CheckInput): Promise<Snapshot> {
    const fileChanges = await this.#files.changedFiles(reading, used);
    this.#files.setProgram(reading, text);
    const opened = this.#open.has(reading);
    this.#open.add(reading);
    return await this.#rpc.call("updateSnapshot", {
      ...(opened ? {} : { openProjects: [projectFile(reading)] }),
      fileChanges,
    }) as Snapshot;
  }

  /** Of the process. */
  get pid(): number {
    return this.#group.pid;
  }

  /** Lets it stand still. */
  stop(): void {
    this.#group.signal("SIGSTOP");
  }

  /** Lets it go on. */
  goOn(): void {
    this.#group.signal("SIGCONT");
  }

  /** Ends it at once. */
  kill(): void {
    this.#isGone = true;
    this.#group.kill();
  }

  /** Resolves when nothing of it is left. */
  async ended(): Promise<void> {
    await Promise.all([this.#rpc.ended, this.#group.ended]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill();
    await this.ended();
  }
}

/** The native TypeScript compiler of this machine. */
export interface Compiler {
  readonly version: string;
  /** The program, an absolute path. */
  readonly path: string;
  /** What the language itself declares: the texts of a few files. */
  readonly library: readonly string[];
}

/** There is no compiler for this machine, or it is not where it should be. */
export interface NoCompiler {
  readonly version: string;
  /** What is missing and how to get it, in one line. */
  readonly reason: string;
}

/** The newest edition of the language that the compiler knows, without any host's objects. */
const EDITION = "esnext";

/**
 * Finds the compiler that npm's package `typescript` brings for this platform, wherever it is
 * installed: in Deno's cache or in a folder of modules.
 */
export async function findCompiler(): Promise<Compiler | NoCompiler> {
  const name = `@typescript/typescript-${process.platform}-${process.arch}`;
  try {
    // The name of npm, not that of our import map, which an installed library has not.
    const require = createRequire(import.meta.resolve(`npm:typescript@${version}/package.json`));
    const folder = join(dirname(require.resolve(`${name}/package.json`)), "lib");
    const path = join(folder, process.platform === "win32" ? "tsc.exe" : "tsc");
    const [library] = await Promise.all([readLibrary(folder), Deno.stat(path)]);
    return { version, path, library };
  } catch {
    return {
      version,
      reason: `npm's package ${name}@${version} is not installed: programs run without a type ` +
        `check. "deno cache npm:${name}@${version}" gets it, where there is one for this platform`,
    };
  }
}

/**
 * All files of the edition as one: the compiler then has one file to look at, not ninety. Those that
 * are modules stay alone, because one `export` makes a module of all that is around it.
 */
async function readLibrary(folder: string): Promise<string[]> {
  const scripts: string[] = [];
  const modules: string[] = [];
  const seen = new Set<string>();
  const add = async (name: string): Promise<void> => {
    if (seen.has(name)) return;
    seen.add(name);
    const text = await Deno.readTextFile(join(folder, `lib.${name}.d.ts`));
    for (const [, other] of text.matchAll(REFERENCE)) await add(other!);
    (/^export\b/m.test(text) ? modules : scripts).push(text.replace(/^\/\/\/.*$/gm, ""));
  };
  await add(EDITION);
  return [scripts.join("\n"), ...modules];
}

const REFERENCE = /^\/\/\/ <reference lib="([\w.]+)"/gm;
