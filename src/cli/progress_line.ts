import type { RunEvent } from "../runtime_types.ts";

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
  const timer = onTerminal ? setInterval(draw, PATIENCE_MS) : undefined;

  function draw(): void {
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
      if (event.type === "call") calls++;
      const line = lineOf(event);
      if (line === undefined) return;
      clear();
      write(`${safe(line)}\n`);
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

/** A program's words must not move the cursor or retitle the terminal of the person who reads them. */
function safe(text: string): string {
  // deno-lint-ignore no-control-regex -- these are what is taken out
  return text.replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, "\ufffd");
}
