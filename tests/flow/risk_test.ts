import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { AirlockError } from "../../src/model/errors.ts";
import { runResult } from "../../src/model/run_result.ts";
import type { RunEvent } from "../../src/model/run_request.ts";
import { startTestRuntime } from "../fixtures/test_runtime.ts";

const DELETES = `import { list_leads, delete_lead } from "./servers/crm";
const { leads } = await list_leads({ limit: 3 });
for (const { id } of leads.slice(0, 3)) await delete_lead({ lead_id: id });
return leads.length;`;

Deno.test("every run says its risk, in its result and as it happens, and is not kept from running", async () => {
  await using runtime = await startTestRuntime({ servers: ["crm"] });
  const events: RunEvent[] = [];
  const result = await runtime.run({ code: DELETES, onEvent: (event) => void events.push(event) });
  runResult.parse(result);
  assertEquals([result.status, result.value], ["completed", 3]);
  assertEquals([result.risk?.level, result.risk?.estimatedWrites], ["high", 3]);
  const found = result.risk!.findings.find(({ rule }) => rule === "writes_in_a_loop")!;
  assertEquals(found.line, 3);
  assertEquals(events.slice(0, 2).map(({ type }) => type), ["started", "risk"]);
  const known = await runtime.find(result.runId);
  assert(known?.state === "finished");
  assertEquals(known.result.risk, result.risk);
});

Deno.test("a program that cannot be read has no risk", async () => {
  await using runtime = await startTestRuntime();
  const { status, risk } = await runtime.run({ code: "const = 1;" });
  assertEquals([status, risk], ["failed", null]);
});

Deno.test("a program of a blocked level is denied, with its risk and what would lower it", async () => {
  await using runtime = await startTestRuntime({
    servers: ["crm"],
    policy: { risk: { block: "high" } },
  });
  const { status, error, risk, calls } = await runtime.run({ code: DELETES });
  assertEquals([status, error?.code, risk?.level, calls], ["denied", "RISK_TOO_HIGH", "high", []]);
  assertStringIncludes(error!.message, "crm.delete_lead");
  assert(error?.hint !== undefined && error.line !== undefined);
  assertEquals((await runtime.run({ code: "return 1;" })).status, "completed");
});

Deno.test("a configuration that names a rule that there is not is refused at start", async () => {
  const error = await assertRejects(
    () => startTestRuntime({ policy: { risk: { rules: { no_such_rule: "off" } } } }),
    AirlockError,
  );
  assertEquals(error.code, "CONFIG_INVALID");
});
