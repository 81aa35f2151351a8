import { assertEquals, assertRejects } from "@std/assert";
import { AirlockError } from "../../src/model/errors.ts";
import type { RunRequest } from "../../src/model/run_request.ts";
import { startTestRuntime } from "../fixtures/test_runtime.ts";

const UNKNOWN: readonly unknown[] = ["never", "Always", "", null, false, true, 0, ["always"], {}];

Deno.test("a request with an unknown value is refused, and not run without what it asks for", async () => {
  await using runtime = await startTestRuntime({});
  const requests = UNKNOWN.flatMap((value) => [
    { approve: value },
    { mode: value },
    { permission: value },
    { principal: { name: "ann", permission: value } },
  ]);
  for (const request of [...requests, { principal: { name: "ann" } }]) {
    const error = await assertRejects(
      () => runtime.run({ code: "return 1;", ...request } as RunRequest),
      AirlockError,
    );
    assertEquals([JSON.stringify(request), error.code], [
      JSON.stringify(request),
      "REQUEST_INVALID",
    ]);
  }
  const call = { server: "crm", tool: "x", arguments: {} };
  await assertRejects(
    () => runtime.callTool({ ...call, permission: "all" as "full" }),
    AirlockError,
  );
  assertEquals((await runtime.run({ code: "return 1;" })).value, 1);
});
