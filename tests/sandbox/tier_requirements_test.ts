import { assert, assertEquals } from "@std/assert";
import { findLibraries, libraryPaths } from "../../src/sandbox/tier_requirements.ts";

Deno.test("libraryPaths() reads libraries and loader, and skips what has no file", () => {
  const text = `\tlinux-vdso.so.1 (0x00007f9334d40000)
\tlibm.so.6 => /lib/aarch64-linux-gnu/libm.so.6 (0x0000ffff334d2000)
\tlibc.so.6 => /nix/store/abc-glibc-2.40/lib/libc.so.6 (0x0000ffff32ec1000)
\tlibgone.so => not found
\t/lib/ld-linux-aarch64.so.1 (0x0000ffff934d4200)
`;
  assertEquals(libraryPaths(text), [
    "/lib/aarch64-linux-gnu/libm.so.6",
    "/nix/store/abc-glibc-2.40/lib/libc.so.6",
    "/lib/ld-linux-aarch64.so.1",
  ]);
});

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
