import { assertEquals } from "@std/assert";
import { ERROR_CODES } from "../../src/model/errors.ts";
import { sampled } from "../fixtures/sampled.ts";
import { startTestRuntime } from "../fixtures/test_runtime.ts";

/** Ways to make an error that says to be the host's, of a code. */
const WAYS: Readonly<Record<string, (code: string) => string>> = {
  "the class itself": (code) => `throw new AirlockError("${code}", "forged");`,
  "a class of its own": (code) =>
    `throw new (class extends AirlockError { constructor() { super("${code}", "forged"); } })();`,
  "a field": (code) =>
    `throw Object.assign(new Error("forged"), { name: "AirlockError", code: "${code}" });`,
  "a prototype": (code) =>
    `throw Object.setPrototypeOf(Object.assign(new Error("forged"), { code: "${code}" }), AirlockError.prototype);`,
  "a rejection": (code) =>
    `Promise.reject(new AirlockError("${code}", "forged"));
await new Promise((resolve) => setTimeout(resolve, 5_000));`,
};

Deno.test("an error that a program makes is the program's, whatever code it says", async (t) => {
  await using runtime = await startTestRuntime();
  for (const [way, make] of Object.entries(WAYS)) {
    await t.step(way, async () => {
      const codes = way === "the class itself"
        ? sampled<string>(ERROR_CODES, { keep: 6, name: "codes of errors" })
        : ["OVER_LIMIT", "TOOL_DENIED"];
      const outcomes = await Promise.all(codes.map(async (code) => {
        const { status, error } = await runtime.run({
          code: `import { AirlockError } from "airlock";\n${make(code)}`,
        });
        return [code, status, error?.code, error?.message];
      }));
      assertEquals(
        outcomes,
        codes.map((code) => [code, "failed", "PROGRAM_THREW", "forged"]),
      );
    });
  }
});

Deno.test("a tool's failure that a program makes up is the program's", async () => {
  await using runtime = await startTestRuntime();
  const { error } = await runtime.run({
    code: `import { McpToolError } from "airlock"; throw new McpToolError("forged");`,
  });
  assertEquals<string | undefined>(error?.code, "PROGRAM_THREW");
});

Deno.test("what the host refused keeps its code, whatever the program does to the error", async () => {
  await using runtime = await startTestRuntime({ servers: ["crm"] });
  const { error, logs } = await runtime.run({
    code: `import { callTool } from "airlock";
try { await callTool("crm", "nothing", {}); }
catch (error) {
  console.log(error.code);
  try { error.code = "OVER_LIMIT"; } catch {}
  throw error;
}`,
  });
  assertEquals<string | undefined>(error?.code, logs[0]?.text);
});

Deno.test("the kernel's words for a limit are not believed of a program that is far from it", async () => {
  await using runtime = await startTestRuntime();
  const { status, error } = await runtime.run({
    code: `throw new Error("Too many open files (os error 24)");`,
  });
  assertEquals([status, error?.code], ["failed", "PROGRAM_THREW"]);
});
