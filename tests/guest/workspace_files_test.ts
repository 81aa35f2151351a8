import { assert, assertEquals, assertRejects } from "@std/assert";
import { startTestRuntime } from "../fixtures/test_runtime.ts";
import * as files from "../../src/guest/workspace_files.ts";

/** Runs with a workspace of its own in the place of the current folder's. */
async function inWorkspace(work: () => Promise<void>): Promise<void> {
  const [before, dir] = [Deno.cwd(), await Deno.makeTempDir()];
  await Deno.mkdir(`${dir}/workspace`);
  Deno.chdir(dir);
  try {
    await work();
  } finally {
    Deno.chdir(before);
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("saveJson() and loadJson() keep a value, under each name of the file", async () => {
  await inWorkspace(async () => {
    await files.saveJson("state.json", { n: 1 });
    for (const path of ["state.json", "workspace/state.json", "./workspace/state.json"]) {
      assertEquals(await files.loadJson(path), { n: 1 });
    }
    await files.saveJson("./workspace/deep/er/a.json", [1]);
    assertEquals(await Deno.readTextFile("workspace/deep/er/a.json"), "[\n  1\n]\n");
    assertEquals(await files.loadJson("none.json", 7), 7);
    assertEquals(await files.loadJson("none.json", undefined), undefined);
    await assertRejects(() => files.loadJson("none.json"), Deno.errors.NotFound);
    await assertRejects(() => files.saveJson("f.json", () => 1), TypeError, "no JSON form");
  });
});

Deno.test("saveCsv() and loadCsv() keep any text of any cell", async () => {
  await inWorkspace(async () => {
    const signs = [
      "",
      " ",
      ",",
      '"',
      '""',
      "\n",
      "\r\n",
      "a,b",
      '"quoted"',
      "ü",
      "😀",
      "\uFEFF",
      ";",
    ];
    const rows = signs.map((sign, at) => ({ at: String(at), sign, end: `${sign}x${sign}` }));
    for (const separator of [",", ";", "\t"]) {
      assertEquals(await files.saveCsv("a.csv", rows, { separator }), rows.length);
      // A reader takes \r\n within quotes as it stands.
      assertEquals(await files.loadCsv("a.csv", { separator }), rows);
    }
    await files.saveCsv("b.csv", [{ a: null, b: undefined, c: { d: [1] }, e: true }]);
    assertEquals(await files.loadCsv("b.csv"), [{ a: "", b: "", c: '{"d":[1]}', e: "true" }]);
    await files.saveCsv("c.csv", [{ b: 1, a: 2 }, { c: 3 }], { columns: ["a", "c"] });
    assertEquals(await Deno.readTextFile("workspace/c.csv"), "a,c\r\n2,\r\n,3\r\n");
    await files.saveCsv("d.csv", [], { columns: ["a"] });
    assertEquals(await files.loadCsv("d.csv"), []);
  });
});

Deno.test("loadCsv() reads plain line ends, a byte order mark, empty lines", async () => {
  await inWorkspace(async () => {
    const texts = ["a,b\n1,2\n", "a,b\r\n1,2", "\uFEFFa,b\n\n1,2\n\n", '"a",b\n"1","2"'];
    for (const text of texts) {
      await Deno.writeTextFile("workspace/a.csv", text);
      assertEquals(await files.loadCsv("a.csv"), [{ a: "1", b: "2" }], JSON.stringify(text));
    }
    await Deno.writeTextFile("workspace/a.csv", 'a,b\n"",""\n1\n');
    assertEquals(await files.loadCsv("a.csv"), [{ a: "", b: "" }, { a: "1", b: "" }]);
  });
});

Deno.test("a file that fails half way is not there, and the old one stays whole", async () => {
  await inWorkspace(async () => {
    await files.saveCsv("a.csv", [{ a: 1 }]);
    async function* failing() {
      yield { a: 2 };
      await Promise.resolve();
      throw new Error("the server is gone");
    }
    await assertRejects(() => files.saveCsv("a.csv", failing()), Error, "the server is gone");
    await assertRejects(() => files.saveCsv("a.csv", [{ a: 2 }, { b: 3 }]), TypeError, 'has "b"');
    assertEquals(await Deno.readTextFile("workspace/a.csv"), "a\r\n1\r\n");
    assertEquals((await Array.fromAsync(Deno.readDir("workspace"))).length, 1);
  });
});

Deno.test("lines are written and read one by one, however the parts of a file fall", async () => {
  await inWorkspace(async () => {
    const lines = Array.from({ length: 20_000 }, (_, at) => `line ${at} ${"é".repeat(at % 17)}`);
    async function* slowly() {
      for (const line of lines) yield await Promise.resolve(line);
    }
    assertEquals(await files.writeLines("a.txt", slowly()), lines.length);
    assertEquals(await Array.fromAsync(files.readLines("a.txt")), lines);
    await files.appendLines("a.txt", ["last"]);
    let last = "";
    for await (const line of files.readLines("a.txt")) last = line;
    assertEquals(last, "last");
    for await (const line of files.readLines("a.txt")) {
      assertEquals(line, "line 0 ");
      break; // gives the file back
    }
  });
});

Deno.test("no path leads out of the workspace", async () => {
  await inWorkspace(async () => {
    for (const path of ["/etc/passwd", "../a", "a/../../b", "./workspace/../a", "", "./"]) {
      await assertRejects(() => files.saveJson(path, 1), TypeError, "must lead into");
      await assertRejects(() => files.appendLines(path, ["a"]), TypeError);
    }
  });
});

Deno.test("a program uses every file function, checked against its types", async () => {
  await using runtime = await startTestRuntime({ policy: { check: "error" } });
  const { status, value, error, files: written } = await runtime.run({
    code: `import { appendLines, loadCsv, loadJson, readCsv, readLines, saveCsv, saveJson,
  workspaceLeft, writeLines } from "airlock";
const before = await workspaceLeft();
await saveJson("a.json", { n: 1 });
await saveCsv("a.csv", [{ a: 1, b: "x,y" }]);
await writeLines("a.txt", ["one"]);
await appendLines("a.txt", ["two"]);
const { n } = await loadJson<{ n: number }>("a.json");
const lines = await Array.fromAsync(readLines("a.txt"));
for await (const row of readCsv("a.csv")) lines.push(row.b);
const after = await workspaceLeft();
return { n, lines, rows: await loadCsv("a.csv"), took: before.files - after.files };`,
  });
  assertEquals([status, error], ["completed", null]);
  assertEquals(value, {
    n: 1,
    lines: ["one", "two", "x,y"],
    rows: [{ a: "1", b: "x,y" }],
    took: 3,
  });
  assertEquals(written.map(({ path }) => path), [
    "./workspace/a.csv",
    "./workspace/a.json",
    "./workspace/a.txt",
  ]);
});

Deno.test("a program that fills the workspace is ended while it writes, and told what was left", async () => {
  await using runtime = await startTestRuntime({ limits: { workspaceBytes: 1_000_000 } });
  const { status, error } = await runtime.run({
    code: `import { appendLines } from "airlock";
for (;;) await appendLines("a.txt", ["x".repeat(100_000)]);`,
  });
  assertEquals(status, "over_limit");
  assert(/left in \.\/workspace are 0 bytes and 9999 files$/.test(error!.message), error!.message);
  assert(error!.hint!.includes("workspaceLeft"));
});
