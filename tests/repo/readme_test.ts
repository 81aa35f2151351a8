import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { sampled } from "../fixtures/sampled.ts";
import { startTestRuntime } from "../fixtures/test_runtime.ts";
import { parseConfig } from "../../src/config/config.ts";
import { countModelTokens } from "../../src/text/count_model_tokens.ts";
import { MCP_TOOLS } from "../../src/gateway/mcp/mcp_tools.ts";
import { createRuntime } from "../../src/host/create_runtime.ts";
import { LineProcess } from "../fixtures/servers/line_process.ts";
import { ProcessTransport } from "../fixtures/servers/process_transport.ts";
import { connectClient } from "../gateway/mcp/mcp_clients.ts";

const project = new URL("../../", import.meta.url).pathname;
const readme = await Deno.readTextFile(join(project, "README.md"));

const clients = await Deno.readTextFile(join(project, ".github/CLIENTS.md"));

/** The texts of the fenced blocks of one language. */
function blocks(language: string, text = readme): string[] {
  const fence = new RegExp("^```" + language + "\\n(.*?)^```$", "gms");
  return [...text.matchAll(fence)].map(([, text]) => text!);
}

Deno.test("the README's commands are of the Deno that runs the tests, and its tasks exist", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(join(project, "deno.json")));
  for (const [, version] of readme.matchAll(/deno@([\d.]+)/g)) {
    assertEquals(version, Deno.version.deno);
  }
  const named = [...readme.matchAll(/deno(?:@[\d.]+)? task ([\w:]+)/g)].map(([, task]) => task!);
  assert(named.length > 5);
  for (const task of named) assert(task in tasks, task);
});

Deno.test("the examples print what the README says", async () => {
  for (const block of sampled(blocks("console"), { keep: 1, name: "examples" })) {
    const [command, ...expected] = block.trimEnd().split("\n");
    const file = /^\$ deno task run (examples\/\w+\.ts)$/.exec(command!)![1]!;
    const { stdout, stderr, code } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "src/commands/run.ts", file],
      cwd: project,
      env: { INIT_CWD: project },
    }).output();
    const [value, logs] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    assertEquals(`${logs}${value}`.trimEnd().split("\n"), expected);
    assertEquals(code, 0);
  }
});

Deno.test("the README's configuration is one", async () => {
  const [block] = blocks("json");
  const { servers } = await parseConfig(JSON.parse(block!), { root: project });
  assertEquals(servers.map(({ kind }) => kind), ["stdio", "remote", "npm"]);
});

Deno.test("the README's programs run: the first one, and the one of the library", async () => {
  const [first, , library] = blocks("ts");
  const root = await Deno.makeTempDir();
  const crm = ["run", "--no-prompt", join(project, "examples/servers/crm.ts")];
  const input = { mcpServers: { crm: { command: "deno", args: crm } } };
  {
    await using runtime = await createRuntime(await parseConfig(input, { root }));
    const { status, logs } = await runtime.run({ code: first! });
    assertEquals([status, logs.length], ["completed", 5]);
  }
  await Deno.writeTextFile(join(root, "library.ts"), library!);
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--config", join(project, "deno.json"), join(root, "library.ts")],
    cwd: root,
  }).output();
  assertEquals(new TextDecoder().decode(stdout).trim(), "completed 42");
  await Deno.remove(root, { recursive: true });
});

Deno.test("the README names every limit with its default", async () => {
  const { limits } = await parseConfig({});
  for (const [name, value] of Object.entries(limits)) {
    assert(readme.includes(`\`${name}\``), name);
    const shown = name.endsWith("Bytes")
      ? `${value / 1024 / 1024} MiB`
      : value.toLocaleString("en-US");
    assert(readme.replaceAll(/\s+/g, " ").includes(`\`${name}\` ${shown}`), `${name} ${shown}`);
  }
});

Deno.test("the README's privacy settings are a configuration, and its program runs on tokens", async () => {
  const settings = blocks("json").find((text) => text.includes('"privacy"'))!;
  const { privacy } = await parseConfig(JSON.parse(settings));
  assertEquals(privacy.servers.mail?.level, "high");
  const code = blocks("ts").find((text) => text.includes("derive.domain"))!;
  await using runtime = await startTestRuntime({ servers: ["crm"] });
  const { error, value } = await runtime.run({ code });
  assertEquals(error, null);
  assertEquals(typeof (value as { twins: boolean }).twins, "boolean");
});

/** An entry of a client's configuration. */
interface ClientEntry {
  readonly command?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The entries of all clients, those of standard input and those of HTTP. */
function clientEntries(): { stdio: ClientEntry[]; http: ClientEntry[] } {
  const configs = blocks("json", clients).map((text) => JSON.parse(text));
  const entries = configs.map(({ mcpServers, servers }) => mcpServers ?? servers);
  return {
    stdio: entries.map((all) => all.airlock),
    http: entries.map((all) => all["airlock-http"]),
  };
}

Deno.test("the entries for clients start Airlock, each as it stands there", async () => {
  const { stdio } = clientEntries();
  assertEquals(stdio.length, 4);
  for (const entry of stdio) assertEquals(entry.args, stdio[0]!.args);
  assertEquals(stdio[0]!.command, "deno");
  const short = blocks("json").map((text) => JSON.parse(text).mcpServers?.airlock).find(Boolean);
  assertEquals(short, stdio[0]);
  const root = await Deno.makeTempDir();
  const config = join(root, "airlock.json");
  await Deno.writeTextFile(config, JSON.stringify({ mcpServers: {} }));
  const args = stdio[0]!.args!.map((arg) =>
    arg.replace("/path/to/airlock.json", config).replace("/path/to/airlock/", project)
  );
  {
    const transport = new ProcessTransport(new LineProcess(args, root));
    await using client = await connectClient("handshake", transport);
    assertEquals((await client.call("run_program", { code: "return 42;" })).text, "42");
  }
  await Deno.remove(root, { recursive: true });
});

Deno.test("the entries for HTTP lead to the endpoint, with its token", async () => {
  const { gateway: { host, port } } = await parseConfig({});
  const { http } = clientEntries();
  assertEquals(http.length, 4);
  for (const { url, headers, args = [], env = {} } of http) {
    assert([url, ...args].includes(`http://${host}:${port}/mcp`));
    const sent = headers?.["Authorization"] ?? env["AIRLOCK_AUTH"];
    assert(
      /^Bearer (AIRLOCK_TOKEN|\$\{(AIRLOCK_TOKEN|env:AIRLOCK_TOKEN|input:token)\})$/.test(sent!),
    );
  }
  const [inputs] = blocks("json", clients).map((text) => JSON.parse(text).inputs).filter(Boolean);
  assertEquals(inputs[0].id, "token");
});

Deno.test("the tests that the README, CLIENTS and SECURITY name are there", async () => {
  const security = await Deno.readTextFile(join(project, ".github/SECURITY.md"));
  const named = [
    ...`${readme}\n${clients}\n${security}`.matchAll(/`(tests\/[\w/]+(?:\.ts)?\/?)`/g),
  ];
  assert(named.length > 20);
  for (const [, path] of named) await Deno.stat(join(project, path!));
});

Deno.test("the README says what the tools of the MCP endpoint cost", () => {
  const tools = MCP_TOOLS.map(({ definition }) => definition);
  const cost = countModelTokens(JSON.stringify({ tools }));
  assert(readme.replaceAll(/\s+/g, " ").includes(`(${cost} model tokens together)`), String(cost));
});
