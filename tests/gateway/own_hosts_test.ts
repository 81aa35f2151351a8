import { assert, assertEquals } from "@std/assert";
import { ownHosts } from "../../src/gateway/check_host.ts";

Deno.test("ownHosts gives the bound name first, then those of the loopback", () => {
  assertEquals([...ownHosts({ host: "Box.Local", port: 7420 })], [
    "box.local:7420",
    "localhost:7420",
    "127.0.0.1:7420",
    "[::1]:7420",
  ]);
  assertEquals([...ownHosts({ host: "::1", port: 1 })][0], "[::1]:1");
});

Deno.test("ownHosts leaves out the port that browsers leave out", () => {
  assert(ownHosts({ host: "127.0.0.1", port: 80 }).has("127.0.0.1"));
});

Deno.test("ownHosts of all addresses are the machine's own, and no name that says any", () => {
  for (const host of ["0.0.0.0", "::"]) {
    const hosts = [...ownHosts({ host, port: 7420 })];
    assertEquals(hosts[0], "localhost:7420");
    assert(!hosts.includes("0.0.0.0:7420") && !hosts.includes("[::]:7420"));
    for (const { address, family } of Deno.networkInterfaces()) {
      if (family === "IPv4") assert(hosts.includes(`${address}:7420`), address);
    }
  }
});
