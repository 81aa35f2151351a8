import { assertEquals, assertStringIncludes } from "@std/assert";
import { parseConfig } from "../../src/config/config.ts";
import { AirlockError } from "../../src/model/errors.ts";
import type { RunRequest } from "../../src/model/run_request.ts";
import { readSingleCall } from "../../src/program/read_single_call.ts";
import { chooseMode, CLASSIC_BOUNDS } from "../../src/runs/choose_mode.ts";
import { programOf } from "../policy/risk/risk_of.ts";

const CODE = `import { get_lead } from "./servers/crm/get_lead.ts";
return await get_lead({ id: "lead-1" });`;

const RISK = { level: "low", score: 0, findings: [], estimatedWrites: 0 } as const;

/** What is known of the tools, and of the configuration. */
interface Known {
  readonly bytes?: number;
  readonly definitions?: number;
  readonly needsPerson?: boolean;
  readonly residency?: "boundary";
}

async function choose(request: RunRequest, known: Known) {
  const { residency, needsPerson = false } = known;
  const config = await parseConfig({
    mcpServers: {},
    ...(residency && { privacy: { residency } }),
  });
  return await chooseMode(request, {
    config,
    catalogue: {
      expectedBytes: () => Promise.resolve(known.bytes),
      definitionModelTokens: () => Promise.resolve(known.definitions ?? 500),
    },
    async examine(code) {
      if (code === "syntax") throw new AirlockError("PROGRAM_SYNTAX", "Cannot read program");
      return { risk: { ...RISK, findings: [] }, singleCall: readSingleCall(await programOf(code)) };
    },
    needsPerson: () => Promise.resolve(needsPerson),
  });
}

Deno.test("chooseMode() takes a classic call for one call with small data and a small catalogue", async () => {
  const { bytes, definitionModelTokens } = CLASSIC_BOUNDS;
  const chosen = await choose({ code: CODE }, { bytes, definitions: definitionModelTokens });
  assertEquals(chosen.mode === "classic" && chosen.call, {
    server: "crm",
    tool: "get_lead",
    arguments: { id: "lead-1" },
  });
});

Deno.test("chooseMode() takes a run for all else, and says why", async () => {
  const { bytes, definitionModelTokens } = CLASSIC_BOUNDS;
  const code = CODE;
  const logged = CODE.replace("return await", "console.log(await").replace(";\nreturn", ";\n")
    .replace(/\);$/, "));");
  const cases: [RunRequest, Known, string][] = [
    [{ code: "return 1;" }, { bytes: 10 }, "more than one call with plain arguments"],
    [{ code: "syntax" }, { bytes: 10 }, "more than one call with plain arguments"],
    [{ code }, {}, "the size of the answer is not known"],
    [{ code }, { bytes: bytes + 1 }, `${bytes + 1} bytes`],
    [{ code }, { bytes: 10, definitions: definitionModelTokens + 1 }, "model tokens"],
    [{ code: CODE.replace("lead-1", "x".repeat(bytes)) }, { bytes: 10 }, "its arguments are large"],
    [{ code: CODE.replace("lead-1", "[EMAIL_1_abc]") }, { bytes: 10 }, "hold tokens"],
    [{ code: logged }, { bytes: 10 }, "it logs the answer"],
    [{ code }, { bytes: 10, residency: "boundary" }, "real values"],
    [{ code }, { bytes: 10, needsPerson: true }, "a person must approve it"],
    [{ code, approve: "always" }, { bytes: 10 }, "a person must approve it"],
    [{ code, idempotencyKey: "k" }, { bytes: 10 }, "key"],
    [{ code, fallback: { server: "crm", tool: "x", arguments: {} } }, { bytes: 10 }, "fallback"],
  ];
  for (const [request, known, reason] of cases) {
    const chosen = await choose(request, known);
    assertEquals([chosen.mode, reason], ["program", reason]);
    assertStringIncludes(chosen.reason, reason);
  }
});
