import { assertEquals } from "@std/assert";
import { Server } from "@modelcontextprotocol/server";
import { McpSessions } from "../../../src/gateway/mcp/mcp_sessions.ts";

const INITIALIZE = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: {
    protocolVersion: "2025-06-18",
    capabilities: {},
    clientInfo: { name: "raw", version: "1" },
  },
};

const authInfo = { token: "", clientId: "owner", scopes: ["full"] };

function createSessions(maxSessions: number, maxOfOne = maxSessions) {
  const names: string[] = [];
  const ended: string[] = [];
  const sessions = new McpSessions({
    createServer(session) {
      names.push(session);
      return Promise.resolve(new Server({ name: "test", version: "1" }, { capabilities: {} }));
    },
    onEnd: (session) => ended.push(session),
    report(error) {
      throw error;
    },
    maxSessions,
    maxOfOne,
  });
  const send = async (body: object, id?: string, owner = "owner") => {
    const headers = new Headers({
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
    });
    if (id !== undefined) headers.set("mcp-session-id", id);
    const request = new Request("http://localhost/mcp", {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    const asker = { ...authInfo, clientId: owner };
    const response = await sessions.fetch(request, { authInfo: asker, parsedBody: body });
    await response.body?.cancel();
    return response;
  };
  return {
    sessions,
    names,
    ended,
    begin: async (owner?: string) =>
      (await send(INITIALIZE, undefined, owner)).headers.get("mcp-session-id")!,
    statusOf: async (id: string, owner?: string) =>
      (await send({ jsonrpc: "2.0", method: "notifications/initialized" }, id, owner)).status,
  };
}

Deno.test("McpSessions ends the least recently used session when there are too many", async () => {
  const { sessions, names, ended, begin, statusOf } = createSessions(2);
  const [first, second] = [await begin(), await begin()];
  assertEquals(await statusOf(first), 202);
  const third = await begin();
  assertEquals(
    [await statusOf(first), await statusOf(second), await statusOf(third)],
    [202, 404, 202],
  );
  assertEquals(ended, [names[1]]);
  await sessions.close();
  assertEquals([await statusOf(first), await statusOf(third)], [404, 404]);
  assertEquals(ended.toSorted(), names.toSorted());
});

Deno.test("McpSessions makes a server for a handshake only", async () => {
  const { sessions, names, begin } = createSessions(2);
  const request = new Request("http://localhost/mcp", { method: "GET" });
  assertEquals((await sessions.fetch(request, { authInfo })).status, 400);
  assertEquals(names, []);
  const id = await begin();
  assertEquals([names.length, names[0] === id], [1, false]);
  await sessions.close();
});

Deno.test("McpSessions knows a session by its owner alone", async () => {
  const { sessions, begin, statusOf } = createSessions(2);
  const id = await begin("ci");
  assertEquals(
    [await statusOf(id, "ci"), await statusOf(id, "bot"), await statusOf(id)],
    [202, 404, 404],
  );
  await sessions.close();
});

Deno.test("a principal that begins many sessions ends only its own", async () => {
  for (const others of [["ci"], ["ci", "bot"], ["ci", "bot", "eve", "mallory", "trent"]]) {
    const { sessions, begin, statusOf } = createSessions(20, 5);
    const mine = [await begin(), await begin()];
    for (let i = 0; i < 30; i++) for (const other of others) await begin(other);
    for (const id of mine) assertEquals(await statusOf(id), 202, `${others}`);
    for (const other of others) assertEquals(await statusOf(await begin(other), other), 202);
    await sessions.close();
  }
});
