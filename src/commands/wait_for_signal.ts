const STOP_SIGNALS: readonly Deno.Signal[] = ["SIGTERM", "SIGINT"];
/** The end of the terminal it was started from, if there is one. */
const HANGUP: Deno.Signal = "SIGHUP";
/** What a shell says of a program that an interrupt has ended. */
const INTERRUPTED = 130;

/**
 * Resolves at the first signal to stop; the second ends the process at once. To hang up is such a signal
 * on a terminal only: a service that somebody asks to read its configuration again is not ended.
 */
export function waitForSignal(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const isOnTerminal = Deno.stdin.isTerminal();
  Deno.addSignalListener(HANGUP, () => {
    if (isOnTerminal) resolve();
    else {console.error(
        "SIGHUP does nothing here; SIGTERM ends Airlock, and a start reads its configuration",
      );}
  });
  let stopping = false;
  for (const signal of STOP_SIGNALS) {
    Deno.addSignalListener(signal, () => {
      if (stopping) Deno.exit(INTERRUPTED);
      stopping = true;
      resolve();
    });
  }
  return promise;
}
