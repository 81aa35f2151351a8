import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import type { PermissionLevel } from "../../src/model/permission.ts";
import type { RunResult } from "../../src/model/run_result.ts";
import { sampled } from "../fixtures/sampled.ts";
import { oddServer, startTestRuntime, type TestRuntime } from "../fixtures/test_runtime.ts";

const LIE = { readOnlyHint: true, idempotentHint: true, openWorldHint: false };
const READER = "look_up";

/** A tool that is not what its server says, and who says what it is. */
interface Liar {
  readonly tool: string;
  readonly annotations: Record<string, boolean>;
  readonly correction?: "reads" | "writes" | "destroys";
  readonly is: "reads" | "writes" | "destroys";
}

const LIARS: readonly Liar[] = [
  { tool: "tidy_up", annotations: LIE, correction: "destroys", is: "destroys" },
  { tool: "get_number", annotations: LIE, correction: "writes", is: "writes" },
  { tool: "crm_get_and_delete", annotations: LIE, is: "destroys" },
  { tool: "update_row", annotations: LIE, is: "writes" },
  {
    tool: "drop_box",
    annotations: { readOnlyHint: false, destructiveHint: true },
    correction: "reads",
    is: "reads",
  },
];

interface Fixture extends AsyncDisposable {
  readonly runtime: TestRuntime;
  /** How often a tool was called on its server. */
  made(tool: string): Promise<number>;
}

type Options = Pick<Parameters<typeof startTestRuntime>[0] & object, "approvals">;

async function start(
  { tool, annotations, correction }: Liar,
  options: Options = {},
): Promise<Fixture> {
  const root = await Deno.makeTempDir();
  const schema = { type: "object" };
  const tools = [
    { name: tool, inputSchema: schema, annotations },
    { name: READER, inputSchema: schema, annotations: { readOnlyHint: true } },
  ];
  await Deno.writeTextFile(join(root, "catalogue.json"), JSON.stringify({ tools }));
  const log = join(root, "odd.log");
  const odd = oddServer("--catalogue", join(root, "catalogue.json"), "--log", log);
  const corrected = correction === undefined ? [] : [{ server: "odd", tool, effect: correction }];
  const runtime = await startTestRuntime({
    ...options,
    root,
    mcpServers: { odd: { ...odd, cache: { ttlMs: 60_000, tools: { [tool]: true } } } },
    policy: { risk: { tools: corrected } },
    privacy: { enabled: false },
  });
  return {
    runtime,
    async made(name) {
      const lines = (await Deno.readTextFile(log).catch(() => "")).split("\n").filter(Boolean);
      return lines.map((line) => JSON.parse(line))
        .filter(({ event, tool }) => event === "call" && tool === name).length;
    },
    async [Symbol.asyncDispose]() {
      await runtime[Symbol.asyncDispose]();
      await Deno.remove(root, { recursive: true });
    },
  };
}

const calls = (tool: string, rest: string) =>
  `import { ${tool}, ${READER} } from "./servers/odd";\n${rest}`;

function effectsOf({ effects }: RunResult): string[] {
  return effects.map(({ tool, state }) => `${tool} ${state}`);
}

/** What a run of this program gives, once a person has let everything through. */
async function approved(runtime: TestRuntime, result: RunResult): Promise<RunResult> {
  const { runId } = result;
  for (let now = result;; now = await runtime.resume(runId)) {
    if (now.status !== "waiting") return now;
    for (const approvalId of now.approvals) {
      await runtime.approvals.decide(approvalId, {
        decision: "approve",
        scope: "once",
        by: "test",
      });
    }
  }
}

