import { assertEquals } from "@std/assert";
import type { CorrectedTool } from "../../../src/config/policy.ts";
import type { ToolAnnotations } from "../../../src/model/tool.ts";
import { createToolJudge } from "../../../src/policy/risk/judge_tool.ts";

const SAYS = {
  nothing: undefined,
  reads: { readOnlyHint: true },
  "reads, again and again": { readOnlyHint: true, idempotentHint: true },
  "is polled": { readOnlyHint: true, idempotentHint: false },
  sets: { readOnlyHint: false, destructiveHint: false, idempotentHint: true },
  adds: { readOnlyHint: false, destructiveHint: false },
  destroys: { destructiveHint: true },
  "destroys once": { destructiveHint: true, idempotentHint: true },
  "both at once": { readOnlyHint: true, destructiveHint: true, idempotentHint: true },
} as const satisfies Record<string, ToolAnnotations | undefined>;

const NAMES = ["list_rows", "set_row", "delete_rows", "row"] as const;

function judge(name: string, annotations: ToolAnnotations | undefined, correction?: CorrectedTool) {
  const tools = correction === undefined ? [] : [correction];
  return createToolJudge({ tools })({ server: "s", tool: name }, {
    name,
    inputSchema: { type: "object" },
    ...(annotations && { annotations }),
  });
}

Deno.test("the configuration's word on a tool counts for all who ask, whatever else is said", () => {
  for (const name of NAMES) {
    for (const annotations of Object.values(SAYS)) {
      for (const effect of ["reads", "writes", "destroys"] as const) {
        const { contradicts, hints, ...judged } = judge(name, annotations, { effect });
        const says = JSON.stringify([name, annotations, effect]);
        assertEquals(
          [judged.effect, judged.by, contradicts],
          [effect, "configuration", false],
          says,
        );
        assertEquals(judged.leaves === "none", effect === "reads", says);
        assertEquals(hints.readOnlyHint, effect === "reads", says);
        assertEquals(hints.destructiveHint, effect === "destroys", says);
        // A lie about what it does is none to go by when a call is to be made again.
        const isBelied = annotations !== undefined && "readOnlyHint" in annotations &&
          annotations.readOnlyHint && effect !== "reads";
        if (isBelied) assertEquals(judged.leaves, "each", says);
      }
    }
  }
});

Deno.test("what a name says that is worse than its server's word is believed by all", () => {
  for (const says of ["reads", "reads, again and again", "is polled", "both at once"] as const) {
    const { effect, by, leaves, contradicts, hints, undo } = judge("delete_rows", SAYS[says]);
    assertEquals([effect, by, leaves, contradicts], ["destroys", "name", "each", true], says);
    assertEquals([hints.readOnlyHint, hints.destructiveHint], [false, true], says);
    assertEquals(undo, "impossible", says);
  }
});

Deno.test("a name that sounds harmless is no ground to make a call unasked, again or never", () => {
  const { effect, by, leaves } = judge("list_rows", SAYS.nothing);
  assertEquals([effect, by, leaves], ["reads", "name", "each"]);
});

Deno.test("a call may be made again where the server says so, or the configuration does", () => {
  const rows: [keyof typeof SAYS, CorrectedTool | undefined, "none" | "same" | "each"][] = [
    ["reads", undefined, "none"],
    ["sets", undefined, "same"],
    ["adds", undefined, "each"],
    ["destroys once", undefined, "same"],
    ["sets", { effect: "writes" }, "same"],
    ["sets", { effect: "destroys" }, "each"],
    ["sets", { idempotent: false }, "each"],
    ["adds", { idempotent: true }, "same"],
    ["reads", { idempotent: false }, "none"],
    ["reads, again and again", { effect: "writes", idempotent: true }, "same"],
    ["destroys", { effect: "reads" }, "none"],
  ];
  for (const [says, correction, leaves] of rows) {
    assertEquals(judge("row", SAYS[says], correction).leaves, leaves, says);
  }
});
