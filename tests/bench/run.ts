/** `deno task bench`: every benchmark, each beside its baseline of the same run. */
import { benchCodegen } from "./codegen.ts";
import { benchRuns } from "./runs.ts";

console.log(`Deno ${Deno.version.deno}, ${navigator.hardwareConcurrency} cores\n`);
await benchRuns();
console.log();
await benchCodegen();
