import { assert, assertEquals } from "@std/assert";
import { createAppClient, readProblem } from "../app_client.ts";

const JSON_BODY = { "content-type": "application/json" };

Deno.test("POST, GET and DELETE /v1/sessions create, list and close sessions", async () => {
  const { send } = await createAppClient();
  const post = (body: unknown) =>
    send("/v1/sessions", { method: "POST", headers: JSON_BODY, body: JSON.stringify(body) });
  const created = await (await post({ name: "s" })).json();
  assertEquals(Object.keys(created), ["name", "createdAt", "usedAt", "runs"]);
  const { name } = await (await post({})).json();
  assert(/^s-[0-9a-f-]{36}$/.test(name), name);
  const { sessions } = await (await send("/v1/sessions")).json();
  assertEquals(sessions.length, 2);
  assertEquals((await (await send("/v1/sessions/s")).json()).name, "s");
  assertEquals((await send("/v1/sessions/s", { method: "DELETE" })).status, 200);
  for (const method of ["GET", "DELETE"]) {
    assertEquals((await readProblem(await send("/v1/sessions/s", { method }))).code, "NOT_FOUND");
  }
  for (const bad of ["run_1", "..%2f..", "a~b"]) {
    const problem = await readProblem(await send(`/v1/sessions/${bad}`));
    assertEquals(problem.code, "REQUEST_INVALID", bad);
  }
});
