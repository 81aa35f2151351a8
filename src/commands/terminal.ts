import type { RunEvent } from "../model/run_request.ts";

/**
 * Makes a text safe for a person's terminal: replaces control characters, which move the cursor or
 * retitle the window, and characters that change how words read.
 */
export function safeText(text: string): string {
  return text.replace(MISLEADING, "\ufffd");
}

/** {@linkcode safeText} for a text with CRLF line ends. */
export function safeLines(text: string): string {
  return safeText(text.replaceAll("\r\n", "\n"));
}

const MISLEADING =
  // deno-lint-ignore no-control-regex -- these are what is taken out
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]|\p{Cf}/gu;

const METHODS = ["log", "error", "warn", "info", "debug"] as const;

/**
 * Makes all console output of this process safe for a terminal, whatever its source: programs, servers,
 * skills, files.
 */
export function guardConsole(): void {
  for (const method of METHODS) {
    const write = console[method].bind(console);
    console[method] = (...values: unknown[]) => write(safeLines(values.map(textOf).join(" ")));
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : Deno.inspect(value, { colors: false });
}

/** Writes all of some bytes. */
export function writeAll(stream: { writeSync(bytes: Uint8Array): number }, bytes: Uint8Array) {
  for (let written = 0; written < bytes.length;) {
    written += stream.writeSync(bytes.subarray(written));
  }
}

function writeError(text: string): void {
  writeAll(Deno.stderr, new TextEncoder().encode(text));
}

/** A terminal with a person. */
export interface Terminal {
  /** Resolves to the next line; undefined at the end of input. */
  readLine(): Promise<string | undefined>;
  write(text: string): void;
}

/** The terminal of this process; undefined where it has none. */
export function openTerminal(): Terminal | undefined {
  if (!Deno.stdin.isTerminal() || !Deno.stderr.isTerminal()) return undefined;
  let rest = "";
  const chunk = new Uint8Array(4_096);
  return {
    async readLine() {
      while (!rest.includes("\n")) {
        const size = await Deno.stdin.read(chunk);
        if (size === null) return undefined;
        rest += new TextDecoder().decode(chunk.subarray(0, size));
      }
      const [line = "", ...more] = rest.split("\n");
      rest = more.join("\n");
      return line;
    },
    write: writeError,
  };
}

/** Runs shorter than this show no progress. */
const PATIENCE_MS = 1_000;
const CLEAR_LINE = "\r\x1b[K";

/** Shows a run's progress on stderr: log lines as they come and, on a terminal, time and calls. */
export function createProgressLine(): { show(event: RunEvent): void; end(): void } {
  const began = performance.now();
  let calls = 0;
  let shown = false;
  // A question takes the line that the progress would take.
  let isAsked = false;
  const timer = Deno.stderr.isTerminal() ? setInterval(draw, PATIENCE_MS) : undefined;

  function draw(): void {
    if (isAsked) return;
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    writeError(`${CLEAR_LINE}… ${seconds} s, ${calls} calls`);
    shown = true;
  }

  function clear(): void {
    if (shown) writeError(CLEAR_LINE);
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
      writeError(`${safeText(line)}\n`);
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
