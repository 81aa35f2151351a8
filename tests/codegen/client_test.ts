import { assertEquals, assertRejects } from "@std/assert";
import { callMCPTool } from "../../src/codegen/client.ts";
import { clientText } from "../../src/codegen/wrapper_text.ts";

const hook = Symbol.for("airlock.callTool");

Deno.test("callMCPTool() hands server, tool and input to the guest and gives back what it gives", async () => {
  const calls: unknown[] = [];
  Reflect.set(globalThis, hook, (...call: unknown[]) => {
    calls.push(call);
    return Promise.resolve({ leads: [] });
  });
  try {
    assertEquals(await callMCPTool("crm", "list-leads", { limit: 1 }), { leads: [] });
    assertEquals(calls, [["crm", "list-leads", { limit: 1 }]]);
  } finally {
    Reflect.deleteProperty(globalThis, hook);
  }
});

Deno.test("callMCPTool() says that it needs Airlock where there is no guest", async () => {
  await assertRejects(
    () => callMCPTool("crm", "list_leads", {}),
    Error,
    "Cannot call crm/list_leads: this program does not run in Airlock",
  );
});

Deno.test("clientText() is client.ts with a banner", async () => {
  const source = new URL("../../src/codegen/client.ts", import.meta.url);
  assertEquals(clientText("1"), `// @generated airlock 1\n${await Deno.readTextFile(source)}`);
});
