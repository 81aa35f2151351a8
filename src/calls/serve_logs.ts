import { z } from "zod";
import type { LogLine } from "../model/run_result.ts";
import { FrameOverLimitError } from "./frame_intake.ts";
import { decodeBody, encodeBody, type Frame, type FrameBatches } from "../model/frames.ts";
import { FRAME, type Log } from "../model/protocol.ts";

/** Options of {@linkcode serveLogs}. */
export interface ServeLogsOptions {
  /** Most bytes that a run may log. */
  readonly maxBytes: number;
  /** Takes lines in their order, those that came together at once. */
  log(lines: readonly LoggedText[]): Promise<void>;
  /** Reads on and drops what it reads; gives whether the output ended within so many bytes. */
  drain(maxBytes: number): Promise<"ended" | "too_much">;
}

/** A line of the log as the program wrote it. */
type LoggedText = Omit<LogLine, "atMs">;

const logBody = z.strictObject({
  level: z.enum(["debug", "info", "warn", "error"]),
  text: z.string(),
});

/** What a frame costs beside its text, so that empty lines are not free. */
const FRAME_COST_BYTES = 8;

/** What a line counts of the bytes that a run may log. */
export function logBytes(line: Log): number {
  return encodeBody(line).length + FRAME_COST_BYTES;
}

/**
 * Takes what a worker logs until its output ends; gives whether it logged too much. It is the
 * program's word and nothing is believed of it: what is no log line ends the log. What follows is read
 * all the same, because a full pipe would hold the worker.
 */
export async function serveLogs(
  output: FrameBatches,
  { maxBytes, log, drain }: ServeLogsOptions,
): Promise<"ended" | "too_much"> {
  let bytes = 0;
  try {
    for await (const batch of output) {
      const lines: LoggedText[] = [];
      let end: "ended" | "unreadable" | "too_much" | undefined;
      for (const frame of batch) {
        bytes += frame.body.length + FRAME_COST_BYTES;
        const line = bytes > maxBytes ? "too_much" : readLine(frame);
        if (typeof line === "string") {
          end = line;
          break;
        }
        lines.push(line);
      }
      if (lines.length > 0) await log(lines);
      if (end === "too_much") return end;
      if (end === "unreadable") return await drain(maxBytes);
      if (end === "ended") {
        // Nobody waits for what comes after the last word.
        drain(maxBytes);
        return end;
      }
    }
  } catch (error) {
    if (error instanceof FrameOverLimitError) return "too_much";
    // Not frames, or cut off where the worker was ended.
    return await drain(maxBytes);
  }
  return "ended";
}

/** What is no line ends the log. */
function readLine(frame: Frame): LoggedText | "ended" | "unreadable" {
  if (frame.type !== FRAME.log) return "ended";
  try {
    return logBody.parse(decodeBody(frame));
  } catch {
    return "unreadable";
  }
}
