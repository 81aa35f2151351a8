import { assert, assertEquals, assertMatch } from "@std/assert";
import { PEERS } from "./peer.ts";
import { timePeer } from "./time_peer.ts";

Deno.test("the peers' packages have exact versions, and their scripts are there", async () => {
  for (const { packages, script } of PEERS) {
    for (const name of packages) assertMatch(name, /^[@\w/-]+@\d+\.\d+\.\d+$/);
    assert((await Deno.stat(new URL(`./guests/${script}`, import.meta.url))).isFile);
  }
});

Deno.test("a peer that cannot be run here has a reason instead of times", async () => {
  const peer = { name: "none", isolation: "none", script: "none.mjs", packages: [] };
  const result = await timePeer(peer, { expected: {}, count: 1, server: [] });
  assertEquals(result.kind, "none");
  // Its Node is not installed; or npm itself is not.
  if (result.kind === "none") assertMatch(result.why, /^Failed to spawn '\S*(npm|bin\/node)'/);
});
