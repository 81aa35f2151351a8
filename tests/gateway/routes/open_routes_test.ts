import { Ajv2020 } from "ajv/dist/2020.js";
import { assert, assertEquals } from "@std/assert";
import { runResult } from "../../../src/model/run_result.ts";
import { EXAMPLE_RESULT } from "../../../src/gateway/run_schemas.ts";
import { type AppClient, createAppClient, readProblem } from "../app_client.ts";
import { fakeSkills } from "../fake_runtime.ts";

interface Operation {
  readonly operationId: string;
  readonly responses: Record<string, unknown>;
  readonly security?: readonly unknown[];
}

interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: Record<string, Record<string, unknown>>;
}

async function readDocument({ send }: AppClient): Promise<Document> {
  return await (await send("/openapi.json", { headers: { authorization: "" } })).json();
}

/** Holds an answer to what the document says of it. */
function createChecker(document: Document) {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  ajv.addSchema({ $id: "api", ...document }, "api");
  return (pointer: readonly string[], value: unknown) => {
    const path = pointer.map((part) => part.replaceAll("~", "~0").replaceAll("/", "~1"));
    const validate = ajv.compile({ $ref: `api#/${path.map(encodeURIComponent).join("/")}` });
    assert(validate(value), `${path.at(-1)}: ${JSON.stringify(validate.errors)}`);
  };
}

function* operations({ paths }: Document) {
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(methods)) yield { path, method, operation };
  }
}

Deno.test("the document describes every route of the API", async () => {
  const document = await readDocument(await createAppClient());
  assertEquals(document.openapi, "3.1.0");
  assertEquals(
    [...operations(document)].map(({ path, method }) => `${method} ${path}`).sort(),
    [
      "delete /v1/cache",
      "delete /v1/sessions/{name}",
      "get /healthz",
      "get /metrics",
      "get /readyz",
      "get /v1/approvals",
      "get /v1/approvals/{id}",
      "get /v1/context",
      "get /v1/metrics",
      "get /v1/runs/{id}",
      "get /v1/servers",
      "get /v1/sessions",
      "get /v1/sessions/{name}",
      "get /v1/skills",
      "get /v1/skills/{name}",
      "get /v1/tools",
      "get /v1/tools/{server}/{tool}",
      "post /v1/approvals/{id}",
      "post /v1/approvals/{id}/revoke",
      "post /v1/runs",
      "post /v1/runs/{id}/cancel",
      "post /v1/runs/{id}/resume",
      "post /v1/sessions",
      "post /v1/skills",
      "post /v1/skills/{name}",
      "post /v1/tools/{server}/{tool}",
    ],
  );
});

Deno.test("every operation of the document has a unique name and its refusals", async () => {
  const document = await readDocument(await createAppClient());
  const all = [...operations(document)];
  assertEquals(new Set(all.map(({ operation }) => operation.operationId)).size, all.length);
  for (const { operation: { responses, security, operationId } } of all) {
    const always = security === undefined ? ["401", "403", "500"] : ["403", "500"];
    for (const status of always) assert(status in responses, `${operationId}: ${status}`);
  }
});

Deno.test("everything that the document refers to is in it", async () => {
  const document = await readDocument(await createAppClient());
  const references = JSON.stringify(document).matchAll(/"\$ref":"#\/components\/(\w+)\/(\w+)"/g);
  let found = 0;
  for (const [, kind, name] of references) {
    assert(document.components[kind!]?.[name!], `${kind} ${name}`);
    found++;
  }
  assert(found > 20);
  assertEquals(JSON.stringify(document).split('"$ref"').length - 1, found);
});

Deno.test("the document's examples match its schemas", async () => {
  const document = await readDocument(await createAppClient());
  const check = createChecker(document);
  for (const [name, schema] of Object.entries(document.components.schemas!)) {
    const { example } = schema as { example?: unknown };
    if (example !== undefined) check(["components", "schemas", name], example);
  }
  for (const response of Object.values(document.components.responses!)) {
    const { content } = response as { content: Record<string, { example: unknown }> };
    const { example } = content["application/problem+json"]!;
    check(["components", "schemas", "Problem"], example);
  }
  assertEquals(runResult.strict().parse(EXAMPLE_RESULT), EXAMPLE_RESULT);
});

const SKILL = { name: "a", description: "Gives one", code: "export const a = 1;" };

