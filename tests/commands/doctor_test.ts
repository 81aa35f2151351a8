import { assertEquals, assertMatch } from "@std/assert";
import { command, showCompiler } from "../../src/commands/doctor.ts";
import { findCompiler } from "../../src/policy/typecheck/compiler_process.ts";
import { printed } from "./printed.ts";

Deno.test("showCompiler() shows whether types can be checked, and what is missing", async () => {
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

Deno.test("doctor shows the tier of each risk level, and fails where the machine lacks one", async () => {
  const config = await Deno.makeTempFile({ suffix: ".json" });
  const isolation = {
    tier: "process",
    runtime: "no-such-runtime",
    byRisk: { critical: "container" },
  };
  await Deno.writeTextFile(config, JSON.stringify({ isolation }));
  const [code, text] = await printed(() => command.execute(["--config", config]));
  assertEquals(code, 1);
  assertMatch(text, /^ {2}low {7}process: available$/m);
  assertMatch(text, /^ {2}critical {2}container \(no-such-runtime\): NOT AVAILABLE$/m);
  assertMatch(text, /^container \(no-such-runtime\): not available \(configured\)$/m);
  await Deno.remove(config);
});
