import { z } from "@hono/zod-openapi";
import {
  callRecord,
  effect,
  logLine,
  risk,
  runError,
  type RunResult,
  runResult,
  usage,
} from "../model/run_result.ts";

/** The result that the document shows. */
export const EXAMPLE_RESULT: RunResult = {
  runId: "run_5e0d1c9f2b7a4e6688f1",
  status: "completed",
  risk: { level: "low", score: 0, findings: [], estimatedWrites: 0 },
  value: { duplicates: 40 },
  logs: [{ level: "info", text: "40 of 10000 leads are duplicates", atMs: 61.4 }],
  calls: [
    {
      seq: 1,
      server: "crm",
      tool: "list_leads",
      outcome: "ok",
      ms: 18.2,
      argumentBytes: 15,
      resultBytes: 1_204_331,
    },
  ],
  effects: [],
  approvals: [],
  error: null,
  warnings: [],
  usage: {
    wallMs: 74.9,
    cpuMs: 81,
    peakMemoryBytes: 61_341_696,
    calls: 1,
    intermediateBytes: 1_204_346,
    modelTokens: 17,
    programModelTokens: 61,
    intermediateModelTokens: 421_870,
    savedModelTokens: 421_792,
    definitionModelTokens: 3_004,
  },
  files: [],
  suspicious: [],
  escapeAttempts: [],
};

/** The schema of a run's result, its parts named for the document. */
export const namedRunResult = runResult.extend({
  // Written out: what zod-openapi derives from z.json() refuses a null within it.
  value: z.json().openapi({
    type: ["string", "number", "boolean", "object", "array", "null"],
    description: "What the program returned; null if nothing; a file_reference if large",
  }),
  logs: z.array(logLine.clone().openapi("LogLine")),
  calls: z.array(callRecord.clone().openapi("CallRecord")),
  effects: z.array(effect.clone().openapi("Effect")),
  error: runError.clone().openapi("RunError").nullable(),
  risk: risk.clone().openapi("Risk").nullable(),
  usage: usage.clone().openapi("Usage"),
}).openapi("RunResult", { example: EXAMPLE_RESULT });

const runId = z.string().openapi({ example: EXAMPLE_RESULT.runId });

/** The state of a run, with its result where it has one. */
export const knownRun = z.discriminatedUnion("state", [
  z.object({ runId, state: z.literal("running") }),
  z.object({ runId, state: z.literal("interrupted") }),
  z.object({ runId, state: z.literal("waiting"), result: namedRunResult }),
  z.object({ runId, state: z.literal("finished"), result: namedRunResult }),
]).openapi("KnownRun");

/** The path parameters of a run. */
export const runPath = z.object({
  id: z.string().max(100).openapi({
    description: "The runId of its result, or of its event `started`",
    example: EXAMPLE_RESULT.runId,
  }),
});
