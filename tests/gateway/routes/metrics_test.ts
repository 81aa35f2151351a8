import { assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
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

Deno.test("GET /v1/metrics names no session of another principal", async () => {
  const token = "ann_0123456789abcdef0123456789abcdef";
  const tokenSha256 = createHash("sha256").update(token).digest("hex");
  const { send, run } = await createAppClient({
    config: { gateway: { principals: { ann: { tokenSha256 } } } },
  });
  const ann = { headers: { authorization: `Bearer ${token}` } };
  await (await run({ code: "1", session: "secret-project" })).body?.cancel();
  await (await run({ code: "2", session: "hers" }, ann)).body?.cancel();
  const named = async (init: RequestInit) =>
    (await (await send("/v1/metrics", init)).json()).sessions.map(
      ({ session }: { session: string }) => session,
    );
  assertEquals(await named(ann), ["hers"]);
  assertEquals(await named({}), ["secret-project"]);
});