function post(client: AppClient, path: string, body: unknown): Promise<Response> {
  return client.send(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

Deno.test("the routes' responses match the document", async () => {
  const values = [null, 1.5, "a", true, [null, { b: null }], { b: [null, 1] }];
  const client = await createAppClient({
    programs: Object.fromEntries(values.map((value, index) => [`${index}`, () => value])),
    servers: {
      crm: [{
        name: "get",
        description: "Gets",
        inputSchema: { type: "object" },
        outputSchema: true,
        annotations: { readOnlyHint: true },
      }],
      down: null,
    },
  });
  const dir = await Deno.makeTempDir();
  client.runtime.skills = fakeSkills(dir);
  const document = await readDocument(client);
  const check = createChecker(document);
  const { approvalId } = await client.runtime.approvals.ask({
    runId: "run_1",
    kind: "run",
    callKey: "",
    occurrence: 0,
    programHash: "hash",
    shown: { level: "high", findings: [], estimatedWrites: null, tools: [] },
  });
  const approve = { method: "POST", body: '{"decision":"approve"}' };
  const json = { headers: { "content-type": "application/json" } };
  const approvalPath = `/v1/approvals/${approvalId}`;
  const answers: readonly [string, string, Response][] = [
    ["post", "/v1/runs", await client.run({ code: "5" })],
    ["get", "/v1/runs/{id}", await client.send("/v1/runs/run_1")],
    [
      "post",
      "/v1/runs/{id}/cancel",
      await client.send("/v1/runs/run_1/cancel", { method: "POST" }),
    ],
    ["get", "/v1/approvals", await client.send("/v1/approvals")],
    ["get", "/v1/approvals/{id}", await client.send(approvalPath)],
    ["post", "/v1/approvals/{id}", await client.send(approvalPath, { ...approve, ...json })],
    [
      "post",
      "/v1/approvals/{id}/revoke",
      await client.send(`${approvalPath}/revoke`, { method: "POST" }),
    ],
    [
      "post",
      "/v1/runs/{id}/resume",
      await client.send("/v1/runs/run_1/resume", { method: "POST" }),
    ],
    ["get", "/v1/servers", await client.send("/v1/servers")],
    ["get", "/v1/tools", await client.send("/v1/tools")],
    ["get", "/v1/context", await client.send("/v1/context")],
    ["get", "/v1/metrics", await client.send("/v1/metrics")],
    ["get", "/v1/tools/{server}/{tool}", await client.send("/v1/tools/crm/get")],
    [
      "post",
      "/v1/sessions",
      await client.send("/v1/sessions", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: '{"name": "s"}',
      }),
    ],
    ["post", "/v1/skills", await post(client, "/v1/skills", SKILL)],
    ["get", "/v1/skills", await client.send("/v1/skills")],
    ["get", "/v1/skills/{name}", await client.send("/v1/skills/a@1")],
    ["post", "/v1/skills/{name}", await post(client, "/v1/skills/a", { action: "deprecate" })],
    ["get", "/v1/sessions", await client.send("/v1/sessions")],
    ["get", "/v1/sessions/{name}", await client.send("/v1/sessions/s")],
    [
      "delete",
      "/v1/sessions/{name}",
      await client.send("/v1/sessions/s", { method: "DELETE" }),
    ],
    ["delete", "/v1/cache", await client.send("/v1/cache", { method: "DELETE" })],
    [
      "post",
      "/v1/tools/{server}/{tool}",
      await client.send("/v1/tools/crm/get", {
        method: "POST",
        body: JSON.stringify({ arguments: {} }),
        headers: { "content-type": "application/json" },
      }),
    ],
    ["get", "/healthz", await client.send("/healthz")],
    ["get", "/readyz", await client.send("/readyz")],
  ];
  const search = await client.send("/v1/tools?query=get&detail=full");
  check(["components", "schemas", "ToolSearch"], await search.json());
  // The figures of Prometheus are text.
  assertEquals(answers.length, [...operations(document)].length - 1);
  for (const [method, path, response] of answers) {
    const at = ["paths", path, method, "responses", "200", "content", "application/json", "schema"];
    check(at, await response.json());
  }
  for (const index of values.keys()) {
    const result = await (await client.run({ code: `${index}` })).json();
    check(["components", "schemas", "RunResult"], result);
  }
  const refused = await (await client.send("/v1/nothing")).json();
  check(["components", "schemas", "Problem"], refused);
  await client.runtime.skills[Symbol.asyncDispose]();
  await Deno.remove(dir, { recursive: true });
});

Deno.test("the document reveals nothing of this machine", async () => {
  const client = await createAppClient({ servers: { "private-name": [] } });
  const text = JSON.stringify(await readDocument(client));
  for (const word of ["private-name", client.runtime.config.root, Deno.hostname()]) {
    assert(!text.includes(word), word);
  }
});

Deno.test("GET /healthz answers without a token, even while the gateway stops", async () => {
  const { send, slots } = await createAppClient();
  for (let round = 0; round < 2; round++) {
    const response = await send("/healthz", { headers: { authorization: "" } });
    assertEquals([response.status, await response.json()], [200, { status: "ok" }]);
    slots.close();
  }
});

Deno.test("GET /readyz answers without a token, and refuses while the gateway stops", async () => {
  const { send, slots, run } = await createAppClient();
  const ready = await send("/readyz", { headers: { authorization: "" } });
  assertEquals([ready.status, await ready.json()], [200, { status: "ready" }]);
  slots.close();
  const response = await send("/readyz", { headers: { authorization: "" } });
  assertEquals(response.headers.get("retry-after"), "2");
  assertEquals((await readProblem(response)).code, "BUSY");
  assertEquals((await readProblem(await run({ code: "x" }))).code, "BUSY");
});
