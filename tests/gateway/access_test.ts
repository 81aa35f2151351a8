import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { join } from "@std/path";
import { Hono } from "hono";
import { createHash } from "node:crypto";
import { type ConfigInput, parseConfig } from "../../src/config/config.ts";
import { checkHost, createPrincipalTokens, ownHosts } from "../../src/gateway/check_token.ts";
import { createApp } from "../../src/gateway/create_app.ts";
import { createMcpEndpoint } from "../../src/gateway/mcp/mcp_endpoint.ts";
import { openToken } from "../../src/gateway/open_token.ts";
import { toRefusal, toResponse } from "../../src/gateway/problem.ts";
import { RunSlots } from "../../src/gateway/run_slots.ts";
import { AirlockError } from "../../src/model/errors.ts";
import { HOST, TOKEN } from "./app_client.ts";
import { createFakeRuntime } from "./fake_runtime.ts";

const app = new Hono();
app.onError((error) => toResponse(toRefusal(error)));
app.use(checkHost(new Set(["127.0.0.1:7420", "localhost:7420", "[::1]:7420"])));
app.get("*", (c) => c.text("let in"));

async function statusOf(url: string, headers: Record<string, string> = {}): Promise<number> {
  const response = await app.request(url, { headers });
  await response.body?.cancel();
  return response.status;
}

Deno.test("checkHost() accepts the gateway's own names", async () => {
  for (const host of ["127.0.0.1:7420", "localhost:7420", "[::1]:7420", "LOCALHOST:7420"]) {
    assertEquals(await statusOf(`http://${host}/`, { host }), 200, host);
  }
  assertEquals(await statusOf("http://localhost:7420/"), 200, "HTTP/2 has no header of the name");
});

Deno.test("checkHost() refuses a foreign name that resolves to the gateway", async () => {
  const hosts = ["evil.example:7420", "127.0.0.1", "127.0.0.1:80", "localhost.:7420", "[::1]"];
  for (const host of hosts) assertEquals(await statusOf(`http://${host}/`, { host }), 403, host);
});

Deno.test("checkHost() refuses a target and a header that differ", async () => {
  const target = "http://127.0.0.1:7420/";
  for (const host of ["localhost:7420", "evil.example", "", "127.0.0.1:7420, evil.example"]) {
    assertEquals(await statusOf(target, { host }), 403, host);
  }
  assertEquals(await statusOf("http://evil.example/", { host: "127.0.0.1:7420" }), 403);
});

Deno.test("checkHost() refuses requests from a page of another origin", async () => {
  const url = "http://127.0.0.1:7420/";
  const origins = [
    "null",
    "https://evil.example",
    "http://127.0.0.1",
    "http://127.0.0.1:7421",
    "https://127.0.0.1:7420",
    "http://localhost:7420",
    "http://127.0.0.1:7420.evil.example",
    "http://127.0.0.1:7420/",
    "",
  ];
  for (const origin of origins) assertEquals(await statusOf(url, { origin }), 403, origin);
  assertEquals(await statusOf(url, { origin: "http://127.0.0.1:7420" }), 200);
});

Deno.test("checkHost() refuses requests that a browser marks as cross-site", async () => {
  const url = "http://127.0.0.1:7420/";
  for (const site of ["cross-site", "same-site", "new-word"]) {
    assertEquals(await statusOf(url, { "sec-fetch-site": site }), 403, site);
  }
  for (const site of ["same-origin", "none"]) {
    assertEquals(await statusOf(url, { "sec-fetch-site": site }), 200, site);
  }
});

Deno.test("ownHosts() returns the bound name first, then those of the loopback", () => {
  assertEquals([...ownHosts({ host: "Box.Local", port: 7420 })], [
    "box.local:7420",
    "localhost:7420",
    "127.0.0.1:7420",
    "[::1]:7420",
  ]);
  assertEquals([...ownHosts({ host: "::1", port: 1 })][0], "[::1]:1");
});

Deno.test("ownHosts() omits the port that browsers omit", () => {
  assert(ownHosts({ host: "127.0.0.1", port: 80 }).has("127.0.0.1"));
});

Deno.test("ownHosts() of every address are the machine's own addresses", () => {
  for (const host of ["0.0.0.0", "::"]) {
    const hosts = [...ownHosts({ host, port: 7420 })];
    assertEquals(hosts[0], "localhost:7420");
    assert(!hosts.includes("0.0.0.0:7420") && !hosts.includes("[::]:7420"));
    for (const { address, family } of Deno.networkInterfaces()) {
      if (family === "IPv4") assert(hosts.includes(`${address}:7420`), address);
    }
  }
});

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

const posix = { ignore: Deno.build.os === "windows" };
const SAFE = "0123456789abcdef0123456789abcdef";

