import { assert, assertEquals } from "@std/assert";
import { startGateway } from "../../src/gateway/start_gateway.ts";
import { createFakeRuntime } from "./fake_runtime.ts";

const CLIENTS = 200;
const RUNNING = 16;
/** As many as run may wait. */
const TAKEN = 2 * RUNNING;

Deno.test("the gateway runs some of 200 concurrent clients, queues as many, and tells the rest when to retry", async () => {
  const state = await Deno.makeTempDir();
  const release = Promise.withResolvers<void>();
  let under = 0;
  let most = 0;
  const runtime = await createFakeRuntime({
    config: { folders: { state }, gateway: { port: 0, concurrentRuns: RUNNING } },
    programs: {
      async waits() {
        most = Math.max(most, ++under);
        await release.promise;
        under--;
        return "done";
      },
    },
  });
  const gateway = await startGateway(runtime);
  const token = (await Deno.readTextFile(gateway.tokenPath)).trim();
  let refused = 0;
  const ask = async () => {
    const response = await fetch(`${gateway.url}/v1/runs`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ code: "waits" }),
    });
    const { value, code } = await response.json();
    if (response.status === 503) {
      assert(Number(response.headers.get("retry-after")) > 0);
      assertEquals(code, "BUSY");
      // Nobody who is sent away waits for those that run: they end when all others have heard.
      if (++refused === CLIENTS - TAKEN) release.resolve();
    }
    return [response.status, value];
  };
  try {
    const answers = await Promise.all(Array.from({ length: CLIENTS }, ask));
    const served = answers.filter(([status]) => status === 200);
    assertEquals(served, Array(TAKEN).fill([200, "done"]));
    assertEquals([answers.length - served.length, most], [refused, RUNNING]);
  } finally {
    await runtime[Symbol.asyncDispose]();
    await gateway.stop();
    await Deno.remove(state, { recursive: true });
  }
});
