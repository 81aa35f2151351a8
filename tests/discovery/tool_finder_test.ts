import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { parseConfig } from "../../src/config/config.ts";
import { readTools as readToolsInSteps } from "../../src/discovery/present_tools.ts";
import { createToolFinder, type ToolFinder } from "../../src/discovery/tool_finder.ts";
import { createToolIndex } from "../../src/discovery/tool_index.ts";
import { AirlockError } from "../../src/model/errors.ts";
import type { Tool } from "../../src/model/tool.ts";
import { createUpstreams } from "../../src/upstream/upstreams.ts";
import { oddServer } from "../fixtures/test_runtime.ts";

const tool = (name: string, description: string): Tool => ({
  name,
  description,
  inputSchema: { type: "object" },
});

const SHOP = {
  mail: [
    tool("send_letter", "Sends an email message."),
    tool("send_note", "Sends an email message."),
  ],
  files: [tool("read_file", "Reads a file from the disk.")],
};

/** A finder over lists of tools; where one is a promise, its server takes that long. */
async function finderOf(
  servers: Record<string, readonly Tool[] | Promise<readonly Tool[]>>,
  { root, learn = true }: { root?: string; learn?: boolean } = {},
): Promise<ToolFinder> {
  const config = await parseConfig({ discovery: { learn } }, root === undefined ? {} : { root });
  const finder = await createToolFinder({
    config: root === undefined ? { ...config, discovery: { learn: false } } : config,
    upstreams: {
      status: () =>
        Object.keys(servers).map((name) => ({
          name,
          kind: "stdio",
          state: "connected",
          problems: [],
        })),
      catalogue: async (server) => await servers[server]!,
    },
    modulesOf: (server, tools) =>
      Promise.resolve(new Map(tools.map(({ name }) => [name, `./servers/${server}/${name}.ts`]))),
    wrapperText: (_server, name) => Promise.resolve(`export function ${name}() {}`),
  });
  const dispose = finder[Symbol.asyncDispose].bind(finder);
  // The host's turns end by a timer of their own, a little later.
  return Object.assign(finder, {
    [Symbol.asyncDispose]: async () => {
      await dispose();
      await new Promise((resolve) => setTimeout(resolve, 20));
    },
  });
}

Deno.test("a search shows what fits, in full the wrappers themselves", async () => {
  await using finder = await finderOf(SHOP);
  const { servers, text, noGoodMatch } = await finder.search("read file", {
    detail: "full",
    limit: 1,
  });
  assertEquals(noGoodMatch, false);
  assertEquals(servers[0]!.tools[0]!.wrapper, "export function read_file() {}");
  assertStringIncludes(text, "# files ./servers/files/\nread_file.ts\nexport function read_file()");
});

Deno.test("a search keeps to its budget of model tokens, and goes on where it ended", async () => {
  const many = Array.from({ length: 60 }, (_, n) => tool(`send_${n}`, "Sends an email message."));
  await using finder = await finderOf({ mail: many });
  const seen = new Set<string>();
  for (let offset: number | undefined = 0; offset !== undefined;) {
    const options = { offset, limit: 50, maxModelTokens: 200 };
    const page = await finder.search("send email message", options);
    assert(page.modelTokens <= 200, page.text);
    for (const { tools } of page.servers) for (const found of tools) seen.add(found.tool);
    offset = page.nextOffset;
  }
  assertEquals(seen.size, 60);
});

Deno.test("a search of a server that is not configured is refused", async () => {
  await using finder = await finderOf(SHOP);
  const { code } = await assertRejects(
    () => finder.search("file", { server: "filez" }),
    AirlockError,
    "there is no server",
  );
  assertEquals(code, "NOT_FOUND");
});

Deno.test("several tools are read at once, and a name of none gives the nearest", async () => {
  await using finder = await finderOf(SHOP);
  const { text, unknown } = await finder.read(["files/read_file", "mail/send_leter"]);
  assertStringIncludes(text, "export function read_file() {}");
  assertStringIncludes(text, 'No tool "mail/send_leter". Did you mean mail/send_letter');
  assertEquals(unknown.length, 1);
  // The turn that it has used up is over by then.
  await new Promise((resolve) => setTimeout(resolve, 0));
});

Deno.test("the context names the servers", async () => {
  await using finder = await finderOf(SHOP);
  const { text, modelTokens } = await finder.context({ guide: "That is all." });
  assertStringIncludes(text, "2 servers connected, 3 tools:\nfiles (1); mail (2): ");
  assert(modelTokens < 60);
});

Deno.test("a search of one server waits for no other", async () => {
  const { promise, resolve } = Promise.withResolvers<readonly Tool[]>();
  await using finder = await finderOf({ ...SHOP, slow: promise });
  const { unavailable, noGoodMatch } = await finder.search("read file", { server: "files" });
  assertEquals([unavailable, noGoodMatch], [[], false]);
  resolve([]);
});

Deno.test("tools that come and go while a server runs are found and not found", async () => {
  const root = await Deno.makeTempDir();
  const config = await parseConfig({ mcpServers: { odd: oddServer() } }, { root });
  {
    await using upstreams = createUpstreams(config);
    await using finder = await createToolFinder({
      config,
      upstreams,
      modulesOf: (_server, tools) =>
        Promise.resolve(new Map(tools.map(({ name }) => [name, `./servers/odd/${name}.ts`]))),
      wrapperText: () => Promise.resolve(undefined),
    });
    const found = async (query: string) =>
      (await finder.search(query, { detail: "name", limit: 1 })).servers[0]?.tools[0]?.tool;
    assert(await found("archive invoices") !== "archive_invoices");

    const { promise: changed, resolve } = Promise.withResolvers<void>();
    const stop = upstreams.onCatalogueChange(() => resolve());
    await upstreams.callTool({
      server: "odd",
      tool: "change_tools",
      arguments: { add: ["archive_invoices"], remove: ["echo"] },
    });
    await changed;
    stop();
    assertEquals(await found("archive invoices"), "archive_invoices");
    assert(await found("echo") !== "echo");
  }
  await Deno.remove(root, { recursive: true });
});

