import type { SessionKeeper } from "./sessions.ts";

const HOUR_MS = 60 * 60 * 1_000;

/** Closes what is past its time, now and every hour until it is disposed. */
export function sweepSessions({ sweep }: { sweep: SessionKeeper["sweep"] }): AsyncDisposable {
  let sweeping = Promise.resolve();
  const begin = () => {
    // A disk that cannot be written to keeps what it has; no run fails over it.
    sweeping = sweeping.then(() => sweep()).then(() => {}, () => {});
  };
  begin();
  const timer = setInterval(begin, HOUR_MS);
  Deno.unrefTimer(timer);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await sweeping;
    },
  };
}