async function withFolder(test: (state: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(join(folder, "state"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function writeToken(state: string, text: string, mode = 0o600): Promise<string> {
  await Deno.mkdir(state, { mode: 0o700 });
  const path = join(state, "gateway-token");
  await Deno.writeTextFile(path, text);
  await Deno.chmod(path, mode);
  return path;
}

async function refusal(state: string): Promise<string> {
  const error = await assertRejects(() => openToken(state), AirlockError, "Cannot open token: ");
  assertEquals(error.code, "CONFIG_INVALID");
  return error.message;
}

Deno.test(
  "openToken() makes a token that only its owner can read, and reads it again",
  posix,
  async () => {
    await withFolder(async (state) => {
      const made = await openToken(state);
      assertMatch(made.token, /^airlock_[A-Za-z0-9_-]{43}$/);
      assertEquals((await Deno.lstat(made.path)).mode! & 0o777, 0o600);
      assertEquals((await Deno.lstat(state)).mode! & 0o777, 0o700);
      assertEquals(await openToken(state), made);
      assertEquals((await Array.fromAsync(Deno.readDir(state))).length, 1);
    });
  },
);

Deno.test("openToken() gives gateways that start at once the same token", async () => {
  await withFolder(async (state) => {
    const opened = await Promise.all(Array.from({ length: 8 }, () => openToken(state)));
    assertEquals(new Set(opened.map(({ token }) => token)).size, 1);
    assertEquals((await Array.fromAsync(Deno.readDir(state))).length, 1);
  });
});

Deno.test("openToken() makes unique tokens", async () => {
  await withFolder(async (one) => {
    await withFolder(async (other) => {
      assert((await openToken(one)).token !== (await openToken(other)).token);
    });
  });
});

Deno.test("openToken() accepts a token that its owner has written", async () => {
  await withFolder(async (state) => {
    await writeToken(state, `${SAFE}\n`);
    assertEquals((await openToken(state)).token, SAFE);
  });
});

Deno.test("openToken() closes its folder to other users", posix, async () => {
  await withFolder(async (state) => {
    await writeToken(state, SAFE);
    await Deno.chmod(state, 0o777);
    await openToken(state);
    assertEquals((await Deno.lstat(state)).mode! & 0o777, 0o700);
  });
});

Deno.test("openToken() refuses a token that other users can read or write", posix, async () => {
  for (const mode of [0o644, 0o640, 0o604, 0o620, 0o602]) {
    await withFolder(async (state) => {
      await writeToken(state, SAFE, mode);
      assertMatch(await refusal(state), /can be read or written by others$/);
    });
  }
});

Deno.test(
  "openToken() refuses a token behind a symbolic link, even a dangling one",
  posix,
  async () => {
    await withFolder(async (state) => {
      const path = await writeToken(state, SAFE);
      await Deno.rename(path, `${path}.real`);
      await Deno.symlink(`${path}.real`, path);
      assertMatch(await refusal(state), /is no plain file$/);
      await Deno.remove(`${path}.real`);
      assertMatch(await refusal(state), /is no plain file$/);
    });
  },
);

Deno.test("openToken() refuses a folder in the token's place", async () => {
  await withFolder(async (state) => {
    await Deno.mkdir(join(state, "gateway-token"), { recursive: true });
    assertMatch(await refusal(state), /is no plain file$/);
  });
});

Deno.test("openToken() refuses a token of another user", {
  ignore: Deno.build.os === "windows" || Deno.uid() !== 0,
}, async () => {
  await withFolder(async (state) => {
    const path = await writeToken(state, SAFE);
    await Deno.chown(path, 65534, 65534);
    assertMatch(await refusal(state), /belongs to another user$/);
  });
  await withFolder(async (state) => {
    await writeToken(state, SAFE);
    await Deno.chown(state, 65534, 65534);
    assertMatch(await refusal(state), /belongs to another user$/);
  });
});

Deno.test("openToken() refuses an invalid token, and never shows what it read", async () => {
  const texts = ["", "short", `${SAFE} ${SAFE}`, `${SAFE}\nX-Other: 1`, "é".repeat(40)];
  for (const text of [...texts, "a".repeat(2_000)]) {
    await withFolder(async (state) => {
      await writeToken(state, text);
      const message = await refusal(state);
      assertMatch(message, /holds no token of 32 characters or more$/);
      assert(text === "" || !message.includes(text));
    });
  }
});

Deno.test("openToken() names the file where the state cannot be a folder", async () => {
  await withFolder(async (state) => {
    await Deno.writeTextFile(state, "");
    assertMatch(await refusal(state), /gateway-token" is out of reach$/);
  });
});
