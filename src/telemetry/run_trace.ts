import {
  type Attributes,
  type Context,
  context,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";
import type { RunResult } from "../model/run_result.ts";
import { traceParent } from "../model/trace_parent.ts";

/** What a run spends its time on, in order. */
const STAGES = ["program", "risk", "typecheck", "worker", "execute", "result"] as const;

/** One of them. */
type Stage = typeof STAGES[number];

/** Options of {@linkcode RunTrace}. */
interface RunTraceOptions {
  readonly runId: string;
  /** W3C `traceparent` of the caller; an invalid one is ignored. */
  readonly parent?: string | undefined;
}

/**
 * The spans of one run, nested under it. An exporter of the embedding program, or `OTEL_DENO`, sends
 * them; no span holds an argument, a result, an address or a name that a program chose.
 */
export class RunTrace {
  readonly #span: Span;
  readonly #context: Context;
  readonly #stageMs = new Map<Stage, number>();

  constructor({ runId, parent }: RunTraceOptions) {
    const outer = contextOf(parent);
    this.#span = tracer().startSpan("run", { attributes: { "airlock.run_id": runId } }, outer);
    this.#context = trace.setSpan(outer, this.#span);
  }

  /** How long each stage took, in milliseconds. */
  get stageMs(): ReadonlyMap<Stage, number> {
    return this.#stageMs;
  }

  /** Does the work of a stage under a span of its own. */
  async stage<T>(stage: Stage, work: () => Promise<T>): Promise<T> {
    const began = performance.now();
    try {
      return await this.#within(stage, {}, work);
    } finally {
      this.#stageMs.set(stage, performance.now() - began);
    }
  }

  /** Makes a call under a span of its own, whose context goes on to the server. */
  async call<T>(
    called: { readonly server: string; readonly tool: string } | undefined,
    work: () => Promise<T>,
  ): Promise<T> {
    const { server, tool } = called ?? {};
    const attributes = server === undefined || tool === undefined
      ? {}
      : { "airlock.server": server, "airlock.tool": tool };
    return await this.#within("call", attributes, work);
  }

  /** Ends the span of the run. */
  end(result: Pick<RunResult, "status" | "error"> | undefined): void {
    const code = result === undefined ? "INTERNAL" : result.error?.code;
    this.#span.setAttribute("airlock.status", result?.status ?? "failed");
    if (code !== undefined) fail(this.#span, code);
    this.#span.end();
  }

  async #within<T>(name: string, attributes: Attributes, work: () => Promise<T>): Promise<T> {
    const span = tracer().startSpan(name, { attributes }, this.#context);
    const header = headerOf(span.spanContext());
    const inContext = () => context.with(trace.setSpan(this.#context, span), work);
    try {
      return await (header === undefined ? inContext() : traceParent.run(header, inContext));
    } catch (error) {
      // A message may quote anything.
      fail(span, String((error as { code?: unknown } | null)?.code ?? "failed"));
      throw error;
    } finally {
      span.end();
    }
  }
}

function tracer() {
  return trace.getTracer("airlock");
}

function fail(span: Span, code: string): void {
  span.setStatus({ code: SpanStatusCode.ERROR, message: code });
}

function contextOf(parent: string | undefined): Context {
  const [, traceId, spanId, flags] =
    /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(parent ?? "") ?? [];
  if (traceId === undefined || spanId === undefined) return ROOT_CONTEXT;
  const known = { traceId, spanId, traceFlags: parseInt(flags!, 16), isRemote: true };
  return isSpanContextValid(known) ? trace.setSpanContext(ROOT_CONTEXT, known) : ROOT_CONTEXT;
}

function headerOf(span: SpanContext): string | undefined {
  if (!isSpanContextValid(span)) return undefined;
  return `00-${span.traceId}-${span.spanId}-${span.traceFlags.toString(16).padStart(2, "0")}`;
}
