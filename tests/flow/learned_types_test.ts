import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { parseConfig } from "../../src/config/config.ts";
import type { Policy } from "../../src/config/policy.ts";
import { createRuntime } from "../../src/host/create_runtime.ts";
import type { Runtime } from "../../src/runs/runtime.ts";
import { oddServer } from "../fixtures/test_runtime.ts";

const ECHO = `import { echo } from "./servers/odd/echo.ts";\n`;

/** Runtimes one after the other on one folder; what was learned is written when one ends. */
async function inFolder(
  use: (start: (policy?: Partial<Policy>) => Promise<Runtime>, root: string) => Promise<void>,
): Promise<void> {
  const root = await Deno.makeTempDir();
  const start = async (policy: Partial<Policy> = {}) =>
    await createRuntime(
      await parseConfig({
        mcpServers: { odd: oddServer() },
        pool: { idleWorkers: 0, idleSessions: 0 },
        policy,
      }, { root }),
    );
  try {
    await use(start, root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

const outputOf = (text: string | undefined) =>
  /(?:\/\*\*[^\n]*\n)?export type EchoOutput[\s\S]*?;\n\n/.exec(text ?? "")?.[0];

Deno.test("the type of a result is learned, lasts, and widens with a result that contradicts", async () => {
  await inFolder(async (start) => {
    {
      await using runtime = await start();
      assertEquals(
        outputOf(await runtime.wrapperText("odd", "echo")),
        "export type EchoOutput = unknown;\n\n",
      );
      await runtime.run({ code: ECHO + `return await echo({ total: 1, note: "SECRET" });` });
    }
    {
      await using runtime = await start();
      const learned = outputOf(await runtime.wrapperText("odd", "echo"));
      assertMatch(learned!, /^\/\*\* Observed in 1 result, not promised by the server \*\/\n/);
      assertMatch(learned!, /arguments: \{ note: string; total: number \}/);
      await runtime.run({ code: ECHO + `return await echo({ total: "many" });` });
    }
    await using runtime = await start();
    const widened = outputOf(await runtime.wrapperText("odd", "echo"));
    assertMatch(widened!, /Observed in 2 results/);
    assertMatch(widened!, /note\?: string; total: number \| string/);
  });
});

Deno.test("what only a learned type objects to is a warning, and the program runs", async () => {
  await inFolder(async (start) => {
    {
      await using runtime = await start();
      await runtime.run({ code: ECHO + `return await echo({ total: 1 });` });
    }
    await using runtime = await start();
    const { status, value, warnings } = await runtime.run({
      code: ECHO + `const answer = await echo({ totals: "a" });
return answer.arguments.totals.toUpperCase();`,
    });
    assertEquals([status, value, warnings.length], ["completed", "A", 1]);
    assertMatch(warnings[0]!, /line 3: There is no "totals" .*Did you mean '?total/);
    const { error } = await runtime.run({
      code: ECHO + `const answer = await echo({ total: 1 });
answer.arguments.totals;
frobnicate();`,
    });
    assertEquals(error?.code, "TYPE_ERROR");
    assertMatch(error!.message, /a type error, .*\nline 4: Cannot find name 'frobnicate'/);
  });
});

Deno.test("two hosts that learn on one folder lose nothing of each other's", async () => {
  await inFolder(async (start) => {
    {
      await using one = await start();
      await using other = await start();
      const learn = (runtime: Runtime, key: string) =>
        runtime.run({ code: ECHO + `return await echo({ total: 1, ${key}: "a" });` });
      await Promise.all([learn(one, "first_key"), learn(other, "other_key")]);
    }
    await using runtime = await start();
    const learned = outputOf(await runtime.wrapperText("odd", "echo"));
    assertMatch(learned!, /Observed in 2 results/);
    assertStringIncludes(learned!, "first_key?: string");
    assertStringIncludes(learned!, "other_key?: string");
  });
});

Deno.test("with learnTypes off nothing is learned, and no value ever is", async () => {
  await inFolder(async (start, root) => {
    {
      await using runtime = await start({ learnTypes: "off" });
      await runtime.run({ code: ECHO + `return await echo({ total: 1 });` });
    }
    const names = async () =>
      (await Array.fromAsync(Deno.readDir(join(root, "servers/odd")))).map(({ name }) => name);
    assert(!(await names()).includes("observed.json"));
    {
      await using runtime = await start();
      await runtime.run({
        code: ECHO + `return await echo({ note: "CANARY", by: { "CANARY@x.org": 1 } });`,
      });
    }
    assert((await names()).includes("observed.json"));
    for (const name of await names()) {
      assert(!(await Deno.readTextFile(join(root, "servers/odd", name))).includes("CANARY"), name);
    }
  });
});

Deno.test("a wrapper that somebody edited is not written over", async () => {
  await inFolder(async (start, root) => {
    const path = join(root, "servers/odd/echo.ts");
    {
      await using runtime = await start();
      await runtime.wrapperText("odd", "echo");
      await Deno.writeTextFile(path, (await Deno.readTextFile(path)) + "// mine\n");
      await runtime.run({ code: ECHO + `return await echo({ total: 1 });` });
    }
    const text = await Deno.readTextFile(path);
    assert(text.endsWith("// mine\n") && text.includes("EchoOutput = unknown"));
  });
});
