/**
 * `deno task approvals [list | show ID | approve ID | reject ID | revoke ID]`
 *
 * @module
 */
import { exitWithUsage } from "./exit_with_usage.ts";
import { runApprovals } from "./run_approvals.ts";
import { guardConsole } from "./guard_console.ts";

const USAGE = `Usage: deno task approvals [list] [--config FILE]
       deno task approvals show ID
       deno task approvals approve ID [--scope once|program|session|tool] [--max-calls N]
                                      [--minutes N]
       deno task approvals reject ID [--reason TEXT]
       deno task approvals revoke ID`;

if (import.meta.main) {
  guardConsole();
  Deno.exitCode = await runApprovals(Deno.args).catch((error) => exitWithUsage(error, USAGE));
}
