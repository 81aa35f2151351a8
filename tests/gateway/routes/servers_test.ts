import { assert, assertEquals } from "@std/assert";
import { createAppClient } from "../app_client.ts";

Deno.test("GET /v1/servers lists all servers, and of failed ones only why", async () => {
  const { send } = await createAppClient({ servers: { crm: [], down: null } });
  const text = await (await send("/v1/servers")).text();
  assertEquals(JSON.parse(text).servers, [
    {
      name: "crm",
      kind: "stdio",
      folder: "crm",
      state: "connected",
      tools: 0,
      problems: [],
      changed: [],
      suspicious: [],
    },
    {
      name: "down",
      kind: "stdio",
      folder: "down",
      state: "failed",
      problems: [],
      changed: [],
      suspicious: [],
      error: "its command was not found",
    },
  ]);
  assert(!text.includes("/root"), text);
});
