import { assert, assertEquals, assertRejects } from "@std/assert";
import { exists } from "@std/fs";
import { join } from "@std/path";
import { generateServer } from "../../src/codegen/generate_server.ts";
import { readServersLock } from "../../src/codegen/servers_lock.ts";
import { writeServers } from "../../src/codegen/write_servers.ts";
import { AirlockError } from "../../src/model/errors.ts";

function server(name: string, ...tools: string[]) {
  return generateServer({
    server: name,
    tools: tools.map((tool) => ({ name: tool, inputSchema: { type: "object" } })),
  });
}

async function filesIn(folder: string): Promise<string[]> {
  const files: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (!isDirectory) files.push(name);
    else files.push(...(await filesIn(join(folder, name))).map((file) => `${name}/${file}`));
  }
  return files.sort();
}

/** Runs a test with a folder of its own, beside one that must stay as it is. */
async function withFolder(test: (folder: string, outside: string) => Promise<void>) {
  const root = await Deno.makeTempDir();
  const [folder, outside] = [join(root, "servers"), join(root, "outside")];
  await Deno.mkdir(outside);
  try {
    await test(folder, outside);
    assertEquals(await filesIn(outside), []);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

Deno.test("writeServers() writes wrappers, index, client and lock, and nothing else", async () => {
  await withFolder(async (folder) => {
    const written = await writeServers(folder, [server("crm", "list", "get")]);
    const all = ["client.ts", "crm/get.ts", "crm/index.ts", "crm/list.ts", "servers.lock.json"];
    assertEquals(written, all);
    assertEquals(await filesIn(folder), all);
    const lock = (await readServersLock(folder)).get("crm");
    assertEquals(lock, server("crm", "list", "get").lock);
  });
});

Deno.test("writeServers() writes nothing where nothing changed", async () => {
  await withFolder(async (folder) => {
    await writeServers(folder, [server("crm", "list")]);
    assertEquals(await writeServers(folder, [server("crm", "list")]), []);
    assertEquals(await writeServers(folder, [server("crm", "list")], { mode: "check" }), []);
  });
});

Deno.test("writeServers() with check says what is missing, old or left over, and writes nothing", async () => {
  await withFolder(async (folder) => {
    const missing = await writeServers(folder, [server("crm", "list")], { mode: "check" });
    assertEquals(missing, ["client.ts", "crm/index.ts", "crm/list.ts", "servers.lock.json"]);
    assertEquals(await exists(folder), false);

    await writeServers(folder, [server("crm", "list", "get")]);
    const path = join(folder, "crm/list.ts");
    await Deno.writeTextFile(path, `${await Deno.readTextFile(path)}// edited\n`);
    const stale = await writeServers(folder, [server("crm", "list")], { mode: "check" });
    assertEquals(stale, ["crm/get.ts", "crm/index.ts", "crm/list.ts", "servers.lock.json"]);
    assert((await filesIn(folder)).includes("crm/get.ts"));
  });
});

Deno.test("writeServers() removes what it wrote before, and nothing that others wrote", async () => {
  await withFolder(async (folder) => {
    await writeServers(folder, [server("crm", "list", "get"), server("old", "a")]);
    await Deno.writeTextFile(join(folder, "crm/notes.ts"), "// mine\n");
    await Deno.writeTextFile(join(folder, "README.md"), "mine\n");
    const changed = await writeServers(folder, [server("crm", "list")], { configured: ["crm"] });
    assertEquals(changed, [
      ...["crm/get.ts", "crm/index.ts", "old/a.ts", "old/index.ts", "servers.lock.json"],
    ]);
    assertEquals(await filesIn(folder), [
      ...["README.md", "client.ts", "crm/index.ts", "crm/list.ts", "crm/notes.ts"],
      "servers.lock.json",
    ]);
    assertEquals(await exists(join(folder, "old")), false);
  });
});

Deno.test("writeServers() keeps the wrappers and the lock of servers that are not given", async () => {
  await withFolder(async (folder) => {
    await writeServers(folder, [server("crm", "list"), server("drive", "get")]);
    await writeServers(folder, [server("crm", "find")], { configured: ["crm", "drive"] });
    await writeServers(folder, [server("crm", "find")]);
    assert((await filesIn(folder)).includes("drive/get.ts"));
    assertEquals([...(await readServersLock(folder)).keys()], ["crm", "drive"]);
  });
});

Deno.test("writeServers() keeps a configured server's wrappers also where the lock is gone", async () => {
  await withFolder(async (folder) => {
    await writeServers(folder, [server("crm", "list"), server("drive", "get")]);
    await Deno.remove(join(folder, "servers.lock.json"));
    await writeServers(folder, [server("crm", "list")], { configured: ["crm", "drive"] });
    assert((await filesIn(folder)).includes("drive/get.ts"));
  });
});

Deno.test("writeServers() with missing changes nothing that is there, nor what is locked", async () => {
  await withFolder(async (folder) => {
    await writeServers(folder, [server("crm", "list")]);
    const path = join(folder, "crm/list.ts");
    const old = await Deno.readTextFile(path);
    const lists = { name: "list", description: "new", inputSchema: { type: "object" } };
    const find = { name: "find", inputSchema: { type: "object" } };
    const changed = generateServer({ server: "crm", tools: [lists, find] });
    const written = await writeServers(folder, [changed], { mode: "missing" });
    assertEquals(written, ["crm/find.ts", "servers.lock.json"]);
    assertEquals(await Deno.readTextFile(path), old);
    const locked = (await readServersLock(folder)).get("crm")!.tools;
    assertEquals(locked.get("list"), server("crm", "list").lock.tools.get("list"));
    assertEquals(locked.has("find"), true);
  });
});

Deno.test("writeServers() refuses to overwrite a file without the banner, and writes nothing", async () => {
  await withFolder(async (folder) => {
    await Deno.mkdir(join(folder, "crm"), { recursive: true });
    await Deno.writeTextFile(join(folder, "crm/list.ts"), "// mine\n");
    const error = await assertRejects(
      () => writeServers(folder, [server("crm", "list")]),
      AirlockError,
      "crm/list.ts: Airlock did not write it",
    );
    assertEquals(error.code, "USAGE");
    assertEquals(await filesIn(folder), ["crm/list.ts"]);
  });
});

for (const mode of ["all", "missing", "check"] as const) {
  Deno.test(`writeServers() with ${mode} refuses links: folder, server, file, client and lock`, async () => {
    const places = ["", "crm", "crm/list.ts", "crm/index.ts", "client.ts", "servers.lock.json"];
    for (const place of places) {
      await withFolder(async (folder, outside) => {
        const path = join(folder, place);
        await Deno.mkdir(join(path, ".."), { recursive: true });
        await Deno.symlink(place.includes(".") ? join(outside, "file") : outside, path);
        await assertRejects(
          () => writeServers(folder, [server("crm", "list")], { mode }),
          AirlockError,
          "Cannot write wrappers",
        );
      });
    }
  });
}

Deno.test("writeServers() refuses a folder in the place of a file", async () => {
  await withFolder(async (folder) => {
    await Deno.mkdir(join(folder, "crm/list.ts"), { recursive: true });
    await assertRejects(
      () => writeServers(folder, [server("crm", "list")]),
      AirlockError,
      "plain file",
    );
  });
});

Deno.test("writeServers() refuses paths that lead out of the folder", async () => {
  await withFolder(async (folder) => {
    const paths = ["../x.ts", "crm/../../x.ts", "/x.ts", "crm/x/y.ts", "crm/x.json", "x.ts"];
    for (const path of paths) {
      const forged = { ...server("crm", "list"), files: [{ path, text: "" }] };
      await assertRejects(() => writeServers(folder, [forged]), AirlockError, "no path of its own");
    }
    assertEquals(await exists(folder), false);
  });
});

Deno.test("writeServers() refuses two servers with one folder", async () => {
  await withFolder(async (folder) => {
    const twins = [server("crm", "list"), { ...server("crm", "list"), server: "CRM" }];
    await assertRejects(() => writeServers(folder, twins), AirlockError, "no path of its own");
  });
});

Deno.test("writeServers() replaces a damaged lock only where it replaces all of it", async () => {
  await withFolder(async (folder) => {
    await Deno.mkdir(folder);
    await Deno.writeTextFile(join(folder, "servers.lock.json"), "{");
    const crm = server("crm", "list");
    const partly = { configured: ["crm", "drive"] };
    const error = await assertRejects(() => writeServers(folder, [crm], partly), AirlockError);
    assertEquals(error.code, "CONFIG_INVALID");
    await writeServers(folder, [crm], { configured: ["crm"] });
    assertEquals([...(await readServersLock(folder)).keys()], ["crm"]);
  });
});

Deno.test("writeServers() leaves no temporary file", async () => {
  await withFolder(async (folder) => {
    await writeServers(folder, [server("crm", "list")]);
    await writeServers(folder, [server("crm", "find")]);
    assertEquals((await filesIn(folder)).filter((file) => file.endsWith(".tmp")), []);
  });
});
