import { assert, assertEquals } from "@std/assert";
import { tellProgress } from "../../../src/gateway/mcp/create_mcp_server.ts";

type Request = Parameters<typeof tellProgress>[0];
type Notification = Parameters<Request["notify"]>[0];

/** Tells log lines to a client, and gives what it heard. */
async function hear(texts: readonly string[], token?: string | number) {
  const heard: Notification[] = [];
  const notify = (notification: Notification) => Promise.resolve(void heard.push(notification));
  const _meta = token === undefined ? {} : { progressToken: token };
  const { tell, told } = tellProgress({ _meta, notify } as Request);
  for (const text of texts) tell({ type: "log", line: { level: "info", text, atMs: 0 } });
  await told();
  return heard;
}

Deno.test("tellProgress tells nothing to a client that did not ask", async () => {
  assertEquals(await hear(["a"]), []);
});

Deno.test("tellProgress counts up under the token of the request, also where that is 0", async () => {
  const [first, second] = await hear(["a", "b"], 0);
  assertEquals(first, {
    method: "notifications/progress",
    params: { progressToken: 0, progress: 1, message: "a" },
  });
  assertEquals(second!.params!.progress, 2);
});

Deno.test("tellProgress is bounded in messages and in the length of each", async () => {
  const heard = await hear(Array(5_000).fill("x".repeat(100_000)), "t");
  assertEquals(heard.length, 1_000);
  assert(heard.every(({ params }) => String(params!.message).length <= 500));
  assertEquals(heard.at(-1)!.params!.message, "more is not told");
});

Deno.test("tellProgress does not mind that its client has gone", async () => {
  const notify = () => Promise.reject(new Error("closed"));
  const { tell, told } = tellProgress(
    { _meta: { progressToken: 1 }, notify } as unknown as Request,
  );
  tell({ type: "started", runId: "run_1" });
  await told();
});
