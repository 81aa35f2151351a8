import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { defaultConfigPath, loadConfig, parseConfig } from "../../src/config/config.ts";
import { AirlockError } from "../../src/model/errors.ts";

async function messageOf(input: unknown): Promise<string> {
  const error = await assertRejects(
    () => parseConfig(input, { source: "airlock.json" }),
    AirlockError,
  );
  assertEquals(error.code, "CONFIG_INVALID");
  return error.message;
}

Deno.test("parseConfig() reads the map that other clients have, and fills in the defaults", async () => {
  const config = await parseConfig({
    mcpServers: {
      git: { type: "stdio", command: "uvx", args: ["mcp-server-git"], env: { A: "b" }, cwd: "x" },
      web: { type: "http", url: "https://mcp.example.com/mcp", headers: { X: "y" } },
      old: { type: "sse", url: "http://localhost:1/sse", disabled: true },
      npm: { npm: "@scope/server@1", permissions: { read: ["./workspace"], net: [] } },
    },
  }, { root: "/project" });
  assertEquals(config.servers.map(({ name, kind, disabled }) => [name, kind, disabled]), [
    ["git", "stdio", false],
    ["web", "remote", false],
    ["old", "remote", true],
    ["npm", "npm", false],
  ]);
  assertEquals(config.limits.timeoutMs, 30_000);
  assertEquals(config.folders.servers, "/project/servers");
});

Deno.test("parseConfig() names the file, the path in it and what was expected", async () => {
  const cases: [unknown, string][] = [
    [[], `airlock.json: expected object, received array`],
    [{ mcpServer: {} }, `airlock.json: unknown key "mcpServer"`],
    [{ mcpServers: { a: 1 } }, `airlock.json, "mcpServers.a": expected an object`],
    [
      { mcpServers: { a: {} } },
      `airlock.json, "mcpServers.a": expected exactly one of "command", "npm" and "url"`,
    ],
    [
      { mcpServers: { a: { command: "x", url: "http://x" } } },
      `airlock.json, "mcpServers.a": expected exactly one of "command", "npm" and "url"`,
    ],
    [
      { mcpServers: { a: { command: "x", arg: [] } } },
      `airlock.json, "mcpServers.a": unknown key "arg"`,
    ],
    [
      { mcpServers: { a: { command: "x", args: "y" } } },
      `airlock.json, "mcpServers.a.args": expected array, received string`,
    ],
    [
      { mcpServers: { a: { command: "x", env: { N: 1 } } } },
      `airlock.json, "mcpServers.a.env.N": expected string, received number`,
    ],
    [{ mcpServers: { a: { url: "file:///x" } } }, `airlock.json, "mcpServers.a.url": invalid URL`],
    [
      { mcpServers: { a: { npm: "x", permissions: { reed: [] } } } },
      `airlock.json, "mcpServers.a.permissions": unknown key "reed"`,
    ],
    [
      { limits: { timeoutMs: 300_001 } },
      `airlock.json, "limits.timeoutMs": too big: expected number to be <=300000`,
    ],
    [
      { gateway: { port: "7420" } },
      `airlock.json, "gateway.port": expected number, received string`,
    ],
  ];
  for (const [input, expected] of cases) {
    assertEquals(await messageOf(input), `Cannot read config: ${expected}`);
  }
});

Deno.test("parseConfig() resolves references, and shows no secret in an error", async () => {
  const root = await Deno.makeTempDir();
  await Deno.writeTextFile(join(root, "key"), "FILE-SECRET\n");
  Deno.env.set("AIRLOCK_TEST_KEY", "ENV-SECRET");
  const headers = { A: "Bearer ${env:AIRLOCK_TEST_KEY}", B: "${file:key}${file:key}" };
  const { servers: [web] } = await parseConfig(
    { mcpServers: { web: { url: "http://x", headers } } },
    { root },
  );
  assertEquals(web?.kind === "remote" && web.headers, {
    A: "Bearer ENV-SECRET",
    B: "FILE-SECRETFILE-SECRET",
  });
  const message = await messageOf({
    mcpServers: { web: { url: "${env:AIRLOCK_TEST_KEY}", headers } },
  });
  assert(!message.includes("SECRET"), message);
  Deno.env.delete("AIRLOCK_TEST_KEY");
  await Deno.remove(root, { recursive: true });
});

Deno.test("parseConfig() requires variables and files, unless the server is disabled", async () => {
  const entry = { command: "x", env: { KEY: "${env:AIRLOCK_TEST_ABSENT}" } };
  assertEquals(
    await messageOf({ mcpServers: { a: entry } }),
    `Cannot read config: airlock.json, "mcpServers.a.env.KEY": ` +
      `expected the environment variable "AIRLOCK_TEST_ABSENT" to be set`,
  );
  assertEquals(
    await messageOf({ mcpServers: { a: { command: "${file:absent}" } } }),
    `Cannot read config: airlock.json, "mcpServers.a.command": ` +
      `expected the file "absent" to be readable`,
  );
  const { servers } = await parseConfig({ mcpServers: { a: { ...entry, disabled: true } } });
  assertEquals(servers[0]?.disabled, true);
});

Deno.test("loadConfig() names the position where a file is not JSON, and shows nothing of it", async () => {
  const path = await Deno.makeTempFile({ suffix: ".json" });
  await Deno.writeTextFile(path, `{ "mcpServers": { "a": SECRET } }`);
  const error = await assertRejects(() => loadConfig(path), AirlockError);
  assert(error.message.startsWith(`Cannot read config: "${path}" is not JSON`));
  assert(!error.message.includes("SECRET"));
  await Deno.remove(path);
  const absent = await assertRejects(() => loadConfig(path), AirlockError);
  assertEquals(absent.message, `Cannot read config: "${path}" cannot be opened`);
});

Deno.test("the shipped configuration is valid, and its own servers have no permission", async () => {
  const { servers } = await loadConfig(defaultConfigPath());
  assertEquals(servers.map(({ name }) => name), [
    "crm",
    "drive",
    "filesystem",
    "memory",
    "everything",
  ]);
  for (const server of servers) {
    if (server.kind === "stdio") assert(!server.args.some((arg) => /^(-A|--allow)/.test(arg)));
  }
});
