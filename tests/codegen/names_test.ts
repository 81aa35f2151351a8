import {
  assert,
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { join } from "@std/path";
import { callMCPTool } from "../../src/codegen/client.ts";
import { nameServers, nameTools, pascalCase } from "../../src/codegen/names.ts";
import { lockText, readServersLock } from "../../src/codegen/servers_lock.ts";
import { clientText } from "../../src/codegen/wrapper_text.ts";
import { AirlockError } from "../../src/model/errors.ts";

Deno.test("nameServers() keeps names of letters, digits, _ and -", () => {
  for (const name of ["crm", "git-hub", "my_server", "delete", "GitHub"]) {
    assertEquals(nameServers([name]).get(name), name);
  }
});

Deno.test("nameServers() gives folders of their own, also where case is ignored", () => {
  const names = ["GitHub", "github", "my server", "my-server", "@scope/name", "scope/name", "日本"];
  const folders = [...nameServers(names).values()];
  assertEquals(new Set(folders.map((folder) => folder.toLowerCase())).size, names.length);
  assertEquals(
    nameServers(names.toReversed()).get("my server"),
    nameServers(names).get("my server"),
  );
  assertEquals(nameServers(names).get("my-server"), "my-server");
});

Deno.test("nameServers() gives no path, no device and no prototype name", () => {
  const names = [
    "..",
    ".",
    "",
    "../../x",
    "/",
    "con",
    "__proto__",
    "client",
    "node_modules",
    "a\0",
  ];
  for (const folder of nameServers(names).values()) {
    assert(/^\w[\w-]*$/.test(folder), folder);
    assert(!["con", "__proto__", "client", "node_modules"].includes(folder), folder);
  }
});

function exportOf(name: string): string {
  return nameTools([name]).get(name)!.exportName;
}

Deno.test("nameTools() keeps names that are identifiers", () => {
  for (const name of ["list_leads", "listLeads", "ListLeads", "_x", "$", "t2", "of", "type"]) {
    assertEquals(exportOf(name), name);
  }
});

Deno.test("nameTools() names file and function alike", () => {
  const { exportName, file, typeName } = nameTools(["get-user"]).get("get-user")!;
  assertEquals({ exportName, file, typeName }, {
    exportName: "get_user",
    file: "get_user.ts",
    typeName: "GetUser",
  });
});

Deno.test("nameTools() writes other characters as _", () => {
  assertEquals(exportOf("light_research.design_plan"), "light_research_design_plan");
  assertEquals(exportOf("repos/list all:x"), "repos_list_all_x");
  assertEquals(exportOf("naïve_café"), "naive_cafe");
  assertEquals(exportOf("0xbot-get"), "_0xbot_get");
  assertEquals(exportOf("x.d"), "x_d");
});

Deno.test("nameTools() gives no path", () => {
  const names = ["../../etc/passwd", "..", ".", "/abs", "C:\\x", "a/../../b", ".env", "~", "a\0b"];
  for (const { file } of nameTools([...names, "%2e%2e%2f", "\\\\host\\x"]).values()) {
    assert(/^[A-Za-z_$][\w$]*\.ts$/.test(file), file);
  }
});

Deno.test("nameTools() takes no word of the language, no prototype name and no device", () => {
  const names = ["delete", "export", "await", "eval", "arguments", "undefined", "NaN", "then"];
  for (const name of [...names, "constructor", "__proto__", "con", "NUL", "index", "client"]) {
    assertEquals(exportOf(name), `${name}_`);
  }
});

Deno.test("nameTools() tells names apart that would become one, also where case is ignored", () => {
  const names = ["get-user", "get_user", "get.user", "getUser", "GetUser", "GETUSER", "get user"];
  const found = nameTools([...names, "get--user"]);
  assertEquals(found.get("get_user")!.exportName, "get_user");
  assertEquals(found.get("getUser")!.exportName, "getUser");
  const files = [...found.values()].map(({ file }) => file.toLowerCase());
  assertEquals(new Set(files).size, 8);
});

Deno.test("nameTools() gives the same names in any order", () => {
  const names = ["get-user", "get.user", "GetUser", "getuser", "delete", "查询", "-"];
  const forth = nameTools(names);
  const back = nameTools(names.toReversed());
  for (const name of names) assertEquals(back.get(name), forth.get(name));
});

Deno.test("nameTools() leaves names as they are when a tool comes that takes none of them", () => {
  const names = ["get-user", "get.user", "list_leads", "delete", "查询", "x".repeat(200)];
  const before = nameTools(names);
  const after = nameTools([...names, "get_lead", "delete-all", "查", "x".repeat(201)]);
  for (const name of names) assertEquals(after.get(name), before.get(name));
});

Deno.test("nameTools() gives names without letters, with others or too long ones a hash", () => {
  for (const name of ["", "-", "查询天气", "🚀launch", "tool\u200b", "x".repeat(300)]) {
    assert(/_[0-9a-f]{6}$/.test(exportOf(name)), name);
    assert(exportOf(name).length < 80);
  }
  assertNotEquals(exportOf("查询"), exportOf("查讯"));
  assertNotEquals(exportOf("tool\u200b"), exportOf("tool\u200c"));
});

Deno.test("nameTools() gives no tool a name that another one's hash would make", () => {
  const [first, second] = nameTools(["a-b", "a.b"]).values();
  const names = nameTools(["a-b", "a.b", first!.exportName, second!.exportName]);
  assertEquals(new Set([...names.values()].map(({ exportName }) => exportName)).size, 4);
});

Deno.test("nameTools() gives types names that no function and no other type of the server has", () => {
  const names = nameTools(["get_user", "getUser", "GetUserInput", "Foo", "FooInput", "foo-input"]);
  const all = [...names.values()].flatMap(({ exportName, typeName }) => [
    ...[exportName, `${typeName}Input`, `${typeName}Output`],
  ]);
  assertEquals(new Set(all).size, all.length);
});

Deno.test("pascalCase() always gives an identifier", () => {
  assertEquals(pascalCase("get_user-by.id"), "GetUserById");
  assertEquals(pascalCase("2nd"), "T2nd");
  assertEquals(pascalCase("$"), "T");
});

const hook = Symbol.for("airlock.callTool");

Deno.test("callMCPTool() hands server, tool and input to the guest and gives back what it gives", async () => {
  const calls: unknown[] = [];
  Reflect.set(globalThis, hook, (...call: unknown[]) => {
    calls.push(call);
    return Promise.resolve({ leads: [] });
  });
  try {
    assertEquals(await callMCPTool("crm", "list-leads", { limit: 1 }), { leads: [] });
    assertEquals(calls, [["crm", "list-leads", { limit: 1 }]]);
  } finally {
    Reflect.deleteProperty(globalThis, hook);
  }
});

Deno.test("callMCPTool() says that it needs Airlock where there is no guest", async () => {
  await assertRejects(
    () => callMCPTool("crm", "list_leads", {}),
    Error,
    "Cannot call crm/list_leads: this program does not run in Airlock",
  );
});

Deno.test("clientText() is client.ts with a banner", async () => {
  const source = new URL("../../src/codegen/client.ts", import.meta.url);
  assertEquals(clientText("1"), `// @generated airlock 1\n${await Deno.readTextFile(source)}`);
});

const tool = { hash: "ab", file: "list.ts", export: "list", generator: "1" };

async function readBack(text: string) {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(join(folder, "servers.lock.json"), text);
    return await readServersLock(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("readServersLock() gives back what lockText wrote, whatever the names", async () => {
  const tools = new Map(["$", "__proto__", "a b", "constructor", "z"].map((name) => [name, tool]));
  const lock = new Map([["__proto__", { folder: "x", tools }], ["crm", { folder: "crm", tools }]]);
  assertEquals(await readBack(lockText(lock)), lock);
});

Deno.test("readServersLock() takes every file and export that nameTools gives", async () => {
  const own = { ...tool, file: "$.ts", export: "$" };
  const lock = new Map([["s", { folder: "s", tools: new Map([["$", own]]) }]]);
  assertEquals(await readBack(lockText(lock)), lock);
});

Deno.test("lockText() gives the same bytes in any order", () => {
  const tools: [string, typeof tool][] = [["b", tool], ["a", tool]];
  const forth = lockText(new Map([["x", { folder: "x", tools: new Map(tools) }]]));
  const back = lockText(new Map([["x", { folder: "x", tools: new Map(tools.toReversed()) }]]));
  assertEquals(back, forth);
  assertStringIncludes(forth, '"hash": "ab"');
});

Deno.test("readServersLock() finds nothing where there is no file", async () => {
  const folder = await Deno.makeTempDir();
  assertEquals(await readServersLock(folder), new Map());
  await Deno.remove(folder);
});

Deno.test("readServersLock() refuses what no lock can be", async () => {
  const locked = (server: unknown) => JSON.stringify({ version: 1, servers: { crm: server } });
  const texts = ["", "[]", "{}", locked(null), locked({ folder: "../x", tools: {} }), locked({})];
  const odd = { list: { ...tool, file: "../x.ts" } };
  for (const text of [...texts, locked({ folder: "crm", tools: odd })]) {
    const error = await assertRejects(() => readBack(text), AirlockError, "Cannot read");
    assertEquals(error.code, "CONFIG_INVALID");
  }
});
