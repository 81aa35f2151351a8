import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { parseConfig } from "../../src/config/config.ts";
import { AirlockError } from "../../src/model/errors.ts";
import type { RunRequest } from "../../src/model/run_request.ts";
import { readSingleCall } from "../../src/program/read_single_call.ts";
import { answerSkills } from "../../src/runs/answer_questions.ts";
import { chooseMode, CLASSIC_BOUNDS } from "../../src/runs/choose_mode.ts";
import { AnswerSizes } from "../../src/runs/answer_sizes.ts";
import type { SkillLibrary } from "../../src/skills/skill.ts";
import { startTestRuntime } from "../fixtures/test_runtime.ts";
import { programOf } from "../policy/risk/risk_of.ts";

const UNKNOWN: readonly unknown[] = ["never", "Always", "", null, false, true, 0, ["always"], {}];

Deno.test("a request with an unknown value is refused, and not run without what it asks for", async () => {
  await using runtime = await startTestRuntime({});
  const requests = UNKNOWN.flatMap((value) => [
    { approve: value },
    { mode: value },
    { permission: value },
    { principal: { name: "ann", permission: value } },
  ]);
  for (const request of [...requests, { principal: { name: "ann" } }]) {
    const error = await assertRejects(
      () => runtime.run({ code: "return 1;", ...request } as RunRequest),
      AirlockError,
    );
    assertEquals([JSON.stringify(request), error.code], [
      JSON.stringify(request),
      "REQUEST_INVALID",
    ]);
  }
  const call = { server: "crm", tool: "x", arguments: {} };
  await assertRejects(
    () => runtime.callTool({ ...call, permission: "all" as "full" }),
    AirlockError,
  );
  assertEquals((await runtime.run({ code: "return 1;" })).value, 1);
});

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

Deno.test("skills that a program saves at once are tried one after the other, while it runs", async () => {
  let underWay = 0;
  let most = 0;
  const tried: string[] = [];
  const turns: (() => void)[] = [];
  const library = {
    async save({ name }: { name: string }) {
      most = Math.max(most, ++underWay);
      tried.push(name);
      await new Promise<void>((resolve) => turns.push(resolve));
      underWay--;
      if (name === "b") throw new AirlockError("REQUEST_INVALID", "Cannot save skill: no");
      return { name, version: 1, description: "", trust: "draft", tools: [] };
    },
  } as unknown as SkillLibrary;
  const ended = new AbortController();
  const caller = { name: "ann" };
  const { saveSkill } = answerSkills(library, {
    ...{ caller, permission: "full" as const },
    runId: "run_1",
    signal: ended.signal,
  });
  const saves = ["a", "b", "c", "d"].map((name) =>
    saveSkill({ name, description: "", code: "" }).then(() => "saved", ({ code }) => code)
  );
  for (const _turn of [1, 2, 3]) {
    while (turns.length === 0) await new Promise((resolve) => setTimeout(resolve));
    if (tried.length === 3) ended.abort();
    turns.pop()!();
  }
  assertEquals(await Promise.all(saves), ["saved", "REQUEST_INVALID", "saved", "CANCELLED"]);
  assertEquals([most, tried], [1, ["a", "b", "c"]]);
});

Deno.test("a program that is over saves nothing more", async () => {
  const signal = AbortSignal.abort();
  const caller = { name: "ann" };
  const { saveSkill } = answerSkills({} as SkillLibrary, {
    ...{ caller, permission: "full" as const },
    runId: "run_1",
    signal,
  });
  await assertRejects(() => saveSkill({ name: "a", description: "", code: "" }), AirlockError);
});

const GET = { server: "crm", tool: "get_lead" };

Deno.test("AnswerSizes knows the largest of a tool's latest answers", () => {
  const sizes = new AnswerSizes();
  assertEquals(sizes.largest(GET), undefined);
  sizes.note(GET, 900);
  sizes.note(GET, 100);
  sizes.note({ server: "crm", tool: "list_leads" }, 5_000);
  assertEquals(sizes.largest(GET), 900);
  for (let at = 0; at < 20; at++) sizes.note(GET, 100);
  assertEquals(sizes.largest(GET), 100);
});

Deno.test("AnswerSizes forgets the tools of a server, and of no other", () => {
  const sizes = new AnswerSizes();
  const other = { server: "crm2", tool: "get_lead" };
  sizes.note(GET, 1);
  sizes.note(other, 2);
  sizes.forget("crm");
  assertEquals([sizes.largest(GET), sizes.largest(other)], [undefined, 2]);
});
