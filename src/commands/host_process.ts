import type { AuditConfig } from "../config/storage.ts";

/** Logs unhandled errors: a fault of one run must not end the runs of other callers. */
export function outliveFaults(): void {
  addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    console.error("A fault that nothing waited for:", event.reason);
  });
  addEventListener("error", (event) => {
    event.preventDefault();
    console.error("A fault that nothing caught:", event.error);
  });
}

/** Exit code of a program that an interrupt has ended, as shells have it. */
const INTERRUPTED = 130;

/**
 * Resolves at the first SIGTERM or SIGINT; the second ends the process at once. SIGHUP stops only on a
 * terminal: a service that is asked to read its configuration again is not ended.
 */
export function waitForSignal(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const isOnTerminal = Deno.stdin.isTerminal();
  Deno.addSignalListener("SIGHUP", () => {
    if (isOnTerminal) return resolve();
    console.error(
      "SIGHUP does nothing here; SIGTERM ends Airlock, and a start reads its configuration",
    );
  });
  let stopping = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    Deno.addSignalListener(signal, () => {
      if (stopping) Deno.exit(INTERRUPTED);
      stopping = true;
      resolve();
    });
  }
  return promise;
}

/** A warning where unmasked values are kept. */
export function warnOfOriginals({ enabled, originals }: AuditConfig): readonly string[] {
  if (!enabled || !originals.enabled) return [];
  return [
    `audit.originals is on: unmasked programs, arguments and answers are kept, sealed, for ` +
    `${originals.retentionDays} days; "deno task audit originals RUN" shows them`,
  ];
}
