import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { createAppClient, readProblem } from "../app_client.ts";

const tools = ["list_leads", "get_lead"].map((name) => ({
  name,
  inputSchema: { type: "object" as const },
}));

Deno.test("GET /v1/context names connected and unavailable servers", async () => {
  const { send } = await createAppClient({ servers: { crm: tools, down: null } });
  const { text, modelTokens, unavailable } = await (await send("/v1/context")).json();
  assertStringIncludes(text, "1 server connected, 2 tools:\ncrm (2): lead");
  assert(modelTokens > 0 && modelTokens <= 300);
  assertEquals(unavailable, ["down"]);
});

Deno.test("GET /v1/context keeps to the requested budget", async () => {
  const servers = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`server_${n}`, tools]));
  const { send } = await createAppClient({ servers });
  const { text, modelTokens } = await (await send("/v1/context?maxModelTokens=60")).json();
  assert(modelTokens <= 60, text);
  assertStringIncludes(text, "more");
  assertEquals((await readProblem(await send("/v1/context?maxModelTokens=1"))).status, 400);
});
