import { assertEquals } from "@std/assert";
import { Hono } from "hono";
import { checkHost } from "../../src/gateway/check_host.ts";
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

Deno.test("checkHost lets in who asks for the gateway by one of its names", async () => {
  for (const host of ["127.0.0.1:7420", "localhost:7420", "[::1]:7420", "LOCALHOST:7420"]) {
    assertEquals(await statusOf(`http://${host}/`, { host }), 200, host);
  }
  assertEquals(await statusOf("http://localhost:7420/"), 200, "HTTP/2 has no header of the name");
});

Deno.test("checkHost refuses a name that was made to lead here", async () => {
  const hosts = ["evil.example:7420", "127.0.0.1", "127.0.0.1:80", "localhost.:7420", "[::1]"];
  for (const host of hosts) assertEquals(await statusOf(`http://${host}/`, { host }), 403, host);
});

Deno.test("checkHost refuses a target and a header that differ", async () => {
  const target = "http://127.0.0.1:7420/";
  for (const host of ["localhost:7420", "evil.example", "", "127.0.0.1:7420, evil.example"]) {
    assertEquals(await statusOf(target, { host }), 403, host);
  }
  assertEquals(await statusOf("http://evil.example/", { host: "127.0.0.1:7420" }), 403);
});

Deno.test("checkHost refuses what a page of another origin makes a browser send", async () => {
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

Deno.test("checkHost refuses what a browser says comes from another site", async () => {
  const url = "http://127.0.0.1:7420/";
  for (const site of ["cross-site", "same-site", "new-word"]) {
    assertEquals(await statusOf(url, { "sec-fetch-site": site }), 403, site);
  }
  for (const site of ["same-origin", "none"]) {
    assertEquals(await statusOf(url, { "sec-fetch-site": site }), 200, site);
  }
});
