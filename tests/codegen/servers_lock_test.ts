import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { lockText, readServersLock } from "../../src/codegen/servers_lock.ts";
import { AirlockError } from "../../src/model/errors.ts";

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
