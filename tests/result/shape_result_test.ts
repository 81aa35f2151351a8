import { assert, assertEquals } from "@std/assert";
import { limitsSection } from "../../src/config/limits.ts";
import { PASS_THROUGH } from "../../src/privacy/run_privacy.ts";
import { createRedactor } from "../../src/result/redactor.ts";
import type { Effect } from "../../src/model/run_result.ts";
import { shapeResult } from "../../src/result/shape_result.ts";

const EFFECT: Effect = {
  server: "crm",
  tool: "update_lead",
  arguments: "{}",
  state: "done",
};

const LIMITS = limitsSection.parse({});

Deno.test("a value whose time is over is withheld, and what the run did stands in its result", async () => {
  const hidePaths = (text: string) => {
    const end = performance.now() + (text.length > 1_000 ? 1 : 0);
    while (performance.now() < end);
    return text;
  };
  const redactor = createRedactor({ privacy: PASS_THROUGH, principal: "ann", hidePaths });
  const isLate = (json: string, deadline: number) => {
    // Masks as in a run, with no time left.
    assert(deadline > performance.now() && deadline <= performance.now() + LIMITS.timeoutMs);
    return redactor.json(json, performance.now() - 1);
  };
  const result = await shapeResult({
    record: {
      runId: "run_1",
      principal: "ann",
      limits: LIMITS,
      risk: null,
      calls: [],
      logs: [{ level: "info", text: "said", atMs: 1 }],
      failures: [],
      wallMs: 29_000,
    },
    ending: { kind: "value", json: JSON.stringify(Array(60_000).fill("x y z")) },
    effects: [EFFECT],
    usage: {
      cpuMs: 1,
      peakMemoryBytes: 1,
      programModelTokens: 1,
      intermediateModelTokens: 1,
      definitionModelTokens: 1,
    },
    attempts: [],
    warnings: [],
    texts: { hidePaths, redactor: { ...redactor, json: isLate } },
  });
  assertEquals([result.status, result.value], ["timed_out", null]);
  assertEquals(result.error?.code, "TIMED_OUT");
  assert(result.error?.message.includes("the value is withheld"));
  assertEquals([result.effects, result.logs.map(({ text }) => text)], [[EFFECT], ["said"]]);
});
