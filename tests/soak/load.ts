import { exists } from "@std/fs";
import { join } from "@std/path";
import type { RunWay } from "./run_ways.ts";
import type { SoakProgram } from "./soak_program.ts";

/** What became of the runs of a while. */
export interface LoadCount {
  /** Milliseconds that each honest run took. */
  readonly honestMs: readonly number[];
  readonly contained: number;
  /** What went wrong, in words. */
  readonly honestFailures: readonly string[];
  readonly uncontained: readonly string[];
}

/** Options of {@linkcode startLoad}. */
export interface StartLoadOptions {
  readonly honest: readonly SoakProgram[];
  readonly hostile: readonly SoakProgram[];
  readonly ways: readonly RunWay[];
  /** How many runs are under way at any moment. */
  readonly atOnce: number;
  /** Folder of all workspaces. */
  readonly workspace: string;
}

/** Runs that follow each other until they are stopped. */
export interface Load {
  /** What became of those that ended since it was last asked. */
  take(): LoadCount;
  /** Resolves when the last has ended. */
  stop(): Promise<void>;
}

/** One run in so many is hostile. */
const HOSTILE_SHARE = 4;

/** Starts a steady load: each lane runs the next program when its last has ended. */
export function startLoad(options: StartLoadOptions): Load {
  const load = new SteadyLoad(options);
  load.start();
  return load;
}

class SteadyLoad implements Load {
  readonly #options: StartLoadOptions;
  #lanes: Promise<void>[] = [];
  #stopped = false;
  #runs = 0;
  #turns = { honest: 0, hostile: 0 };
  #count = emptyCount();

  constructor(options: StartLoadOptions) {
    this.#options = options;
  }

  start(): void {
    const { atOnce } = this.#options;
    this.#lanes = Array.from({ length: atOnce }, (_, lane) => this.#runLane(`lane-${lane}`));
  }

  take(): LoadCount {
    const count = this.#count;
    this.#count = emptyCount();
    return count;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#lanes);
  }

  async #runLane(lane: string): Promise<void> {
    while (!this.#stopped) {
      const run = this.#runs++;
      const kind = run % HOSTILE_SHARE === HOSTILE_SHARE - 1 ? "hostile" : "honest";
      const programs = this.#options[kind];
      const program = programs[this.#turns[kind]++ % programs.length]!;
      const way = this.#options.ways[run % this.#options.ways.length]!;
      const began = performance.now();
      const problem = await this.#runOne(program, { lane, way }).catch(String);
      this.#note(kind, { problem, program, ms: performance.now() - began });
    }
  }

  async #runOne(program: SoakProgram, { lane, way }: { lane: string; way: RunWay }) {
    const { code, workspace, timeoutMs, leavesAfterMs } = program;
    const result = await way({
      code,
      ...(workspace === "of the lane" && { session: lane }),
      ...(timeoutMs !== undefined && { timeoutMs }),
      ...(leavesAfterMs !== undefined && { signal: AbortSignal.timeout(leavesAfterMs) }),
    });
    // Who left has no result; that the run ended with it is what the count of processes tells.
    if (result === undefined) return undefined;
    await removeFiles(join(this.#options.workspace, result.runId));
    const { status, value, error } = result;
    return program.fits(result) ? undefined : JSON.stringify({ status, value, error });
  }

  #note(
    kind: "honest" | "hostile",
    { problem, program, ms }: { problem: string | undefined; program: SoakProgram; ms: number },
  ): void {
    const { honestMs, honestFailures, uncontained } = this.#count;
    if (problem !== undefined) {
      const list = kind === "honest" ? honestFailures : uncontained;
      list.push(`${program.name}: ${problem.slice(0, 500)}`);
    } else if (kind === "honest") honestMs.push(ms);
    else this.#count.contained++;
  }
}

function emptyCount() {
  return {
    honestMs: [] as number[],
    contained: 0,
    honestFailures: [] as string[],
    uncontained: [] as string[],
  };
}

/** What a run leaves is its client's, who has seen enough of it. */
async function removeFiles(folder: string): Promise<void> {
  if (await exists(folder)) await Deno.remove(folder, { recursive: true });
}