const firstOf = async (finder: ToolFinder, session?: string) => {
  const options = session === undefined ? {} : { session };
  const { servers } = await finder.search("send an email message", { ...options, detail: "name" });
  return servers[0]!.tools[0]!.tool;
};

Deno.test("what sessions call after a search comes first later on, also after a restart", async () => {
  const root = await Deno.makeTempDir();
  {
    await using finder = await finderOf(SHOP, { root });
    assertEquals(await firstOf(finder), "send_letter");
    for (const session of ["a", "b", "c"]) {
      await firstOf(finder, session);
      finder.called(session, [{ server: "mail", tool: "send_note" }]);
    }
    assertEquals(await firstOf(finder), "send_note");
  }
  await using finder = await finderOf(SHOP, { root });
  assertEquals(await firstOf(finder), "send_note");
  await using forgetful = await finderOf(SHOP, { root, learn: false });
  assertEquals(await firstOf(forgetful), "send_letter");
  await Deno.remove(root, { recursive: true });
});

Deno.test("a call teaches nothing of a search in another session, nor twice of one search", async () => {
  const root = await Deno.makeTempDir();
  {
    await using finder = await finderOf(SHOP, { root });
    await firstOf(finder, "one");
    for (let n = 0; n < 20; n++) finder.called("other", [{ server: "mail", tool: "send_note" }]);
    for (let n = 0; n < 20; n++) finder.called("one", [{ server: "files", tool: "read_file" }]);
    for (let n = 0; n < 20; n++) finder.called("one", [{ server: "mail", tool: "send_letter" }]);
  }
  const { terms } = JSON.parse(await Deno.readTextFile(join(root, ".airlock/learned.json")));
  const counts = terms.flatMap(({ choices }: { choices: { tool: string; count: number }[] }) =>
    choices.map(({ tool, count }) => `${tool} ${count}`)
  );
  assertEquals(new Set(counts), new Set(["send_letter 1"]));
  await Deno.remove(root, { recursive: true });
});

Deno.test("what is kept holds words of the tools, and nothing else of a query", async () => {
  const root = await Deno.makeTempDir();
  {
    await using finder = await finderOf(SHOP, { root });
    const query = "email message to Zbigniew Qwartz, zq@private.example, card 4111111111111111";
    await finder.search(query, { session: "s" });
    finder.called("s", [{ server: "mail", tool: "send_letter" }]);
  }
  const text = (await Deno.readTextFile(join(root, ".airlock/learned.json"))).toLowerCase();
  for (const word of ["zbigniew", "qwartz", "zq", "private", "4111"]) {
    assert(!text.includes(word), word);
  }
  assertStringIncludes(text, '"send_letter"');
  await Deno.remove(root, { recursive: true });
});

Deno.test("a file of what was learned that is not ours is passed over", async () => {
  const root = await Deno.makeTempDir();
  await Deno.mkdir(join(root, ".airlock"));
  for (const text of ["", "{", "[]", '{"version":1,"terms":[{"term":7}]}']) {
    await Deno.writeTextFile(join(root, ".airlock/learned.json"), text);
    await using finder = await finderOf(SHOP, { root });
    assertEquals(await firstOf(finder), "send_letter");
  }
  await Deno.remove(root, { recursive: true });
});

const readTools = (...args: Parameters<typeof readToolsInSteps>) =>
  wholeOf(readToolsInSteps(...args));

function wholeOf<T>(steps: Iterator<void, T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

const index = createToolIndex();
index.setServer(
  "crm",
  ["list_leads", "update_lead"].map((name) => ({
    tool: { name, description: "Leads.", inputSchema: { type: "object" } },
    import: `./servers/crm/${name}.ts`,
  })),
);
const wrapperText = ({ tool }: { tool: { name: string } }) => `export function ${tool.name}() {}`;

Deno.test("readTools() gives the wrappers' texts of several tools, by name or path, each once", () => {
  const names = ["crm/update_lead", "./servers/crm/list_leads.ts", "crm/list_leads"];
  assertEquals(
    readTools(index, names, { wrapperText }).text,
    "# crm ./servers/crm/\nupdate_lead.ts\nexport function update_lead() {}\n" +
      "list_leads.ts\nexport function list_leads() {}",
  );
});

Deno.test("readTools() names the nearest tools for a name that does not exist", () => {
  const { text, unknown } = readTools(index, ["crm/list_lead", "zzzz"], { wrapperText });
  assertEquals(unknown.map(({ name }) => name), ["crm/list_lead", "zzzz"]);
  assertStringIncludes(text, 'No tool "crm/list_lead". Did you mean crm/list_leads');
  assertStringIncludes(text, 'No tool "zzzz".');
});

Deno.test("readTools() keeps to its budget", () => {
  const long = () => "word ".repeat(1_000);
  for (const maxModelTokens of [0, 20, 60, 1_200, 5_000]) {
    const names = ["crm/list_leads", "crm/update_lead", "x".repeat(10_000)];
    const result = readTools(index, names, { maxModelTokens, wrapperText: long });
    assert(result.modelTokens <= maxModelTokens);
    assertEquals(result.omitted + result.servers.flatMap(({ tools }) => tools).length, 2);
  }
});

Deno.test("readTools() takes no more names than it will answer", () => {
  const many = Array.from({ length: 1_000 }, (_, i) => `nope${i}`);
  assertEquals(readTools(index, many).unknown.length, 50);
});
