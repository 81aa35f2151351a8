import { z } from "@hono/zod-openapi";
import {
  callRecord,
  logLine,
  risk,
  runError,
  runResult,
  usage,
} from "../result/run_result_schema.ts";
import { EXAMPLE_RESULT } from "./example_result.ts";

/** The schema of a run's result as it is, under the names that the document gives its parts. */
export const namedRunResult = runResult.extend({
  // Said in its own words: what is derived from the schema of any JSON refuses a null within it.
  value: z.json().openapi({
    type: ["string", "number", "boolean", "object", "array", "null"],
    description: "What the program returned; null if nothing; a file_reference if large",
  }),
  logs: z.array(logLine.clone().openapi("LogLine")),
  calls: z.array(callRecord.clone().openapi("CallRecord")),
  error: runError.clone().openapi("RunError").nullable(),
  risk: risk.clone().openapi("Risk").nullable(),
  usage: usage.clone().openapi("Usage"),
}).openapi("RunResult", { example: EXAMPLE_RESULT });

const runId = z.string().openapi({ example: EXAMPLE_RESULT.runId });

/** What is known of a run: it is under way, or has its result. */
export const knownRun = z.discriminatedUnion("state", [
  z.object({ runId, state: z.literal("running") }),
  z.object({ runId, state: z.literal("finished"), result: namedRunResult }),
]).openapi("KnownRun");

/** The path of a run. */
export const runPath = z.object({
  id: z.string().max(100).openapi({
    description: "The runId of its result, or of its event `started`",
    example: EXAMPLE_RESULT.runId,
  }),
});

/** What a tool's server says of its effects; absent means unknown. */
export const annotations = z.object({
  title: z.string().optional(),
  readOnlyHint: z.boolean().optional(),
  destructiveHint: z.boolean().optional(),
  idempotentHint: z.boolean().optional(),
  openWorldHint: z.boolean().optional(),
}).openapi("ToolAnnotations");
