import { assert, assertEquals } from "@std/assert";
import { KEPT_DENO, KEPT_GLOBALS } from "../../../src/guest/kept_globals.ts";
import { startTestRuntime } from "../../fixtures/test_runtime.ts";
import { workerGlobals } from "./make_worker_globals.ts";

/** Names that are in a program's text only as the language itself. */
const LANGUAGE = ["undefined", "NaN", "Infinity"];

Deno.test("the compiler knows every global that a worker keeps, and no other", async () => {
  await using runtime = await startTestRuntime({ policy: { check: "error" } });
  const kept = [...KEPT_GLOBALS, "console"].filter((name) => !LANGUAGE.includes(name));
  const deno = KEPT_DENO.map((name) => `Deno.${name}`);
  const { error, value } = await runtime.run({
    code: `return [${
      [...kept, ...deno, "Deno.args", "Deno.exit"].map((name) => `typeof ${name}`)
    }];`,
  });
  assertEquals(error, null);
  assert((value as string[]).every((type) => type !== "undefined"), JSON.stringify(value));

  const dropped = [
    "fetch",
    "process",
    "require",
    "WebSocket",
    "Worker",
    "localStorage",
    "navigator",
  ]
    .concat(["Deno.env", "Deno.Command", "Deno.connect", "Deno.serve", "Deno.permissions"]);
  for (const name of dropped) {
    const { error } = await runtime.run({ code: `return ${name};` });
    assertEquals([name, error?.code], [name, "TYPE_ERROR"]);
  }
});

/** What programs of any author write, that the language's own declarations do not have. */
const IDIOMS: Readonly<Record<string, string>> = {
  "an error class that cuts its stack": `class ValidationError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ValidationError";
    Error.captureStackTrace?.(this, ValidationError);
  }
}
return new ValidationError("x") instanceof Error;`,
  "the length of stacks": `Error.stackTraceLimit = 5; return Error.stackTraceLimit === 5;`,
};

Deno.test("the compiler knows what engines add to the language", async () => {
  await using runtime = await startTestRuntime({ policy: { check: "error" } });
  for (const [name, code] of Object.entries(IDIOMS)) {
    const { error, value } = await runtime.run({ code });
    assertEquals([name, error, value], [name, null, true]);
  }
});

Deno.test("worker_globals.txt is what make_worker_globals makes of the lists and of Deno", async () => {
  const file = new URL("../../../src/policy/typecheck/worker_globals.txt", import.meta.url);
  assertEquals(await Deno.readTextFile(file), await workerGlobals());
});
