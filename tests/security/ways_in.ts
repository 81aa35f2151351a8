import { join } from "@std/path";
import { parseConfig } from "../../src/config/config.ts";
import type { Isolation } from "../../src/config/limits.ts";
import { AirlockError } from "../../src/model/errors.ts";
import { startGateway } from "../../src/gateway/start_gateway.ts";
import { asModule } from "../../src/program/as_module.ts";
import { createRuntime } from "../../src/host/create_runtime.ts";
import { startTestRuntime } from "../fixtures/test_runtime.ts";
import { startTestStripper } from "../fixtures/test_stripper.ts";
import { CANARY } from "./canaries.ts";

const project = new URL("../../", import.meta.url).pathname;

/** Long enough for an attack to succeed; one that would go on longer has ended at its limit. */
const TIMEOUT_MS = 5_000;

/** Neither a type error nor a person keeps a program from trying the walls. */
const UNASKED = {
  policy: { check: "off", learnTypes: "off" },
  approvals: { levels: { high: "allow", critical: "allow" } },
} as const;

/** A way by which a program comes to be run. */
export interface WayIn extends AsyncDisposable {
  /** The folder of a session. */
  workspaceOf(session: string): string;
  /** Runs a program; gives all that its author is shown. */
  run(attack: AttackRun): Promise<string>;
}

/** One run of an attack. */
export interface AttackRun {
  readonly code: string;
  readonly session: string;
  /** Called while it runs, when it has said something. */
  readonly onOutput: () => void;
}

/** Through `runtime.run`. */
export async function byLibrary(isolation: Partial<Isolation> = {}): Promise<WayIn> {
  const runtime = await startTestRuntime({ isolation });
  return {
    workspaceOf: (session) => join(runtime.root, "workspace", session),
    async run({ code, session, onOutput }) {
      const { value, logs, error } = await runtime.run({
        code,
        session,
        timeoutMs: TIMEOUT_MS,
        onEvent: ({ type }) => type === "log" && onOutput(),
      });
      return JSON.stringify({ value, logs, error });
    },
    [Symbol.asyncDispose]: () => runtime[Symbol.asyncDispose](),
  };
}

/** What became of the programs that came as skills. */
export interface SkillWayIn extends WayIn {
  /** How many were saved, and so ran. */
  saved: number;
}

/** Saved as a skill, which another program imports and calls; what is refused is said. */
export async function bySkill(): Promise<SkillWayIn> {
  const runtime = await startTestRuntime();
  const stripper = await startTestStripper();
  const wayIn = {
    saved: 0,
    workspaceOf: (session: string) => join(runtime.root, "workspace", session),
    async run({ code, session }: AttackRun) {
      const name = session.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
      try {
        const module = await asModule(code, stripper);
        const draft = { name, description: "An attack", code: module };
        await runtime.skills.save(draft, { owner: "owner" });
      } catch (error) {
        if (error instanceof AirlockError) return `Refused: ${error.message}`;
        throw error;
      }
      wayIn.saved++;
      const { value, logs, error } = await runtime.run({
        code: `import * as skill from "./skills/${name}";\nreturn await skill.run?.();`,
        session,
        timeoutMs: TIMEOUT_MS,
      });
      return JSON.stringify({ value, logs, error });
    },
    async [Symbol.asyncDispose]() {
      await runtime[Symbol.asyncDispose]();
      await stripper[Symbol.asyncDispose]();
    },
  };
  return wayIn;
}

/** Through `POST /v1/runs` of a gateway, as a client without the event stream. */
export async function byHttp(): Promise<WayIn> {
  const root = await Deno.makeTempDir();
  const input = { gateway: { port: 0 }, ...UNASKED };
  const runtime = await createRuntime(await parseConfig(input, { root }));
  const gateway = await startGateway(runtime);
  const token = (await Deno.readTextFile(gateway.tokenPath)).trim();
  return {
    workspaceOf: (session) => join(root, "workspace", session),
    async run({ code, session }) {
      const response = await fetch(`${gateway.url}/v1/runs`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify({ code, session, timeoutMs: TIMEOUT_MS }),
      });
      return await shown(response);
    },
    async [Symbol.asyncDispose]() {
      await gateway.stop();
      await runtime[Symbol.asyncDispose]();
      await Deno.remove(root, { recursive: true });
    },
  };
}

