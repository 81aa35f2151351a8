import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { exists } from "@std/fs";
import { join } from "@std/path";
import { parseConfig } from "../../src/config/config.ts";
import { AirlockError } from "../../src/model/errors.ts";
import { McpToolError } from "../../src/upstream/mcp_tool_error.ts";
import { createUpstreams, type Upstreams } from "../../src/upstream/upstreams.ts";
import { descendants } from "../process/descendants.ts";

const VERSION = "2026.8.31";

interface Place extends AsyncDisposable {
  readonly root: string;
  readonly upstreams: Upstreams;
  readonly call: (tool: string, args?: Record<string, unknown>) => Promise<unknown>;
}

/** Opens an official server in a folder with a "workspace", and a secret beside it. */
async function open(name: string, entry: Record<string, unknown> = {}): Promise<Place> {
  const root = await Deno.makeTempDir();
  await Deno.mkdir(join(root, "workspace"));
  await Deno.writeTextFile(join(root, "secret.txt"), "out of bounds");
  const npm = `@modelcontextprotocol/server-${name}@${VERSION}`;
  const permissions = { read: ["./workspace"], write: ["./workspace"] };
  const mcpServers = { [name]: { npm, permissions, ...entry } };
  const input = { mcpServers, folders: { state: "state" } };
  const upstreams = createUpstreams(await parseConfig(input, { root }));
  return {
    root,
    upstreams,
    call: (tool, args = {}) => upstreams.callTool({ server: name, tool, arguments: args }),
    async [Symbol.asyncDispose]() {
      await upstreams.close();
      await Deno.remove(root, { recursive: true });
    },
  };
}

const entities = [{ name: "Ada", entityType: "person", observations: ["writes programs"] }];

Deno.test("server-memory works with the permissions configured and no others", async () => {
  await using place = await open("memory", {
    env: { MEMORY_FILE_PATH: "./workspace/memory.jsonl" },
  });
  assertEquals((await place.upstreams.catalogue("memory")).length, 9);
  await place.call("create_entities", { entities });
  assertEquals(await place.call("read_graph"), { entities, relations: [] });
  assert(await exists(join(place.root, "workspace", "memory.jsonl")));
});

Deno.test("server-memory cannot write outside its folders", async () => {
  await using place = await open("memory", { env: { MEMORY_FILE_PATH: "./elsewhere.jsonl" } });
  await assertRejects(() => place.call("create_entities", { entities }), McpToolError, "access to");
  assertEquals(await exists(join(place.root, "elsewhere.jsonl")), false);
});

Deno.test("server-filesystem works in its folder", async () => {
  await using place = await open("filesystem", { args: ["./workspace"] });
  const path = join(place.root, "workspace", "a.txt");
  await place.call("write_file", { path, content: "hello" });
  assertEquals(await place.call("read_text_file", { path }), { content: "hello" });
  await place.call("edit_file", { path, edits: [{ oldText: "hello", newText: "bye" }] });
  await place.call("move_file", {
    source: path,
    destination: join(place.root, "workspace", "b.txt"),
  });
  assertEquals(await Deno.readTextFile(join(place.root, "workspace", "b.txt")), "bye");
  const found = await place.call("search_files", {
    path: join(place.root, "workspace"),
    pattern: "**/*.txt",
  });
  assert(JSON.stringify(found).includes("b.txt"));
});

Deno.test("server-filesystem reads nothing outside its permissions, whatever its arguments say", async () => {
  await using place = await open("filesystem", { args: ["./workspace", "."] });
  const path = join(place.root, "secret.txt");
  await assertRejects(() => place.call("read_text_file", { path }), McpToolError);
  // A link in its folder leads nowhere either.
  await Deno.symlink(path, join(place.root, "workspace", "link"));
  const link = { path: join(place.root, "workspace", "link") };
  await assertRejects(() => place.call("read_text_file", link), McpToolError);
});

Deno.test("server-everything works without any permission and sees no environment", async () => {
  Deno.env.set("AIRLOCK_TEST_SECRET", "secret");
  await using place = await open("everything", { permissions: {}, env: { OWN: "configured" } });
  Deno.env.delete("AIRLOCK_TEST_SECRET");
  assertEquals(await place.call("echo", { message: "hi" }), "Echo: hi");
  const environment = JSON.stringify(await place.call("get-env"));
  assertEquals(environment.includes("secret"), false);
  assertEquals(environment.includes(Deno.env.get("HOME") ?? "/root"), false);
  const structured = await place.call("get-structured-content", { location: "New York" });
  assertEquals(typeof (structured as { temperature: unknown }).temperature, "number");
  const [, image] = await place.call("get-tiny-image") as { type: string; mimeType: string }[];
  assertEquals([image?.type, image?.mimeType], ["image", "image/png"]);
});

Deno.test("a server from npm is held to its limits, and opens no debugger", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  const limits = { memoryBytes: 256 * 1024 * 1024, openFiles: 200 };
  await using place = await open("everything", { limits });
  assertEquals(await place.call("echo", { message: "hi" }), "Echo: hi");
  const lines = await Promise.all((await descendants(Deno.pid)).map(async (pid) => ({
    command: await Deno.readTextFile(`/proc/${pid}/cmdline`).catch(() => ""),
    limits: await Deno.readTextFile(`/proc/${pid}/limits`).catch(() => ""),
    status: await Deno.readTextFile(`/proc/${pid}/status`).catch(() => ""),
  })));
  const server = lines.find(({ command }) => command.includes("server-everything"))!;
  assertMatch(server.command, /max-old-space-size=256\0/);
  assertMatch(server.limits, /^Max open files +200 /m);
  assertMatch(server.limits, /^Max core file size +0 /m);
  assertMatch(server.limits, new RegExp(`^Max data size +${(1280 + 256) * 1024 * 1024} `, "m"));
  const blocked = parseInt(/^SigBlk:\s+(\w+)/m.exec(server.status)![1]!, 16);
  assert((blocked & (1 << (SIGUSR1 - 1))) !== 0, server.status);
});

const SIGUSR1 = 10;

Deno.test("a package that does not exist makes its server unavailable, and nothing else", async () => {
  await using place = await open("memory", {
    npm: "@modelcontextprotocol/server-memory@0.0.0-none",
  });
  const error = await assertRejects(() => place.call("read_graph"), AirlockError);
  assertEquals(error.code, "SERVER_UNAVAILABLE");
});
