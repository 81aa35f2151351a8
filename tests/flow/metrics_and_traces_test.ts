import { assert, assertEquals } from "@std/assert";
import { type Context, context, type Span, trace, type Tracer } from "@opentelemetry/api";
import { startTestRuntime } from "../fixtures/test_runtime.ts";
import { serveStreamable } from "../upstream/http_servers.ts";

const PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

Deno.test("spans nest under the run and its caller's, go on to HTTP servers, and hold no value", async () => {
  const { spans, tracer } = recordSpans();
  trace.setGlobalTracerProvider({ getTracer: () => tracer });
  try {
    await using http = await serveStreamable();
    await using runtime = await startTestRuntime({
      mcpServers: { web: { url: `${http.url}?key=s3cret` } },
    });
    const { status } = await runtime.run({
      code: `import { callTool } from "airlock";
await callTool("web", "echo", { text: "a word" });
await callTool("web", "a word of the program".slice(2), {}).catch(() => {});`,
      traceParent: PARENT,
    });
    assertEquals(status, "completed");
    const run = spans.find(({ name }) => name === "run")!;
    assertEquals(run.parent, PARENT.slice(36, 52));
    const inner = spans.filter(({ name }) => name !== "run");
    assertEquals(inner.map(({ name }) => name).sort(), [
      "call",
      "call",
      "execute",
      "program",
      "result",
      "risk",
      "typecheck",
      "worker",
    ]);
    assert(inner.every(({ parent }) => parent === run.id));
    assert(spans.every(({ traceId, ended }) => traceId === PARENT.slice(3, 35) && ended));
    const call = inner.find(({ attributes }) => attributes["airlock.tool"] === "echo")!;
    const sent = http.requests.map((headers) => headers.get("traceparent"));
    assert(sent.includes(`00-${call.traceId}-${call.id}-01`), sent.join());
    const written = JSON.stringify(spans);
    for (const word of ["word", "s3cret", "127.0.0.1"]) assert(!written.includes(word), written);
  } finally {
    trace.disable();
    context.disable();
  }
});

Deno.test("GET /metrics counts runs, stages, calls, workers, cache and what the door did", async () => {
  await using runtime = await startTestRuntime({ servers: ["crm"] });
  await runtime.run({
    code: `import { get_lead } from "./servers/crm/get_lead.ts";
import { callTool } from "airlock";
await callTool("crm", "made up".toUpperCase(), {}).catch(() => {});
return await get_lead({ lead_id: "lead-00001" });`,
  });
  const text = await runtime.metricsText();
  for (
    const line of [
      'airlock_runs_total{status="completed",risk="low",mode="program"} 1',
      'airlock_calls_total{server="crm",tool="get_lead",outcome="ok"} 1',
      'airlock_cache_lookups_total{server="crm",tool="get_lead",outcome="off"} 1',
      'airlock_run_stage_seconds_count{stage="execute"} 1',
      'airlock_workers_total{event="taken_fresh"} 1',
      "airlock_runs_running 0",
      "airlock_approvals_waiting 0",
    ]
  ) assert(text.includes(line), `${line}\n${text}`);
  assert(/airlock_privacy_events_total\{kind="EMAIL",action="masked"\} [1-9]/.test(text), text);
  assert(/airlock_memory_bytes\{kind="rss"\} \d+/.test(text));
  assert(!text.includes("MADE UP"), "a name that a program made up is no label");
});

interface Recorded {
  readonly name: string;
  readonly id: string;
  readonly traceId: string;
  readonly parent: string | undefined;
  readonly attributes: Record<string, unknown>;
  ended: boolean;
}

/** A tracer that keeps what it is told. */
function recordSpans(): { spans: Recorded[]; tracer: Tracer } {
  const spans: Recorded[] = [];
  const startSpan = (name: string, options?: { attributes?: object }, parent?: Context): Span => {
    const outer = parent && trace.getSpanContext(parent);
    const recorded: Recorded = {
      name,
      id: String(spans.length + 1).padStart(16, "a"),
      traceId: outer?.traceId ?? "f".repeat(32),
      parent: outer?.spanId,
      attributes: { ...options?.attributes },
      ended: false,
    };
    spans.push(recorded);
    const span: Partial<Span> = {
      spanContext: () => ({ traceId: recorded.traceId, spanId: recorded.id, traceFlags: 1 }),
      setAttribute(key, value) {
        recorded.attributes[key] = value;
        return span as Span;
      },
      setStatus({ message }) {
        recorded.attributes["error"] = message;
        return span as Span;
      },
      end: () => void (recorded.ended = true),
    };
    return span as Span;
  };
  return { spans, tracer: { startSpan } as unknown as Tracer };
}
