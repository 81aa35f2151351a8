import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { countModelTokens } from "../../../src/text/count_model_tokens.ts";
import { EXAMPLE_RESULT } from "../../../src/gateway/run_schemas.ts";
import { shownRun, showRun } from "../../../src/gateway/mcp/show_run.ts";
import { fitLines } from "../../../src/gateway/mcp/bound_lines.ts";
import type { z } from "zod";
import type { RunResult } from "../../../src/model/run_result.ts";

/** Shows a run that is as the example but for some parts. */
function show(parts: Partial<RunResult>, maxModelTokens = 8_000) {
  const { content, structuredContent, isError } = showRun(
    { ...EXAMPLE_RESULT, ...parts },
    { maxModelTokens },
  );
  const [first] = content;
  assert(first?.type === "text" && content.length === 1);
  shownRun.parse(structuredContent);
  return {
    text: first.text,
    structured: structuredContent as
      & z.infer<typeof shownRun>
      & { risk?: Record<string, unknown>; warnings?: string[] },
    isError,
  };
}

const lines = (count: number, text: string) =>
  Array.from({ length: count }, (_, at) => ({
    level: "info" as const,
    text: `${at} ${text}`,
    atMs: at,
  }));

Deno.test("showRun() gives a model the logs and the value, and a program all parts", () => {
  const { text, structured, isError } = show({});
  assertEquals(text, '40 of 10000 leads are duplicates\n{"duplicates":40}');
  assertEquals(isError, undefined);
  assertEquals(structured, {
    runId: EXAMPLE_RESULT.runId,
    status: "completed",
    value: { duplicates: 40 },
    logs: ["40 of 10000 leads are duplicates"],
    calls: ["crm/list_leads ok"],
    files: [],
  });
});

Deno.test("showRun() shows a text as it is, and null only where there is nothing else", () => {
  assertEquals(show({ value: 'a "b"\nc', logs: [] }).text, 'a "b"\nc');
  assertEquals(show({ value: null, logs: [] }).text, "null");
  assertEquals(show({ value: null, logs: lines(1, "said") }).text, "0 said\ncompleted");
});

Deno.test("showRun() shows why and where a run failed, and its calls", () => {
  const [call] = EXAMPLE_RESULT.calls;
  const { text, structured, isError } = show({
    status: "failed",
    value: null,
    logs: [],
    calls: [call!, call!, { ...call!, tool: "send_email", outcome: "tool_error" }],
    error: { code: "PROGRAM_THREW", message: "no lead", line: 3, hint: "Ask for another" },
  });
  assertEquals(isError, true);
  assertEquals(
    text,
    "PROGRAM_THREW: no lead (line 3)\nAsk for another\n" +
      "Calls made: crm/list_leads ok ×2; crm/send_email tool_error",
  );
  assertEquals(structured.error, {
    code: "PROGRAM_THREW",
    message: "no lead",
    line: 3,
    hint: "Ask for another",
  });
});

Deno.test("showRun() keeps to the budget of model tokens, and reports what is missing", () => {
  const floods: Partial<RunResult>[] = [
    { logs: lines(100_000, "log line of a program that says too much") },
    { logs: lines(3, "x".repeat(400_000)) },
    { value: "word ".repeat(480), logs: lines(2_000, "more") },
    { value: "word ".repeat(499).trim(), files: [{ path: "./workspace/a.txt", bytes: 1 }] },
    { value: null, error: { code: "PROGRAM_THREW", message: "why ".repeat(100_000) } },
    { files: Array.from({ length: 999 }, (_, at) => ({ path: `./workspace/${at}`, bytes: at })) },
  ];
  for (const parts of floods) {
    const { text, structured } = show(parts, 500);
    assert(countModelTokens(text) <= 500, `${countModelTokens(text)}: ${text.slice(0, 80)}`);
    assert(countModelTokens(structured.logs.join("\n")) <= 500);
    assert(structured.calls.length <= 21 && structured.files.length <= 21);
  }
  const { text } = show(floods[0]!, 500);
  assertMatch(text, /\[\d+ of 100000 log lines left out/);
  assertStringIncludes(text, "0 log line");
  assertStringIncludes(text, "99999 log line");
  assertStringIncludes(text, '{"duplicates":40}');
});

Deno.test("showRun() shows at least the status, whatever the budget", () => {
  assertEquals(show({ value: "word ".repeat(9) }, 1).text, "completed");
});

Deno.test("showRun() shows of a run that waits its risk, findings, and what would lower it", () => {
  const finding = {
    rule: "destroys",
    level: "high",
    line: 4,
    message: "The program may call a tool that destroys: crm.delete_lead",
    lowers: "Use a tool that can be undone",
  } as const;
  const findings = Array.from({ length: 40 }, () => finding);
  const { text, structured } = show({
    status: "waiting",
    value: null,
    logs: [],
    approvals: ["apr_1"],
    risk: { level: "high", score: 60, findings, estimatedWrites: null },
    error: { code: "APPROVAL_PENDING", message: "The run waits for a person: apr_1" },
  });
  assertStringIncludes(text, "Risk: high\n- line 4: The program may call a tool that destroys");
  assertStringIncludes(text, "to lower it: Use a tool that can be undone");
  assertStringIncludes(text, "and 35 more");
  const { line, message, lowers } = finding;
  const risk = structured.risk as { level: string; findings: unknown[] };
  assertEquals([risk.level, risk.findings.length], ["high", 5]);
  assertEquals(risk.findings[0], { line, message, lowers });
});

Deno.test("showRun() shows warnings", () => {
  const { text, structured } = show({ warnings: ["nothing ran"] });
  assertStringIncludes(text, "Warning: nothing ran");
  assertEquals(structured.warnings, ["nothing ran"]);
});

Deno.test("fitLines() returns lines that fit unchanged", () => {
  assertEquals(fitLines([], 10), []);
  assertEquals(fitLines(["a", "", "b"], 10), ["a", "", "b"]);
});

Deno.test("fitLines() keeps the first and last lines, and counts the others", () => {
  const lines = Array.from({ length: 100 }, (_, at) => `line ${at}`);
  const fitted = fitLines(lines, 60);
  assertEquals(fitted[0], "line 0");
  assertEquals(fitted.at(-1), "line 99");
  const [note] = fitted.filter((line) => line.startsWith("["));
  const kept = fitted.length - 1;
  assertMatch(note!, new RegExp(`^\\[${100 - kept} of 100 log lines left out`));
});

Deno.test("fitLines() keeps to the budget, whatever the lines", () => {
  for (const line of ["word word", "x".repeat(50_000), "日本語".repeat(40), "", "\n\n"]) {
    for (const max of [-5, 0, 10, 24, 25, 100, 1_000]) {
      const fitted = fitLines(Array(500).fill(line), max);
      assert(countModelTokens(fitted.join("\n")) <= Math.max(0, max), `${max} ${line.slice(0, 9)}`);
    }
  }
});
