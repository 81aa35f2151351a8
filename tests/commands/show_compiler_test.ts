import { assertMatch } from "@std/assert";
import { showCompiler } from "../../src/commands/show_compiler.ts";
import { findCompiler } from "../../src/policy/typecheck/compiler_process.ts";

Deno.test("showCompiler says whether types can be checked, and what is missing", async () => {
  assertMatch(await showCompiler(await findCompiler()), /available\n {2}yes TypeScript 7\./);
  assertMatch(
    await showCompiler({ version: "7.0.2", reason: "it is not installed" }),
    /not available\n {2}NO {2}it is not installed/,
  );
  assertMatch(
    await showCompiler({ version: "7.0.2", path: "/nonexistent/tsc", library: [] }),
    /not available\n {2}NO .* does not start/,
  );
});