/** What a program tried stands in the result by its name, which is not reaching it. */
async function shown(response: Response): Promise<string> {
  const { escapeAttempts: _, ...rest } = await response.json();
  return JSON.stringify(rest);
}

/** Through the command line, each run a process of its own; all that it prints is looked at. */
export async function byCommandLine(): Promise<WayIn> {
  const root = await Deno.makeTempDir();
  await Deno.writeTextFile(join(root, "airlock.json"), JSON.stringify(UNASKED));
  return {
    workspaceOf: (session) => join(root, "workspace", session),
    async run({ code, session }) {
      const file = join(root, `${session}.ts`);
      await Deno.writeTextFile(file, code);
      const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: [
          ...["run", "-A", join(project, "src/commands/run.ts"), file],
          ...["--session", session, "--timeout-ms", String(TIMEOUT_MS)],
        ],
        cwd: root,
        env: { INIT_CWD: root },
        stdin: "null",
      }).output();
      const decoder = new TextDecoder();
      return `${decoder.decode(stdout)}\n${decoder.decode(stderr)}`;
    },
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
}

/** Longer than any attack of the corpus needs to succeed. */
const BARE_TIMEOUT_MS = 15_000;
/** Enough to see what a program says. */
const BARE_OUTPUT_BYTES = 1 << 20;

/** `deno run` with the least flags that the same program needs, and nothing of Airlock. */
export async function byBareDeno(): Promise<WayIn> {
  const root = await Deno.makeTempDir();
  const [servers, skills] = ["servers", "skills"].map((name) => join(root, name));
  await Promise.all([servers!, skills!].map((folder) => Deno.mkdir(folder)));
  return {
    workspaceOf: (session) => join(root, session, "workspace"),
    async run({ code, session, onOutput }) {
      const workspace = join(root, session, "workspace");
      await Deno.mkdir(workspace, { recursive: true });
      const file = join(workspace, `${session}.ts`);
      await Deno.writeTextFile(file, code);
      const child = new Deno.Command(Deno.execPath(), {
        args: [
          ...["run", "--no-prompt", `--allow-read=${servers},${skills},${workspace}`],
          ...[`--allow-write=${workspace},${skills}`, "--allow-net=127.0.0.1:47001"],
          ...["--v8-flags=--max-old-space-size=128", file],
        ],
        cwd: join(root, session),
        env: {
          DENO_DIR: join(root, "deno"),
          NO_COLOR: "1",
          ESCAPE_CANARY_ENV: `${CANARY}-env`,
        },
        clearEnv: true,
        stdin: "piped",
        stdout: "piped",
        stderr: "piped",
        detached: true,
      }).spawn();
      const kill = () => {
        try {
          Deno.kill(-child.pid, "SIGKILL");
        } catch {
          // It has ended.
        }
      };
      const timer = setTimeout(kill, BARE_TIMEOUT_MS);
      const texts = await Promise.all(
        [child.stdout, child.stderr].map((stream) => readText(stream, onOutput)),
      );
      await child.status;
      clearTimeout(timer);
      await child.stdin.close().catch(() => {});
      return texts.join("\n");
    },
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
}

/** Reads to the end, as somebody does who sets no limit, and keeps the beginning and the end. */
async function readText(
  stream: ReadableStream<Uint8Array>,
  onOutput: () => void,
): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) {
    onOutput();
    text += decoder.decode(chunk, { stream: true });
    if (text.length > 2 * BARE_OUTPUT_BYTES) {
      text = text.slice(0, BARE_OUTPUT_BYTES / 2) + text.slice(-BARE_OUTPUT_BYTES / 2);
    }
  }
  return text;
}
