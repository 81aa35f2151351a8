import type { ProgramEnd } from "./program_end.ts";

/** What the host makes of a program. */
export interface ProgramModule {
  /** Runs the program; gives what it returned or exported. */
  default(): Promise<unknown>;
}

/** Runs the program, calls what it gave if that is a function, and tells the host how it ended. */
export async function runProgram(
  load: () => Promise<ProgramModule>,
  end: ProgramEnd,
): Promise<void> {
  reportUncaught(end);
  try {
    const { default: main } = await load();
    const value = await main();
    await end.value(typeof value === "function" ? await value() : value);
  } catch (error) {
    await end.thrown(error);
  }
}

// Taken before the program could: what is not prevented, the runtime prints.
const { preventDefault } = Event.prototype;
const { apply } = Reflect;

/** What is thrown where nobody waits ends the run as well. */
function reportUncaught(end: ProgramEnd): void {
  addEventListener("unhandledrejection", (event) => {
    apply(preventDefault, event, []);
    end.thrown(event.reason);
  });
  addEventListener("error", (event) => {
    apply(preventDefault, event, []);
    end.thrown(event.error);
  });
}
