/**
 * Prints how well personal data is found, and how fast it is:
 *
 *     deno run -A tests/bench/privacy.ts
 *
 * The labelled data lies beside the project in `../shared/data/privacy`; without it only the speed
 * is printed.
 *
 * @module
 */
import { createPrivacySession } from "../../src/privacy/privacy_session.ts";
import { Finder } from "../../src/privacy/detect/find.ts";
import { searchText } from "../../src/privacy/detect/search_text.ts";
import { type Level, privacySettings } from "../../src/model/privacy_settings.ts";
import { openOffThread } from "../privacy/open_off_thread.ts";
import { Protection } from "../../src/privacy/protection.ts";
import { Vault } from "../../src/privacy/vault/vault.ts";
import { makeLog, makeProse, makeTable } from "./privacy_data.ts";
import { readSamples, scoreRecords, scoreTexts, touchedShare } from "./privacy_score.ts";

const PROSE = ["templates_faker", "presidio_research_synth_v2_even", "nannigalaxy_pii_nano_en"];
const ROUNDS = 5;
const MEGABYTE = 1_000_000;

if (import.meta.main) {
  for (const name of PROSE) printTexts(name);
  printRecords();
  printClean();
  printScanSpeed();
  printTable();
  await printOffThread();
}

function printTexts(name: string): void {
  const samples = readSamples(name);
  if (samples === undefined) return console.log(`${name}: not here`);
  const medium = scoreTexts(samples, "medium");
  const high = scoreTexts(samples, "high");
  console.log(`\n${name}: ${samples.length} texts; precision and recall on level medium | high`);
  for (const kind of [...high.keys()].sort()) {
    const cells = [medium, high].map((scores) => {
      const { gold, hit, found, right } = scores.get(kind) ??
        { gold: 0, hit: 0, found: 0, right: 0 };
      return `${share(right, found)} ${share(hit, gold)}`;
    });
    const { gold, found } = high.get(kind)!;
    console.log(`  ${kind.padEnd(12)} ${cells.join(" | ")}   (${gold} labelled, ${found} found)`);
  }
}

function printRecords(): void {
  const samples = readSamples("structured_json_faker");
  if (samples === undefined) return;
  console.log("\nstructured_json_faker: labelled characters masked, maskings right");
  for (const level of ["medium", "high"] as const) {
    const { masked, right } = scoreRecords(samples, level);
    console.log(`  ${level.padEnd(12)} ${masked.toFixed(4)} ${right.toFixed(4)}`);
  }
}

function printClean(): void {
  const samples = readSamples("hard_negatives");
  if (samples === undefined) return;
  const shares = (["low", "medium", "high"] as const)
    .map((level) => `${level} ${(touchedShare(samples, level) * 100).toFixed(1)} %`);
  console.log(`\nhard_negatives touched: ${shares.join(", ")}`);
}

function printScanSpeed(): void {
  console.log("\nspeed of finding, one thread, best of five (MB/s)");
  for (
    const [name, text] of [["logs", makeLog(4 * MEGABYTE)], [
      "prose",
      makeProse(2 * MEGABYTE),
    ]] as const
  ) {
    const cells = (["medium", "high"] as const).map((level) => {
      const finder = makeFinder(level);
      const ms = best(() => void searchText(finder, text));
      return `${level} ${(text.length / MEGABYTE / (ms / 1_000)).toFixed(1)}`;
    });
    console.log(`  ${name.padEnd(12)} ${cells.join(", ")}`);
  }
  const line = makeLog(MEGABYTE).replaceAll("\n", " ");
  console.log(
    `  one line of 1 MB: ${
      best(() => void searchText(makeFinder("high"), line)).toFixed(0)
    } ms on level high`,
  );
}

function printTable(): void {
  const rows = makeTable(10_000);
  const bytes = JSON.stringify(rows).length;
  const protection = new Protection(privacySettings.parse({}));
  let masked: unknown;
  let privacy = openPrivacySession(protection);
  const maskMs = best(() => {
    privacy = openPrivacySession(protection);
    masked = privacy.maskNow(rows, { direction: "in", server: "crm", tool: "list" });
  });
  let restored: unknown;
  const restoreMs = best(() => {
    const outcome = privacy.restore(masked, { server: "crm", tool: "update" });
    restored = outcome.status === "restored" ? outcome.value : undefined;
  });
  const isExact = JSON.stringify(restored) === JSON.stringify(rows);
  console.log(
    `\ntable of 10,000 rows, ${(bytes / MEGABYTE).toFixed(1)} MB: masked in ${
      maskMs.toFixed(0)
    } ms, restored in ${restoreMs.toFixed(0)} ms, exact: ${isExact}`,
  );
}

async function printOffThread(): Promise<void> {
  const settings = privacySettings.parse({});
  await using offThread = await openOffThread(settings);
  const rows = makeTable(10_000);
  let stall = 0;
  let last = performance.now();
  const watch = setInterval(() => {
    const now = performance.now();
    stall = Math.max(stall, now - last - 5);
    last = now;
  }, 5);
  for (let round = 0; round < 3; round++) {
    stall = 0;
    const from = performance.now();
    const privacy = createPrivacySession({
      protection: new Protection(settings),
      vault: new Vault({ session: "bench" }),
      offThread: offThread.finder,
    });
    await privacy.mask(rows, { direction: "in", server: "crm" });
    const ms = performance.now() - from;
    if (round === 2) {
      console.log(`off the event loop: ${ms.toFixed(0)} ms, longest stall ${stall.toFixed(0)} ms`);
    }
  }
  clearInterval(watch);
}

function openPrivacySession(protection: Protection) {
  return createPrivacySession({
    protection,
    vault: new Vault({ session: "bench" }),
    onEvents: () => {},
  });
}

function makeFinder(level: Level): Finder {
  const protection = new Protection(privacySettings.parse({ level }));
  return new Finder(protection.finderOptions(protection.profileOf({})));
}

function best(act: () => void): number {
  let least = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const from = performance.now();
    act();
    least = Math.min(least, performance.now() - from);
  }
  return least;
}

function share(part: number, whole: number): string {
  return whole === 0 ? " --  " : (part / whole).toFixed(3);
}
