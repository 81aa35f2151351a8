import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { createAppClient, HOST, readProblem } from "./app_client.ts";

Deno.test("every route but health, readiness and the document needs a token", async () => {
  const { send } = await createAppClient();
  const document = await (await send("/openapi.json")).json();
  const paths = Object.entries<Record<string, { security?: unknown[] }>>(document.paths);
  const open: string[] = [];
  for (const [path, methods] of paths) {
    for (const [method, operation] of Object.entries(methods)) {
      const response = await send(path, {
        method: method.toUpperCase(),
        headers: { authorization: "" },
      });
      await response.body?.cancel();
      if (response.status !== 401) open.push(path);
      assertEquals(response.status === 401, operation.security === undefined, path);
    }
  }
  assertEquals(open, ["/healthz", "/readyz"]);
});

Deno.test("a request without a token learns how to send one, and nothing else", async () => {
  const { send } = await createAppClient();
  for (const authorization of ["", "Bearer", "Bearer wrong", "Basic dTpw", "Bearer a, Bearer b"]) {
    const response = await send("/v1/nothing/here", { headers: { authorization } });
    assertEquals(response.status, 401);
    assertEquals(response.headers.get("www-authenticate"), 'Bearer realm="airlock"');
    assertEquals((await readProblem(response)).code, "UNAUTHORIZED");
  }
});

Deno.test("an unknown path is a problem", async () => {
  const { send } = await createAppClient();
  for (const path of ["/", "/v1", "/v1/runs/", "/v1/runs/a/b", "/v2/runs", "/v1/../healthz/x"]) {
    const problem = await readProblem(await send(path));
    assertEquals([problem.status, problem.code], [404, "NOT_FOUND"]);
  }
});

Deno.test("an unknown method of a path is a problem that names the known ones", async () => {
  const { send } = await createAppClient();
  for (const method of ["DELETE", "PUT", "OPTIONS", "GET", "PATCH", "PROPFIND"]) {
    const response = await send("/v1/runs", { method });
    assertEquals(response.headers.get("allow"), "POST");
    assertEquals((await readProblem(response)).status, 405);
  }
  const response = await send("/v1/servers", { method: "POST" });
  assertEquals(response.headers.get("allow"), "GET, HEAD");
  assertEquals((await readProblem(response)).status, 405);
});

Deno.test("no response may be cached, framed, read as another type or read by another origin", async () => {
  const { send } = await createAppClient();
  for (const path of ["/healthz", "/v1/servers", "/v1/nothing", "/openapi.json"]) {
    const { headers, body } = await send(path);
    await body?.cancel();
    assertEquals(headers.get("cache-control"), "no-store, no-transform");
    assertEquals(headers.get("x-content-type-options"), "nosniff");
    assertEquals(headers.get("cross-origin-resource-policy"), "same-origin");
    assertStringIncludes(headers.get("content-security-policy") ?? "", "frame-ancestors 'none'");
    assertEquals([...headers.keys()].filter((name) => name.startsWith("access-control")), []);
  }
});

Deno.test("a preflight request from another origin is refused", async () => {
  const { send } = await createAppClient();
  const response = await send("/v1/runs", {
    method: "OPTIONS",
    headers: { origin: "https://evil.example", "access-control-request-method": "POST" },
  });
  assertEquals((await readProblem(response)).status, 403);
  assertEquals(response.headers.get("access-control-allow-origin"), null);
});

Deno.test("a page of the gateway's own may use the API", async () => {
  const { send } = await createAppClient();
  const response = await send("/v1/servers", { headers: { origin: `http://${HOST}` } });
  assertEquals(response.status, 200);
  await response.body?.cancel();
});

Deno.test("an unexpected error shows its caller nothing and its operator everything", async () => {
  const unforeseen = new TypeError("cannot read /root/.ssh/id_rsa");
  const client = await createAppClient({
    programs: {
      fails() {
        throw unforeseen;
      },
    },
  });
  const response = await client.run({ code: "fails" });
  const text = await response.clone().text();
  assert(!text.includes("/root") && !text.includes("TypeError"), text);
  assertEquals((await readProblem(response)).code, "INTERNAL");
  assertEquals(client.reported, [unforeseen]);
});
