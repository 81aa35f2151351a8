import { assert, assertEquals } from "@std/assert";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { generateServer } from "../../src/codegen/generate_server.ts";
import { nameServers } from "../../src/codegen/names.ts";
import { sampled } from "../fixtures/sampled.ts";
import { readSharedFiles } from "./shared_data.ts";
import { type CheckedServer, exampleOf, findWrongTypes } from "./type_checks.ts";

const files = await readSharedFiles();
const catalogues = files.filter(({ kind }) => kind === "catalogs");

const servers: CheckedServer[] = files.map(({ server, tools }) => ({
  server,
  tools: tools.map((tool) => ({ tool, ...tool._examples })),
}));

for (
  const exactOptionalPropertyTypes of sampled([true, false], {
    keep: 1,
    name: "types of the shared data",
  })
) {
  const name = "generateServer gives types that take all valid arguments of the shared data and " +
    `no invalid ones, exact optional properties ${exactOptionalPropertyTypes ? "on" : "off"}`;
  Deno.test({
    name,
    ignore: files.length === 0,
    fn: async () => assertEquals(await findWrongTypes(servers, { exactOptionalPropertyTypes }), []),
  });
}

Deno.test({
  name: "generateServer gives each tool of the shared data a wrapper with an example",
  ignore: files.length === 0,
  fn() {
    for (const { server, tools } of files) {
      const generated = generateServer({ server, tools });
      assertEquals(generated.lock.tools.size, tools.length, server);
      assertEquals(generated.files.length, tools.length + 1, server);
      assertEquals(
        new Set(generated.files.map(({ path }) => path.toLowerCase())).size,
        tools.length + 1,
      );
      for (const { path, text } of generated.files.slice(0, -1)) {
        assert(/^[\w-]+\/[\w$]+\.ts$/.test(path), path);
        assert(exampleOf(text) !== undefined, path);
      }
    }
  },
});

Deno.test({
  name: "wrappers of the shared catalogues cost clearly fewer model tokens than their raw JSON",
  ignore: files.length === 0,
  fn() {
    let [wrappers, raw] = [0, 0];
    for (const { server, tools } of catalogues) {
      for (const tool of tools) raw += countTokens(JSON.stringify(tool));
      const texts = generateServer({ server, tools }).files.slice(0, -1).map(({ text }) => text);
      for (const text of texts) wrappers += countTokens(text);
    }
    console.log(
      `Wrappers ${wrappers}, raw JSON ${raw} model tokens: ${(wrappers / raw).toFixed(3)}`,
    );
    assert(wrappers < 0.9 * raw);
  },
});

Deno.test({
  name: "nameServers gives each server of the shared data a folder of its own",
  ignore: files.length === 0,
  fn() {
    for (const { servers } of files) {
      const folders = [...nameServers(servers).values()];
      assertEquals(new Set(folders.map((name) => name.toLowerCase())).size, servers.length);
      for (const folder of folders) assert(/^[\w-]+$/.test(folder), folder);
    }
  },
});
