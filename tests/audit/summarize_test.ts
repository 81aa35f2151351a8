import { assert, assertEquals } from "@std/assert";
import { reportMarkdown, reportPage } from "../../src/audit/report.ts";
import { summarize } from "../../src/audit/summarize.ts";
import { makeTestLog } from "./open_log.ts";

Deno.test("a report sums up what was written down in its time, and nothing before it", async () => {
  await using test = await makeTestLog();
  using log = await test.open();
  const write = (runId: string, status: string) => {
    const call = { server: "crm", tool: "get_lead", ms: 4, cache: "hit" };
    log.append("run_started", { runId, body: { principal: "ann", admission: "admitted" } });
    log.append("call_ended", { runId, body: { ...call, privacy: { "EMAIL masked": 3 } } });
    log.append("call_denied", { runId, body: { ...call, cache: undefined, code: "TOOL_DENIED" } });
    log.append("escape_attempt", { runId, body: { permission: "read" } });
    log.append("run_ended", { runId, body: { status, code: null, usage: { wallMs: 10 } } });
  };
  write("run_1", "completed");
  const from = test.now += 5_000;
  write("run_2", "completed");
  log.append("run_started", {
    runId: "run_3",
    body: { principal: "<b>", admission: "TYPE_ERROR" },
  });
  const report = summarize(log, { from, to: from + 1 });
  assertEquals([report.runs, report.calls, report.cacheHits], [2, 2, 1]);
  assertEquals(report.runsByStatus, { completed: 1, unfinished: 1 });
  assertEquals(report.violations, {
    "call: TOOL_DENIED": 1,
    "permission: read": 1,
    "program: TYPE_ERROR": 1,
  });
  assertEquals([report.privacy, report.runMs.p95], [{ "EMAIL masked": 3 }, 10]);
  const [markdown, page] = [reportMarkdown(report), reportPage(report)];
  assert(markdown.includes("| crm.get\\_lead | 2 |"), markdown);
  assert(page.includes("<svg") && !page.includes("<script") && !page.includes("<b>"));
  assert(!/(?:src|href)=/.test(page));
});
