import { safeText } from "./safe_text.ts";
import type { RunEvent } from "../model/run_request.ts";

/** Runs shorter than this show no progress. */
const PATIENCE_MS = 1_000;
const CLEAR_LINE = "\r\x1b[K";

/** Shows on stderr what happens in a run. */
export interface ProgressLine {
  show(event: RunEvent): void;
  /** Takes the progress away; what was logged stays. */
  end(): void;
}

/** Makes the progress of one run: log lines as they come and, on a terminal, the time and calls. */
export function createProgressLine(): ProgressLine {
  const onTerminal = Deno.stderr.isTerminal();
  const began = performance.now();
  let calls = 0;
  let shown = false;
  // What is asked stands in the line that the progress would take.
  let isAsked = false;
  const timer = onTerminal ? setInterval(draw, PATIENCE_MS) : undefined;

  function draw(): void {
    if (isAsked) return;
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    write(`${CLEAR_LINE}… ${seconds} s, ${calls} calls`);
    shown = true;
  }

  function clear(): void {
    if (shown) write(CLEAR_LINE);
    shown = false;
  }

  return {
    show(event) {
      isAsked = event.type === "approval";
      if (isAsked) clear();
      if (event.type === "call") calls++;
      const line = lineOf(event);
      if (line === undefined) return;
      clear();
      write(`${safeText(line)}\n`);
    },
    end() {
      clearInterval(timer);
      clear();
    },
  };
}

function lineOf(event: RunEvent): string | undefined {
  if (event.type === "log") return event.line.text;
  if (event.type !== "escape_attempt") return undefined;
  const { permission, value } = event.attempt;
  return `refused: ${permission} ${JSON.stringify(value)}`;
}

function write(text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let written = 0; written < bytes.length;) {
    written += Deno.stderr.writeSync(bytes.subarray(written));
  }
}
