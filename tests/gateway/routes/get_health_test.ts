import { assertEquals } from "@std/assert";
import { createAppClient } from "../app_client.ts";

Deno.test("GET /healthz answers without a token, also while the gateway stops", async () => {
  const { send, slots } = await createAppClient();
  for (let round = 0; round < 2; round++) {
    const response = await send("/healthz", { headers: { authorization: "" } });
    assertEquals([response.status, await response.json()], [200, { status: "ok" }]);
    slots.close();
  }
});
