import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { parseConfig } from "../../src/config/config.ts";
import { CatalogueCache } from "../../src/upstream/catalogue_cache.ts";
import type { Catalogue } from "../../src/model/tool.ts";

const catalogue: Catalogue = {
  tools: [{ name: "ping", description: "Pings", inputSchema: { type: "object" } }],
  problems: [{ server: "s", tool: "pong", message: "Left out: it is not an object" }],
};

interface Place extends AsyncDisposable {
  readonly root: string;
  readonly open: (entry: Record<string, unknown>, name?: string) => Promise<CatalogueCache>;
  /** The one file of the cache. */
  readonly file: () => Promise<string>;
}

async function makePlace(): Promise<Place> {
  const root = await Deno.makeTempDir();
  const folder = join(root, "state", "catalogs");
  return {
    root,
    async open(entry, name = "s") {
      const { servers: [server] } = await parseConfig({ mcpServers: { [name]: entry } }, { root });
      return new CatalogueCache(server!, { root, stateFolder: join(root, "state") });
    },
    async file() {
      const entries = await Array.fromAsync(Deno.readDir(folder));
      assertEquals(entries.length, 1);
      return join(folder, entries[0]!.name);
    },
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
}

async function readFrom(cache: CatalogueCache): Promise<Catalogue | undefined> {
  const cached = await cache.read();
  return cached && { tools: cached.tools, problems: cached.problems };
}

Deno.test("CatalogueCache gives back what was written, for the same configuration only", async () => {
  await using place = await makePlace();
  const entry = { command: "deno", args: ["x"], env: { KEY: "one" } };
  const cache = await place.open(entry);
  assertEquals(await cache.read(), undefined);
  await cache.write(catalogue);
  assertEquals(await cache.read(), { ...catalogue, age: "fresh" });
  assertEquals(
    await readFrom(await place.open({ ...entry, timeoutMs: 5, tools: { deny: ["*"] } })),
    catalogue,
  );
  const changed = [{ args: ["y"] }, { command: "node" }, { env: { KEY: "two" } }, {
    cwd: "elsewhere",
  }];
  for (const change of changed) {
    assertEquals(await (await place.open({ ...entry, ...change })).read(), undefined);
  }
});

Deno.test("CatalogueCache holds for servers from npm and for remote ones alike", async () => {
  for (
    const [entry, change] of [
      [{ npm: "x@1" }, { npm: "x@2" }],
      [{ npm: "x@1" }, { npm: "x@1", permissions: { net: ["a"] } }],
      [{ url: "http://a/" }, { url: "http://b/" }],
      [{ url: "http://a/", headers: { a: "b" } }, { url: "http://a/", headers: { a: "c" } }],
    ]
  ) {
    await using place = await makePlace();
    await (await place.open(entry!)).write(catalogue);
    assertEquals(await readFrom(await place.open(entry!)), catalogue);
    assertEquals(await (await place.open(change!)).read(), undefined);
  }
});

Deno.test("CatalogueCache forgets a server whose file has changed", async () => {
  await using place = await makePlace();
  const script = join(place.root, "server.ts");
  await Deno.writeTextFile(script, "1");
  const entry = { command: "deno", args: ["run", "server.ts"] };
  await (await place.open(entry)).write(catalogue);
  assertEquals(await readFrom(await place.open(entry)), catalogue);
  await Deno.writeTextFile(script, "22");
  assertEquals(await (await place.open(entry)).read(), undefined);
});

Deno.test("CatalogueCache writes no secret, and a file for its owner alone", async () => {
  await using place = await makePlace();
  const entry = { command: "deno", args: ["--key=in-an-argument"], env: { KEY: "in-a-variable" } };
  await (await place.open(entry)).write(catalogue);
  const text = await Deno.readTextFile(await place.file());
  assertEquals(/in-an-argument|in-a-variable/.test(text), false);
  assertEquals((await Deno.stat(await place.file())).mode! & 0o777, 0o600);
});

Deno.test("CatalogueCache keeps servers apart, whatever they are called", async () => {
  await using place = await makePlace();
  const names = ["a/b", "a b", "a-b", "../../a", "A-B", "..", "con", "日本"];
  for (const name of names) {
    const tools = [{ name, inputSchema: { type: "object" } }];
    await (await place.open({ command: "deno" }, name)).write({ tools, problems: [] });
  }
  for (const name of names) {
    const cached = await (await place.open({ command: "deno" }, name)).read();
    assertEquals(cached?.tools.map((tool) => tool.name), [name]);
  }
  const entries = await Array.fromAsync(Deno.readDir(place.root));
  assertEquals(entries.map(({ name }) => name), ["state"]);
});

Deno.test("CatalogueCache trusts nothing of a changed file", async () => {
  await using place = await makePlace();
  const cache = await place.open({ command: "deno" });
  await cache.write(catalogue);
  const good = JSON.parse(await Deno.readTextFile(await place.file()));
  const write = async (json: unknown) =>
    await Deno.writeTextFile(await place.file(), JSON.stringify(json));
  for (
    const bad of [null, [], 7, {}, { ...good, version: 2 }, { ...good, tools: "x" }, {
      ...good,
      fingerprint: "",
    }]
  ) {
    await write(bad);
    assertEquals(await cache.read(), undefined);
  }
  await Deno.writeTextFile(await place.file(), '{"version":1,');
  assertEquals(await cache.read(), undefined);
  await write({ ...good, tools: [null, { name: "a\nb" }, { name: "ok", inputSchema: "x" }] });
  const inputSchema = { type: "object", additionalProperties: true };
  assertEquals((await cache.read())?.tools, [{ name: "ok", inputSchema }]);
});

Deno.test("CatalogueCache says when a catalogue is old", async () => {
  await using place = await makePlace();
  const cache = await place.open({ command: "deno" });
  await cache.write(catalogue);
  const file = JSON.parse(await Deno.readTextFile(await place.file()));
  for (const listedAt of [file.listedAt - 25 * 3_600_000, file.listedAt + 3_600_000]) {
    await Deno.writeTextFile(await place.file(), JSON.stringify({ ...file, listedAt }));
    assertEquals((await cache.read())?.age, "expired");
  }
});
