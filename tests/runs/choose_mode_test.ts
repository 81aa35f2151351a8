import { assertEquals, assertStringIncludes } from "@std/assert";
import { chooseMode, CLASSIC_BOUNDS } from "../../src/runs/choose_mode.ts";
import { readSingleCall } from "../../src/program/read_single_call.ts";
import { programOf } from "../policy/risk/risk_of.ts";

const CODE = `import { get_lead } from "./servers/crm/get_lead.ts";
return await get_lead({ id: "lead-1" });`;

/** Chooses among tools of which so much is known. */
async function choose(code: string, known: { bytes?: number; definitions?: number }) {
  return await chooseMode({ singleCall: readSingleCall(await programOf(code)) }, {
    expectedBytes: () => Promise.resolve(known.bytes),
    definitionModelTokens: () => Promise.resolve(known.definitions ?? 500),
  });
}

Deno.test("chooseMode takes the host for one call with small data and a small catalogue", async () => {
  const { bytes, definitionModelTokens } = CLASSIC_BOUNDS;
  const chosen = await choose(CODE, { bytes, definitions: definitionModelTokens });
  assertEquals(chosen.mode, "classic");
  assertEquals("call" in chosen && chosen.call.tool, "get_lead");
});

Deno.test("chooseMode takes a worker for all else, and says why", async () => {
  const { bytes, definitionModelTokens } = CLASSIC_BOUNDS;
  const large = CODE.replace("lead-1", "x".repeat(bytes));
  const cases: [string, Parameters<typeof choose>[1], string][] = [
    ["return 1;", { bytes: 10 }, "more than one call with plain arguments"],
    [CODE, {}, "nobody knows how large"],
    [CODE, { bytes: bytes + 1 }, `${bytes + 1} bytes`],
    [CODE, { bytes: 10, definitions: definitionModelTokens + 1 }, "model tokens"],
    [large, { bytes: 10 }, "its arguments are large"],
  ];
  for (const [code, known, reason] of cases) {
    const chosen = await choose(code, known);
    assertEquals(chosen.mode, "program");
    assertStringIncludes(chosen.reason, reason);
  }
});