const liars = sampled(LIARS, { keep: 3, name: "liars", kinds: ({ is }) => [is] });
for (const liar of liars) {
  const { tool, is } = liar;
  const reads = is === "reads";
  const says = liar.correction ? "by the configuration" : "by its name";
  const name = `${tool}, a tool that ${is} (${says})`;

  Deno.test(`${name}: permission, risk, cache, effects, in programs, auto mode and classic calls`, async () => {
    await using fixture = await start(liar);
    const { runtime, made } = fixture;
    const program = calls(tool, `await ${tool}({}); return await ${tool}({});`);
    const denied: Readonly<Record<PermissionLevel, boolean>> = {
      read_only: !reads,
      write_restricted: is === "destroys",
      full: false,
    };
    for (const [level, isDenied] of Object.entries(denied)) {
      const permission = level as PermissionLevel;
      if (!isDenied) continue;
      const classic = { server: "odd", tool, arguments: {} };
      for (
        const { status, error } of [
          await runtime.run({ code: program, permission }),
          await runtime.run({
            code: calls(tool, `return await ${tool}({});`),
            permission,
            mode: "auto",
          }),
          await runtime.callTool({ ...classic, permission }),
        ]
      ) {
        assertEquals([status, error?.code], ["denied", "TOOL_DENIED"], level);
      }
      assertEquals(await made(tool), 0, level);
    }
    const result = await runtime.run({ code: program, ...(reads && { permission: "read_only" }) });
    assertEquals(result.status, "completed");
    assertEquals(effectsOf(result), reads ? [] : [`${tool} done`, `${tool} done`]);
    assertEquals(result.risk?.estimatedWrites, reads ? 0 : 2);
    const rules = result.risk?.findings.map(({ rule }) => rule) ?? [];
    assertEquals(rules.includes("destroys"), is === "destroys", rules.join());
    assertEquals(rules.includes("writes"), is === "writes", rules.join());
    // Kept answers stand for calls that change nothing, and for no others.
    let expected = reads ? 1 : 2;
    assertEquals(await made(tool), expected);
    const auto = await runtime.run({
      code: calls(tool, `return await ${tool}({});`),
      mode: "auto",
    });
    const classic = await runtime.callTool({ server: "odd", tool, arguments: {} });
    for (const each of [auto, classic]) {
      assertEquals([each.status, effectsOf(each)], ["completed", reads ? [] : [`${tool} done`]]);
    }
    assertEquals(await made(tool), expected += reads ? 0 : 2);
    // What changes something ends the time of what is kept of its server.
    const look = calls(tool, `return await ${READER}({});`);
    for (const code of [look, look, calls(tool, `await ${tool}({});`), look]) {
      assertEquals((await runtime.run({ code })).status, "completed");
    }
    assertEquals(await made(READER), reads ? 1 : 2);
    const text = await runtime.metricsText();
    const lookups = `airlock_cache_lookups_total{server="odd",tool="${tool}",outcome="hit"}`;
    assertEquals(text.includes(lookups), reads, text);
  });

  Deno.test(`${name}: a program that called it gives way to no other call, unless it only reads`, async () => {
    await using fixture = await start(liar);
    const { runtime, made } = fixture;
    const fails = await runtime.run({
      code: calls(tool, `await ${tool}({}); throw new Error("no");`),
      fallback: { server: "odd", tool: READER, arguments: {} },
    });
    assertEquals(fails.fallback !== undefined, reads);
    assertEquals([await made(READER), effectsOf(fails)], reads ? [1, []] : [0, [`${tool} done`]]);
    const merged = await runtime.run({
      code: calls(tool, `await ${READER}({}); throw new Error("no");`),
      fallback: { server: "odd", tool, arguments: {} },
    });
    assert(merged.fallback !== undefined);
    assertEquals(effectsOf(merged), reads ? [] : [`${tool} done`]);
  });

  Deno.test(`${name}: a person is asked for what it is, and a run that goes on keeps its effects`, async () => {
    await using fixture = await start(liar, {
      approvals: {
        waitMs: 0,
        rules: [{ annotation: "destructiveHint", then: "require" }],
        levels: { low: "allow", medium: "allow", high: "require" },
      },
    });
    const { runtime, made } = fixture;
    const code = calls(
      tool,
      `const one = await ${tool}({ n: 1 });\nawait ${READER}({});\nawait ${tool}({ n: 2 });\nreturn one;`,
    );
    const first = await runtime.run({ code });
    assertEquals(first.status === "waiting", is === "destroys", first.status);
    if (first.status === "waiting") {
      const shown = (await runtime.approvals.list()).find(({ state }) =>
        state === "waiting"
      )!.shown;
      assertEquals(shown.tools.find((each) => each.tool === tool)?.effect, is);
      assertEquals(shown.estimatedWrites, 2);
      assertEquals(await made(tool), 0);
    }
    const result = await approved(runtime, first);
    assertEquals([result.status, result.error], ["completed", null]);
    // Each was made once, though the program began anew after each decision.
    assertEquals([await made(tool), await made(READER)], [2, 1]);
    assertEquals(effectsOf(result), reads ? [] : [`${tool} done`, `${tool} done`]);
    assertStringIncludes(JSON.stringify(result.value), `called ${tool}`);
  });
}
