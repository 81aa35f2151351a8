import type { ProgramEnd } from "./program_end.ts";
import { apply, defineProperty } from "./primordials.ts";
import type { RuntimeCore } from "./runtime_core.ts";

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
  try {
    const { default: main } = await load();
    const value = await main();
    await end.value(typeof value === "function" ? await value() : value);
  } catch (error) {
    await end.thrown(error);
  }
}

const { preventDefault } = Event.prototype;
const thrownOf = Object.getOwnPropertyDescriptor(ErrorEvent.prototype, "error")!.get!;

/**
 * Ends the run also by what is thrown where nobody waits. Listeners would stand in a list that the
 * global object leads to; these are the runtime's own ends of the way, which nothing leads to.
 */
export function watchUncaught(core: RuntimeCore, end: ProgramEnd): void {
  core.setUnhandledPromiseRejectionHandler((_promise, reason) => {
    end.thrown(reason);
    return true;
  });
  core.setHandledPromiseRejectionHandler(() => {});
  core.setReportExceptionCallback((error) => void end.thrown(error));
  // What a listener of the program's throws is told to the global object, by this name.
  defineProperty(globalThis, "dispatchEvent", {
    value(event: ErrorEvent) {
      const error = apply(thrownOf, event, []);
      apply(preventDefault, event, []);
      end.thrown(error);
      return false;
    },
  });
}
