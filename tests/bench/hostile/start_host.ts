import { createHash } from "node:crypto";
import { join } from "@std/path";

const project = new URL("../../../", import.meta.url).pathname;

/** A host that does not answer for so long stands still. */
const STANDS_STILL_MS = 30_000;

/** A gateway in a process of its own, and those who call it. */
export interface HostileHost extends AsyncDisposable {
  readonly pid: number;
  readonly url: string;
  /** Runs a program of the principal that is timed; rejects where it does not complete. */
  run(code: string): Promise<void>;
  /** Posts a program of one of the others. */
  post(code: string, principal: number, signal?: AbortSignal): Promise<number>;
  /** Sends SIGTERM; gives how long the host took to end, in milliseconds. */
  stop(): Promise<number>;
}

/** Starts a gateway with the sample server and so many callers who may only read. */
export async function startHostileHost(callers: number): Promise<HostileHost> {
  const root = await Deno.makeTempDir();
  const tokens = Array.from({ length: callers + 1 }, (_, at) => `${at}`.padStart(40, "t"));
  const principals = Object.fromEntries(tokens.map((token, at) => [
    at === 0 ? "timed" : `caller${at}`,
    {
      tokenSha256: createHash("sha256").update(token).digest("hex"),
      permission: "read_only",
    },
  ]));
  const config = {
    mcpServers: {
      crm: {
        command: "deno",
        args: ["run", "--no-prompt", join(project, "examples/servers/crm.ts")],
      },
    },
    gateway: { principals, port: 0, concurrentRuns: 16, shutdownMs: 1_000 },
    folders: { state: "state", servers: "servers", workspace: "workspace", skills: "skills" },
  };
  await Deno.writeTextFile(join(root, "airlock.json"), JSON.stringify(config));
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      join(project, "src/commands/serve.ts"),
      "--config",
      join(root, "airlock.json"),
    ],
    cwd: root,
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const output = child.stdout.pipeThrough(new TextDecoderStream());
  const url = await readUrl(output);
  const client = Deno.createHttpClient({ poolMaxIdlePerHost: 64 });
  const ask = (code: string, token: string, signal?: AbortSignal) =>
    fetch(`${url}/v1/runs`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ code }),
      client,
      ...(signal && { signal }),
    });
  let ended = false;
  void child.status.then(() => ended = true);
  return {
    pid: child.pid,
    url,
    async run(code) {
      const response = await ask(code, tokens[0]!, AbortSignal.timeout(STANDS_STILL_MS));
      const result = await response.json();
      if (result.status !== "completed") {
        throw new Error(`Cannot run short program: ${JSON.stringify(result.error ?? result)}`);
      }
    },
    async post(code, principal, signal) {
      const response = await ask(code, tokens[principal + 1]!, signal);
      await response.body?.cancel();
      return response.status;
    },
    async stop() {
      const began = performance.now();
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), STANDS_STILL_MS);
      await child.status;
      clearTimeout(timer);
      return performance.now() - began;
    },
    async [Symbol.asyncDispose]() {
      if (!ended) child.kill("SIGKILL");
      await child.status;
      client.close();
      await Deno.remove(root, { recursive: true });
    },
  };
}

async function readUrl(output: ReadableStream<string>): Promise<string> {
  let text = "";
  const reader = output.getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) throw new Error("Cannot start host: it ended");
    text += value;
    const url = /http:\/\/\S+/.exec(text)?.[0];
    if (url === undefined) continue;
    // What follows is thrown away, so that the pipe never fills.
    void (async () => {
      while (!(await reader.read()).done);
    })();
    return url;
  }
}
