import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { createHash } from "node:crypto";
import { type ConfigInput, parseConfig } from "../../src/config/config.ts";
import { createApp } from "../../src/gateway/create_app.ts";
import { AirlockError } from "../../src/model/errors.ts";
import { createMcpEndpoint } from "../../src/gateway/mcp/mcp_endpoint.ts";
import { createPrincipalTokens } from "../../src/gateway/check_token.ts";
import { RunSlots } from "../../src/gateway/run_slots.ts";
import { HOST, TOKEN } from "./app_client.ts";
import { createFakeRuntime } from "./fake_runtime.ts";

const CI = "ci_0123456789abcdef0123456789abcdef";
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const gateway: ConfigInput["gateway"] = {
  principals: { ci: { tokenSha256: sha256(CI), permission: "read_only" } },
};

Deno.test("a token identifies its principal and the permission", async () => {
  const config = await parseConfig({ gateway });
  const find = createPrincipalTokens(TOKEN, config.gateway);
  assertEquals(find(TOKEN), { name: "owner", permission: "full" });
  assertEquals(find(CI), { name: "ci", permission: "read_only" });
  for (const token of ["", `${CI}x`, CI.slice(1), sha256(CI)]) assertEquals(find(token), undefined);
});

Deno.test("a run over HTTP has the permission of its token, and may ask for less", async () => {
  const runtime = await createFakeRuntime({
    config: { gateway },
    programs: { who: ({ request: { principal, permission } }) => ({ principal, permission }) },
  });
  const slots = new RunSlots({ running: 1, waiting: 0, waitMs: 1 });
  const services = { runtime, slots, report() {}, warn() {} };
  const mcp = createMcpEndpoint(services);
  const app = createApp({ ...services, token: TOKEN, hosts: new Set([HOST]), mcp });
  const send = (token: string, body: unknown) =>
    app.request(`http://${HOST}/v1/runs`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const who = async (token: string, body = {}) =>
    (await (await send(token, { code: "who", ...body })).json()).value;
  assertEquals(await who(TOKEN), { principal: { name: "owner", permission: "full" } });
  assertEquals(await who(CI, { permission: "full" }), {
    principal: { name: "ci", permission: "read_only" },
    permission: "full",
  });
  assertEquals((await send("x".repeat(40), { code: "who" })).status, 401);
  const forged = await send(CI, { code: "who", principal: { name: "owner", permission: "full" } });
  assertEquals(forged.status, 400);

  const overMcp = async (token: string, headers: Record<string, string>, message: unknown) =>
    await app.request(`http://${HOST}/mcp`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        ...headers,
      },
      body: JSON.stringify(message),
    });
  const begun = await overMcp(CI, {}, {
    jsonrpc: "2.0",
    id: 1,
    method: "initialize",
    params: {
      protocolVersion: "2025-11-25",
      capabilities: {},
      clientInfo: { name: "test", version: "1" },
    },
  });
  const session = { "mcp-session-id": begun.headers.get("mcp-session-id")! };
  await begun.body?.cancel();
  const call = {
    jsonrpc: "2.0",
    id: 2,
    method: "tools/call",
    params: { name: "run_program", arguments: { code: "who" } },
  };
  const answer = await (await overMcp(CI, session, call)).text();
  assertStringIncludes(answer, "read_only");
  assert(!answer.includes("full"), answer);
  const skill = { name: "mine", description: "d", code: "export const a = 1;" };
  const saved = await overMcp(CI, session, {
    ...call,
    params: { name: "save_skill", arguments: skill },
  });
  assertStringIncludes(await saved.text(), "FORBIDDEN: Cannot save skill");
  const posted = await app.request(`http://${HOST}/v1/skills`, {
    method: "POST",
    headers: { authorization: `Bearer ${CI}`, "content-type": "application/json" },
    body: JSON.stringify(skill),
  });
  assertEquals([posted.status, (await posted.json()).code], [403, "FORBIDDEN"]);
  const stolen = await overMcp(TOKEN, session, call);
  assertEquals(stolen.status, 404);
  await stolen.body?.cancel();
  await mcp.close();
});

Deno.test("a configuration holds no token: a reference or a digest, and the digest stays", async () => {
  const root = await Deno.makeTempDir();
  await Deno.writeTextFile(`${root}/ci`, `${CI}\n`);
  const of = async (principal: Record<string, unknown>) =>
    (await parseConfig({ gateway: { principals: { ci: principal } } }, { root })).gateway
      .principals;
  assertEquals(await of({ token: "${file:ci}" }), {
    ci: { tokenSha256: sha256(CI), permission: "full" },
  });
  await Deno.writeTextFile(`${root}/short`, "short");
  for (
    const wrong of [{}, { token: CI }, { token: "${file:short}" }, { tokenSha256: "abc" }, {
      token: "${file:ci}",
      tokenSha256: sha256(CI),
    }]
  ) {
    const error = await assertRejects(() => of(wrong), AirlockError);
    assertEquals([error.code, error.message.includes(CI)], ["CONFIG_INVALID", false]);
  }
  await assertRejects(
    () => parseConfig({ gateway: { principals: { owner: { tokenSha256: sha256(CI) } } } }),
    AirlockError,
  );
  await Deno.remove(root, { recursive: true });
});
