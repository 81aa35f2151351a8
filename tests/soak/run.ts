/**
 * `deno task soak --minutes N [--at-once N] [--tier process|bubblewrap|container]`
 *
 * Loads one runtime with honest and hostile programs, prints a row of figures for each interval, and
 * at the end whether each of them stayed flat. Exit code 1 where one did not, an honest run failed,
 * or a hostile one was not contained.
 *
 * @module
 */
import { exitWithUsage } from "../../src/commands/exit_with_usage.ts";
import { parseCommandLine } from "../../src/commands/parse_command_line.ts";
import { AirlockError } from "../../src/model/errors.ts";
import { readTotals } from "./read_totals.ts";
import { soak, type SoakOptions } from "./soak.ts";
import { HEADER, showRow, showVerdicts } from "./show_soak.ts";

const USAGE =
  "Usage: deno task soak --minutes N [--at-once N] [--tier process|bubblewrap|container]";
const TIERS = ["process", "bubblewrap", "container"] as const;
const MAX_MINUTES = 24 * 60;
const MAX_AT_ONCE = 16;
const ROWS = 30;

if (import.meta.main) {
  Deno.exit(await main(Deno.args).catch((error) => exitWithUsage(error, USAGE)));
}

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  console.log(HEADER);
  const report = await soak({ ...options, onRow: (row) => console.log(showRow(row)) });
  const totals = readTotals(report, options);
  console.log(`\n${showVerdicts(totals)}`);
  return totals.passed ? 0 : 1;
}

function readOptions(args: readonly string[]): Omit<SoakOptions, "onRow"> {
  const { values } = parseCommandLine(args, {
    positionals: 0,
    options: {
      minutes: { type: "string" },
      "at-once": { type: "string", default: "4" },
      tier: { type: "string", default: "process" },
    },
  });
  const minutes = readNumber("--minutes", values.minutes, {
    max: MAX_MINUTES,
    form: /^\d+(\.\d+)?$/,
  });
  const atOnce = readNumber("--at-once", values["at-once"], { max: MAX_AT_ONCE, form: /^\d+$/ });
  const tier = TIERS.find((name) => name === values.tier);
  if (tier === undefined) throw usage(`"--tier" must be ${TIERS.join(", ")}`);
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
  throw usage(`"${name}" must be a number above 0, at most ${max}`);
}

function usage(problem: string): AirlockError {
  return new AirlockError("USAGE", `Cannot read command: ${problem}`);
}
