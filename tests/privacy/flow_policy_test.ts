import { assertEquals, assertThrows } from "@std/assert";
import { FlowPolicy, pathPattern } from "../../src/privacy/flow_policy.ts";

const FLOW = {
  kind: "EMAIL",
  sources: ["crm"],
  server: "mail",
  tool: "send",
  path: ["message", "to"],
};

Deno.test("FlowPolicy lets the first fitting rule decide", () => {
  const policy = new FlowPolicy([
    { kinds: ["EMAIL"], to: "mail", path: "message.to", action: "allow" },
    { kinds: ["EMAIL"], from: "crm", to: "m*", action: "ask" },
    { kinds: ["*"], tool: "post_*", action: "deny" },
  ]);
  assertEquals(policy.decide(FLOW).action, "allow");
  assertEquals(policy.decide({ ...FLOW, path: ["message", "cc"] }).action, "ask");
  assertEquals(policy.decide({ ...FLOW, server: "forum", tool: "post_comment" }).action, "deny");
  assertEquals(policy.decide({ ...FLOW, sources: [], path: [] }).action, "allow");
});

Deno.test("FlowPolicy keeps secrets and national ids at home unless a rule names them", () => {
  const starred = new FlowPolicy([{ kinds: ["*"], action: "allow" }]);
  for (const kind of ["SECRET", "SSN", "NATIONAL_ID", "PASSPORT", "LICENSE"]) {
    assertEquals(starred.decide({ ...FLOW, kind }).action, "deny");
    assertEquals(starred.decide({ ...FLOW, kind, server: "crm" }).action, "allow");
    assertEquals(
      new FlowPolicy([{ kinds: [kind], action: "allow" }]).decide({ ...FLOW, kind }).action,
      "allow",
    );
  }
  assertEquals(
    new FlowPolicy([], (kind) => kind === "OWN").decide({ ...FLOW, kind: "OWN" }).action,
    "deny",
  );
});

Deno.test("pathPattern reads steps, stars and places in lists", () => {
  const rows: readonly (readonly [path: string, steps: string, fits: boolean])[] = [
    ["a.b", "a.b", true],
    ["a.b", "a.b.c", false],
    ["emailAddresses[].value", "emailAddresses.value", true],
    ["**.email", "email", true],
    ["**.email", "a.b.email", true],
    ["**.email", "a.my_email", false],
    ["items.*", "items.x", true],
    ["items.*", "items.x.y", false],
    ["items.**", "items.x.y", true],
    ["a.(x)+", "a.(x)+", true],
  ];
  for (const [path, steps, fits] of rows) {
    assertEquals(pathPattern(path).test(steps), fits, `${path} ${steps}`);
  }
  assertThrows(() => pathPattern("a..b"), Error, "a step is empty");
});
