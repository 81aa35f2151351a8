import { assert, assertEquals } from "@std/assert";

Deno.test("disarmCore() leaves no operation of the core usable", async () => {
  const url = new URL("../fixtures/programs/holds_the_core.js", import.meta.url);
  const thread = new Worker(url, { type: "module" });
  const { data } = await new Promise<MessageEvent>((resolve, reject) => {
    thread.onmessage = resolve;
    thread.onerror = (event) => {
      event.preventDefault();
      reject(new Error(event.message));
    };
  });
  thread.terminate();
  assert(data.before && data.count > 500, JSON.stringify(data));
  assertEquals(data.through, []);
  assert(data.stillReads);
});
