import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { createHash } from "node:crypto";
import { createAppClient, readProblem } from "../app_client.ts";
import { fakeSkills } from "../fake_runtime.ts";

const ASKED = {
  runId: "run_1",
  kind: "run",
  callKey: "",
  occurrence: 0,
  programHash: "hash",
  shown: {
    level: "high",
    findings: [{ message: "It deletes", line: 2 }],
    estimatedWrites: null,
    tools: [{ server: "crm", tool: "delete_lead", effect: "destroys" }],
  },
} as const;

function post(body: unknown): RequestInit {
  return {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json" },
  };
}

Deno.test("/v1/approvals lists, decides once, and revokes approvals", async () => {
  const { send, runtime } = await createAppClient();
  const { approvalId: id } = await runtime.approvals.ask(ASKED);
  const { approvals: [listed] } = await (await send("/v1/approvals")).json();
  assertEquals([listed.approvalId, listed.state, listed.level], [id, "waiting", "high"]);
  const shown = await (await send(`/v1/approvals/${id}`)).json();
  assertEquals([shown.findings, shown.code], [[{ message: "It deletes", line: 2 }], ""]);
  const yes = { decision: "approve", scope: "once", maxCalls: 40 };
  const decided = await (await send(`/v1/approvals/${id}`, post(yes))).json();
  assertEquals([decided.state, decided.decision], ["approved", { ...yes, by: "http" }]);
  assertEquals((await send(`/v1/approvals/${id}`, post(yes))).status, 200);
  const other = await send(`/v1/approvals/${id}`, post({ decision: "reject" }));
  assertEquals((await readProblem(other)).code, "APPROVAL_DECIDED");
  const revoked = await (await send(`/v1/approvals/${id}/revoke`, { method: "POST" })).json();
  assertEquals(revoked.isRevoked, true);
});

Deno.test("/v1/approvals refuses invalid decisions and unknown ids", async () => {
  const { send } = await createAppClient();
  const problem = await readProblem(await send("/v1/approvals/apr_1", post({ decision: "maybe" })));
  assertEquals(problem.code, "REQUEST_INVALID");
  for (const path of ["/v1/approvals/apr_1", "/v1/approvals/apr_1/revoke"]) {
    const init = path.endsWith("revoke") ? { method: "POST" } : {};
    assertEquals((await readProblem(await send(path, init))).code, "NOT_FOUND");
  }
  const resumed = await send("/v1/runs/run_9/resume", { method: "POST" });
  assertEquals((await readProblem(resumed)).code, "NOT_FOUND");
});

Deno.test("GET /v1/approvals streams waiting approvals and their changes", async () => {
  const { send, runtime } = await createAppClient();
  const { approvalId: id } = await runtime.approvals.ask(ASKED);
  const { body } = await send("/v1/approvals", { headers: { accept: "text/event-stream" } });
  const reader = body!.pipeThrough(new TextDecoderStream() as Decoder).getReader();
  assert((await reader.read()).value!.includes('"state":"waiting"'));
  await runtime.approvals.decide(id, { decision: "reject", by: "test" });
  assert((await reader.read()).value!.includes('"state":"rejected"'));
  await reader.cancel();
});

type Decoder = ReadableWritablePair<string, Uint8Array>;

Deno.test("POST /v1/runs takes an idempotency key with the request", async () => {
  const { run } = await createAppClient({
    programs: { key: ({ request }) => [request.idempotencyKey, request.principal?.name] },
  });
  const response = await run({ code: "key" }, { headers: { "idempotency-key": "abc" } });
  assertEquals((await response.json()).value, ["abc", "owner"]);
});

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
