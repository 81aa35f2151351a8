import { assert, assertEquals } from "@std/assert";
import { findLibraries } from "../../src/sandbox/tier_requirements.ts";

Deno.test({
  name: "findLibraries() finds the files that Deno loads",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const libraries = await findLibraries(Deno.execPath());
    assert(libraries?.some(({ path }) => path.includes("libc.so")));
    for (const { file } of libraries!) assert((await Deno.lstat(file)).isFile, file);
  },
});

Deno.test("findLibraries() gives undefined where there is no program", async () => {
  assertEquals(await findLibraries("/nonexistent/program"), undefined);
});
