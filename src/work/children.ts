import { startChild, type StartChildOptions, type WorkChild } from "./child_process.ts";

/** Options of {@linkcode Children}. */
export interface ChildrenOptions {
  /** How many there may be now. */
  most(): number;
  /** How long one without work is kept. */
  readonly restMs: number;
  start(): Omit<StartChildOptions, "gone">;
  /** Hears that one has ended. */
  gone(child: WorkChild): void;
}

/** The children of a pool: started when they are needed, ended when they have rested. */
export class Children implements AsyncDisposable {
  readonly #options: ChildrenOptions;
  readonly #all = new Set<WorkChild>();
  /** Killed, and not gone yet. */
  readonly #ending = new Set<WorkChild>();
  #idle: WorkChild[] = [];
  #rest: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ChildrenOptions) {
    this.#options = options;
  }

  /** Whether one can be had. */
  get hasRoom(): boolean {
    return this.#idle.length > 0 || this.#all.size < this.#options.most();
  }

  /** Gives one that has no work. */
  take(): WorkChild {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    const child: WorkChild = startChild({
      ...this.#options.start(),
      gone: () => this.#lose(child),
    });
    this.#all.add(child);
    return child;
  }

  /** Takes back one whose work is done. */
  giveBack(child: WorkChild): void {
    if (child.isGone) return;
    this.#idle.push(child);
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => {
      for (const resting of this.#idle.splice(0)) this.end(resting);
    }, this.#options.restMs);
    Deno.unrefTimer(this.#rest);
  }

  /** Kills one; there is room for another at once. */
  end(child: WorkChild): void {
    if (!this.#all.delete(child)) return;
    child.kill();
    this.#ending.add(child);
  }

  #lose(child: WorkChild): void {
    this.#all.delete(child);
    this.#ending.delete(child);
    this.#idle = this.#idle.filter((idle) => idle !== child);
    this.#options.gone(child);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#rest);
    const children = [...this.#all, ...this.#ending];
    await Promise.all(children.map((child) => child[Symbol.asyncDispose]()));
  }
}
