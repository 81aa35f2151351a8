/** Prints the shape of `src` in figures, beside what is wanted: `deno task measure [--places]`. */
import { relative } from "@std/path";
import { LAYERS } from "../repo/layers.ts";
import { readModuleGraph } from "../repo/module_graph.ts";
import { walkFiles } from "../repo/walk_files.ts";
import { figuresOf } from "./figures.ts";
import { readSource } from "./syntax.ts";

const src = new URL("../../src/", import.meta.url).pathname;
const mod = new URL("../../mod.ts", import.meta.url);

const files = (await walkFiles(src)).filter((file) => file.endsWith(".ts"));
const sources = await Promise.all(
  files.map(async (file) => readSource(relative(src, file), await Deno.readTextFile(file))),
);
const figures = figuresOf({
  sources,
  mod: readSource("../mod.ts", await Deno.readTextFile(mod)),
  graph: await readModuleGraph(src),
  order: LAYERS,
});
const showPlaces = Deno.args.includes("--places");
for (const { name, value, wanted, places } of figures) {
  const verdict = wanted === undefined ? "" : value <= wanted ? "ok" : "more than wanted";
  const limit = wanted === undefined ? "" : `≤ ${wanted.toLocaleString("en-US")}`;
  console.log(
    `${name.padEnd(30)} ${value.toLocaleString("en-US").padStart(8)}  ${limit.padEnd(9)} ${verdict}`
      .trimEnd(),
  );
  if (showPlaces) { for (const place of places) console.log(`    ${place}`); }
}
