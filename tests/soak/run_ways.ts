import type { startGateway } from "../../src/gateway/start_gateway.ts";

type Gateway = Awaited<ReturnType<typeof startGateway>>;
import type { RunResult } from "../../src/model/run_result.ts";
import type { RunRequest } from "../../src/model/run_request.ts";
import type { Runtime } from "../../src/runs/runtime.ts";

/** A way in which a client has a program run; undefined where it left before the end. */
export type RunWay = (request: RunRequest) => Promise<RunResult | undefined>;

/** The ways that there are: as a library, over HTTP, and over HTTP as a stream of events. */
export async function runWays(runtime: Runtime, gateway: Gateway): Promise<readonly RunWay[]> {
  const token = (await Deno.readTextFile(gateway.tokenPath)).trim();
  const post = async ({ signal, ...body }: RunRequest, accept: string) => {
    const response = await fetch(`${gateway.url}/v1/runs`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json", accept },
      body: JSON.stringify(body),
      signal: signal ?? null,
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`Cannot run program: ${response.status} ${text}`);
    return text;
  };
  return [
    (request) => runtime.run(request),
    unlessLeft(async (request) => JSON.parse(await post(request, "application/json"))),
    unlessLeft(async (request) => resultOf(await post(request, "text/event-stream"))),
  ];
}

function unlessLeft(way: (request: RunRequest) => Promise<RunResult>): RunWay {
  return async (request) => {
    try {
      return await way(request);
    } catch (error) {
      if (request.signal?.aborted) return undefined;
      throw error;
    }
  };
}

function resultOf(events: string): RunResult {
  const [, data] = /^event: result\ndata: (.*)$/m.exec(events) ?? [];
  if (data === undefined) throw new Error(`Cannot read events: no result in ${events.slice(-200)}`);
  return JSON.parse(data);
}
