import { assert, assertEquals } from "@std/assert";
import { Hono } from "hono";
import { checkHost, ownHosts } from "../../src/gateway/check_token.ts";
import { toRefusal, toResponse } from "../../src/gateway/problem.ts";

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
