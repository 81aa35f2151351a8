import { assert, assertEquals } from "@std/assert";
import { relative } from "@std/path";
import { LAYERS } from "./layers.ts";
import { walkFiles } from "./walk_files.ts";
import { readModuleGraph } from "./module_graph.ts";

const src = new URL("../../src/", import.meta.url).pathname;

function folderOf(file: string): string {
  return file.includes("/") ? file.slice(0, file.indexOf("/")) : ".";
}

Deno.test("every import of src leads into its own folder or a lower one", async () => {
  const graph = await readModuleGraph(src);
  assert(graph.size > 100);
  const up: string[] = [];
  for (const [from, targets] of graph) {
    for (const to of targets) {
      const [own, other] = [LAYERS.indexOf(folderOf(from)), LAYERS.indexOf(folderOf(to))];
      if (own < 0 || other < own) up.push(`${from} imports ${to}`);
    }
  }
  assertEquals(up, []);
});

Deno.test("src imports the names of std, not the modules they are bound to", async () => {
  const files = (await walkFiles(src)).filter((file) => !relative(src, file).startsWith("std"));
  for (const file of files.filter((name) => name.endsWith(".ts"))) {
    // Std has nothing that asks a file system what it has left, that reads a pipe without waiting,
    // or that a library could be given.
    const text = (await Deno.readTextFile(file)).replace(
      /^import (\{ statfsSync \}|\{ closeSync, constants, openSync, readSync \}|fs) from "node:fs";$/m,
      "",
    );
    assert(!/from "node:(path|fs|assert)/.test(text), file);
    assert(!/from "[^"]*\/std\//.test(text), file);
  }
});
