import { assertEquals } from "@std/assert";
import { createAppClient, readProblem } from "../app_client.ts";
import { fakeSkills } from "../fake_runtime.ts";

const TOKEN = "bob_0123456789abcdef0123456789abcdef";

Deno.test("skills are saved, found, shown and changed over HTTP, by authorized principals", async () => {
  const dir = await Deno.makeTempDir();
  Deno.env.set("AIRLOCK_TEST_BOB", TOKEN);
  const { send, runtime } = await createAppClient({
    config: { gateway: { principals: { bob: { token: "${env:AIRLOCK_TEST_BOB}" } } } },
  });
  Deno.env.delete("AIRLOCK_TEST_BOB");
  runtime.skills = fakeSkills(dir);
  const post = (path: string, body: unknown, headers = {}) =>
    send(path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  const bob = { authorization: `Bearer ${TOKEN}` };
  const draft = { name: "a", description: "Counts things", code: "export const a = 1;" };
  assertEquals((await (await post("/v1/skills", draft)).json()).version, 1);
  const found = await (await send("/v1/skills?query=count")).json();
  assertEquals(found.skills.map(({ module }: Record<string, unknown>) => module), ["./skills/a"]);
  assertEquals((await (await send("/v1/skills/a")).json()).code, draft.code);

  assertEquals((await (await send("/v1/skills", { headers: bob })).json()).skills, []);
  for (const body of [{ action: "approve", scope: { kind: "all" } }, { action: "deprecate" }]) {
    assertEquals((await readProblem(await post("/v1/skills/a", body, bob))).code, "NOT_FOUND");
  }
  const approved = await post("/v1/skills/a@1", { action: "approve", scope: { kind: "all" } });
  assertEquals((await approved.json()).trust, "approved");
  assertEquals((await (await send("/v1/skills/a", { headers: bob })).json()).version, 1);
  for (const action of ["deprecate", "approve"]) {
    const body = action === "approve" ? { action, scope: { kind: "all" } } : { action };
    assertEquals((await readProblem(await post("/v1/skills/a", body, bob))).code, "FORBIDDEN");
  }
  const back = await post("/v1/skills/a", { action: "rollback", version: 1 });
  assertEquals((await back.json()).version, 2);
  for (const name of ["none", "a@9", "..%2fa"]) {
    assertEquals((await readProblem(await send(`/v1/skills/${name}`))).code, "NOT_FOUND", name);
  }
  assertEquals(
    (await readProblem(await post("/v1/skills", { name: "b" }))).code,
    "REQUEST_INVALID",
  );
  const ofRun = { name: "of-run", description: "Does it again", runId: "run_1" };
  assertEquals((await (await post("/v1/skills", ofRun)).json()).version, 1);
  assertEquals((await readProblem(await post("/v1/skills", ofRun, bob))).code, "NOT_FOUND");
  const both = await post("/v1/skills", { ...ofRun, code: draft.code });
  assertEquals((await readProblem(both)).code, "REQUEST_INVALID");
  await runtime.skills[Symbol.asyncDispose]();
  await Deno.remove(dir, { recursive: true });
});

Deno.test("saving a skill takes a run slot, because its tests are a run", async () => {
  const dir = await Deno.makeTempDir();
  const { runtime, send, slots } = await createAppClient({
    config: { gateway: { concurrentRuns: 1 } },
  });
  runtime.skills = fakeSkills(dir);
  const save = () =>
    send("/v1/skills", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ name: "a", description: "Adds", code: "export const a = 1;" }),
    });
  {
    using _run = await slots.take(new AbortController().signal);
    assertEquals((await readProblem(await save())).code, "BUSY");
  }
  assertEquals((await (await save()).json()).version, 1);
  // The slot came back.
  assertEquals((await (await save()).json()).version, 1);
  await runtime.skills[Symbol.asyncDispose]();
  await Deno.remove(dir, { recursive: true });
});
