/** `deno task bench`: every benchmark, each beside its baseline of the same run. */
import { benchChecks } from "./checks.ts";
import { benchCodegen } from "./codegen.ts";
import { benchJournal } from "./journal.ts";
import { benchLasting } from "./lasting.ts";
import { benchMemory } from "./memory.ts";
import { benchOverload } from "./overload.ts";
import { benchRisk } from "./risk.ts";
import { benchRuns } from "./runs.ts";
import { benchTiers } from "./tiers.ts";

console.log(`Deno ${Deno.version.deno}, ${navigator.hardwareConcurrency} cores\n`);
await benchRuns();
console.log();
await benchMemory();
console.log();
await benchOverload();
console.log();
await benchTiers();
console.log();
await benchChecks();
console.log();
await benchCodegen();
console.log();
await benchRisk();
console.log();
await benchJournal();
console.log();
await benchLasting();
