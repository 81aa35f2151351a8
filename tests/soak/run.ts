/**
 * `deno task soak --minutes N [--at-once N] [--tier process|bubblewrap|container]`
 *
 * Loads one runtime with honest and hostile programs, prints a row of figures for each interval, and
 * at the end whether each of them stayed flat. Exit code 1 where one did not, an honest run failed,
 * or a hostile one was not contained.
 *
 * @module
 */
import { defineCommand, main, readChoice, usageError } from "../../src/commands/command_line.ts";
import { readTotals } from "./read_totals.ts";
import { soak, type SoakOptions } from "./soak.ts";
import { HEADER, showRow, showVerdicts } from "./show_soak.ts";

const TIERS = ["process", "bubblewrap", "container"] as const;
const MAX_MINUTES = 24 * 60;
const MAX_AT_ONCE = 16;
const ROWS = 30;

const command = defineCommand({
  verb: "soak",
  options: { minutes: "N", "at-once": "N", tier: TIERS.join("|") },
  forms: {
    async "--minutes [--at-once] [--tier]"(_words, values) {
      const options = readOptions(values);
      console.log(HEADER);
      const report = await soak({ ...options, onRow: (row) => console.log(showRow(row)) });
      const totals = readTotals(report, options);
      console.log(`\n${showVerdicts(totals)}`);
      return totals.passed ? 0 : 1;
    },
  },
});

if (import.meta.main) await main(command, "at once");

function readOptions(
  values: { readonly [Name in "minutes" | "at-once" | "tier"]?: string | undefined },
): Omit<SoakOptions, "onRow"> {
  const minutes = readNumber("--minutes", values.minutes, {
    max: MAX_MINUTES,
    form: /^\d+(\.\d+)?$/,
  });
  const atOnce = readNumber("--at-once", values["at-once"] ?? "4", {
    max: MAX_AT_ONCE,
    form: /^\d+$/,
  });
  const tier = readChoice("--tier", values.tier, TIERS) ?? "process";
  const durationMs = minutes * 60_000;
  const intervalMs = Math.min(60_000, Math.max(1_000, durationMs / ROWS));
  return { durationMs, intervalMs, atOnce, isolation: { tier } };
}

interface NumberForm {
  readonly max: number;
  readonly form: RegExp;
}

function readNumber(name: string, text: string | undefined, { max, form }: NumberForm): number {
  const number = form.test(text ?? "") ? Number(text) : NaN;
  if (number > 0 && number <= max) return number;
  throw usageError(`"${name}" (${text}) is not a number above 0, at most ${max}`);
}
