import { cp } from "node:fs/promises";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { parseConfig } from "../../src/config/config.ts";
import { ERROR_CODES } from "../../src/model/errors.ts";
import { openToken } from "../../src/gateway/open_token.ts";
import { createRuntime } from "../../src/host/create_runtime.ts";
import { sampled } from "../fixtures/sampled.ts";
import { COMMANDS, START_UP_FAULTS, type StartUpFault } from "./start_up_faults.ts";

const project = new URL("../../", import.meta.url).pathname;
const linux = { ignore: Deno.build.os !== "linux" };

const CONFIG = {
  mcpServers: {
    crm: {
      command: Deno.execPath(),
      args: ["run", "--no-prompt", join(project, "examples/servers/crm.ts")],
    },
  },
};
const PROGRAM = `import { get_lead } from "./servers/crm/get_lead.ts";
return (await get_lead({ lead_id: "lead-00001" })).name;`;

/** Makes a folder in which a gateway has run, with all that it leaves. */
async function makeUsedFolder(): Promise<string> {
  const root = await Deno.makeTempDir();
  await Deno.writeTextFile(join(root, "airlock.json"), JSON.stringify(CONFIG));
  await Deno.writeTextFile(join(root, "program.ts"), PROGRAM);
  const config = await parseConfig(CONFIG, { root });
  {
    await using runtime = await createRuntime(config);
    assertEquals((await runtime.run({ code: PROGRAM, session: "s1" })).status, "completed");
  }
  await openToken(config.folders.state);
  return root;
}

interface Ended {
  readonly code: number;
  readonly stderr: string;
}

/** Starts a command; one that serves is ended when it does. */
async function start(
  [command, words]: readonly [string, readonly string[]],
  { root, env = {}, shell = "" }: {
    root: string;
    env?: Readonly<Record<string, string>>;
    shell?: string;
  },
): Promise<Ended> {
  const enter = shell.includes("mount ") ? ["unshare", "-rm"] : [];
  const [program, ...args] = [
    ...enter,
    ...["sh", "-c", `${shell} exec "$@"`, "sh", Deno.execPath()],
    ...["run", "-A", join(project, `src/commands/${command}.ts`), ...words],
  ];
  await using process = new Deno.Command(program!, {
    args,
    cwd: root,
    env: { INIT_CWD: root, TMPDIR: root, ROOT: root, ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const late = setTimeout(() => process.kill("SIGKILL"), 60_000);
  const stderr = new Response(process.stderr).text();
  for await (const text of process.stdout.pipeThrough(new TextDecoderStream())) {
    if (command === "serve" && text.includes("listens on")) process.kill("SIGTERM");
  }
  const { code, signal } = await process.status;
  clearTimeout(late);
  assertEquals(signal, null, `${command} was ended: ${await stderr}`);
  return { code, stderr: await stderr };
}

const ERROR_LINE = new RegExp(`^error (${ERROR_CODES.join("|")})( at \\d+:\\d+)?: Cannot .+$`, "m");

async function tryFault(fault: StartUpFault, command: string, used: string): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    await cp(used, root, { recursive: true, preserveTimestamps: true });
    const around = await fault.make(root) ?? {};
    const { code, stderr } = await start([command, COMMANDS[command]!], { root, ...around });
    assert(!/^\s+at |[Uu]ncaught|panicked|RangeError|TypeError|\[object /m.test(stderr), stderr);
    if (code === 0) return;
    // `generate --check` and `audit verify` give 1 for what they found.
    if (code === 1 && ["generate", "audit", "doctor"].includes(command)) return;
    assertMatch(stderr, ERROR_LINE);
    assert([1, 2].includes(code), `${code}: ${stderr}`);
    const lines = stderr.trimEnd().split("\n");
    const said = lines.findIndex((line) => ERROR_LINE.test(line));
    assert((lines[said + 1] ?? "").length > 0, `no hint: ${stderr}`);
  } finally {
    await Deno.remove(root, { recursive: true }).catch(() => {});
  }
}

async function canMount(): Promise<boolean> {
  const probe = new Deno.Command("unshare", { args: ["-rm", "mount", "-t", "tmpfs", "n", "/mnt"] });
  return await probe.output().then(({ success }) => success, () => false);
}

Deno.test(
  "whatever is wrong at the start, a command says it in a line, with a code and a hint",
  linux,
  async (t) => {
    const mounts = await canMount();
    const used = await makeUsedFolder();
    try {
      const pairs = START_UP_FAULTS.flatMap((fault) =>
        Object.keys(COMMANDS).map((command) => ({ fault, command }))
      );
      const tried = sampled(pairs, {
        keep: 13,
        name: "faults at the start",
        kinds: ({ command }) => [command],
      });
      for (const { fault, command } of tried) {
        const name = `${command}: ${fault.name}`;
        const needsMount = / (can only be read|is on a full disk)$/.test(name);
        await t.step({
          name,
          ignore: needsMount && !mounts,
          fn: () => tryFault(fault, command, used),
        });
      }
    } finally {
      await Deno.remove(used, { recursive: true });
    }
  },
);
