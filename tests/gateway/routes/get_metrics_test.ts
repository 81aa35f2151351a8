import { assertEquals } from "@std/assert";
import { createAppClient } from "../app_client.ts";

Deno.test("GET /v1/metrics counts runs, in all and by session", async () => {
  const { send, run } = await createAppClient();
  await (await run({ code: "1", session: "a" })).body?.cancel();
  await (await run({ code: "2" })).body?.cancel();
  const { overall, sessions } = await (await send("/v1/metrics")).json();
  assertEquals([overall.runs, overall.statuses.completed], [2, 2]);
  assertEquals(sessions.map(({ session, runs }: Record<string, unknown>) => [session, runs]), [
    ["a", 1],
  ]);
});
