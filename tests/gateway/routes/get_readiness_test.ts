import { assertEquals } from "@std/assert";
import { createAppClient, readProblem } from "../app_client.ts";

Deno.test("GET /readyz answers without a token, and says no while the gateway stops", async () => {
  const { send, slots, run } = await createAppClient();
  const ready = await send("/readyz", { headers: { authorization: "" } });
  assertEquals([ready.status, await ready.json()], [200, { status: "ready" }]);
  slots.close();
  const response = await send("/readyz", { headers: { authorization: "" } });
  assertEquals(response.headers.get("retry-after"), "2");
  assertEquals((await readProblem(response)).code, "BUSY");
  assertEquals((await readProblem(await run({ code: "x" }))).code, "BUSY");
});
