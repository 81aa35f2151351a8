import { apply, partOfBytes } from "./primordials.ts";
import { encodeBody, encodeFrame } from "../model/frames.ts";
import { FRAME, type Log } from "../model/protocol.ts";

/** Where the program's log lines go: standard output, as frames. */
export interface LogOutput {
  /** Done when it returns: what was logged before an endless loop is there to be read. */
  write(log: Log): void;
  /**
   * Says that nothing more comes, so that nobody waits for the end of the process. What is written
   * after it is dropped: nobody reads it, and a full pipe would hold the thread.
   */
  end(): void;
}

/** Takes standard output, before the program could. */
export function createLogOutput(): LogOutput {
  const { stdout } = Deno;
  const { writeSync } = stdout;
  const send = (type: number, body: unknown) => {
    const frame = encodeFrame({ type, id: 0, body: encodeBody(body) });
    for (let written = 0; written < frame.length;) {
      written += apply(writeSync, stdout, [partOfBytes(frame, written)]) as number;
    }
  };
  let hasEnded = false;
  return {
    write(log) {
      if (!hasEnded) send(FRAME.log, log);
    },
    end() {
      if (hasEnded) return;
      hasEnded = true;
      send(FRAME.logEnd, null);
    },
  };
}
