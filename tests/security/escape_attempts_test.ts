import { assert, assertEquals } from "@std/assert";
import { sampled } from "../fixtures/sampled.ts";
import { startTestRuntime } from "../fixtures/test_runtime.ts";

const ignore = Deno.build.os === "windows";

/** Does what a program may, of every kind. */
const HONEST = `import { searchTools } from "airlock";
await searchTools("x");
await Deno.mkdir("./workspace/a", { recursive: true });
await Deno.writeTextFile("./workspace/a/b", "1");
(await Deno.open("./workspace/a/b")).close();
await Deno.readTextFile("./workspace/a/b");
for await (const entry of Deno.readDir("./servers"));
for await (const entry of Deno.readDir("./skills"));
await Deno.rename("./workspace/a/b", "./workspace/a/c");
await Deno.remove("./workspace/a", { recursive: true });
return "done";`;

const CURIOUS = `for (const path of ["/etc/passwd", "./workspace/../../x", "/etc/passwd"]) {
  try { await Deno.readTextFile(path); } catch {}
}
try { await Deno.writeTextFile("./servers/x.ts", ""); } catch {}
return "done";`;

Deno.test("what a program tries beyond its rights is in its result, once and without our paths", {
  ignore,
}, async () => {
  await using runtime = await startTestRuntime();
  const { value, escapeAttempts } = await runtime.run({ code: CURIOUS, session: "s" });
  assertEquals(value, "done");
  const [passwd, above, wrapper, ...more] = escapeAttempts;
  assertEquals(passwd, { permission: "read", value: "/etc/passwd" });
  assertEquals(above, { permission: "read", value: "airlock/x" });
  assertEquals(wrapper, { permission: "write", value: "./servers/x.ts" });
  assertEquals(more, []);
});

Deno.test("a program that keeps to its rights has tried nothing", async () => {
  await using runtime = await startTestRuntime();
  for (const session of [undefined, "s"]) {
    const { status, escapeAttempts } = await runtime.run({
      code: HONEST,
      ...(session === undefined ? {} : { session }),
    });
    assertEquals([status, escapeAttempts], ["completed", []]);
  }
});

/** Ways to fill the record, before and after what is hidden in it. */
const FLOODS = {
  "one permission": `try { Deno.statSync("/nowhere/" + i); } catch {}`,
  "files beside the one": `try { Deno.readTextFileSync("/etc/x" + i); } catch {}`,
  "many places": `try { Deno.statSync("/" + i + "/" + i); } catch {}`,
  "writing": `try { Deno.writeTextFileSync("/etc/y" + i, ""); } catch {}`,
  "long values": `if (i % 20 === 0) try { Deno.statSync("/" + i + "z".repeat(3000)); } catch {}`,
  "far too long values":
    `if (i < 200) try { Deno.statSync("/" + i + "z".repeat(20000)); } catch {}`,
  "what it may": `try { Deno.statSync("./workspace/" + i); } catch {}`,
};

for (const [what, flood] of sampled(Object.entries(FLOODS), { keep: 3, name: "floods" })) {
  Deno.test(`no flood hides an attempt: ${what}`, { ignore }, async () => {
    await using runtime = await startTestRuntime();
    const { status, escapeAttempts } = await runtime.run({
      code: `for (let i = 0; i < 6000; i++) { ${flood} }
try { Deno.readTextFileSync("/etc/shadow"); } catch {}
for (let i = 6000; i < 12_000; i++) { ${flood} }`,
    });
    assertEquals(status, "completed");
    const shown = escapeAttempts.map(({ permission, value }) => `${permission} ${value}`);
    assert(shown.includes("read /etc/shadow"), shown.join("\n"));
    assert(escapeAttempts.length <= 32);
    const known = { "what it may": 1, "long values": 601, "far too long values": 201 }[what];
    const more = escapeAttempts.map((attempt) => attempt.more ?? 0).reduce((a, b) => a + b, 0);
    assertEquals(escapeAttempts.length + more, known ?? 12_001);
  });
}

Deno.test("where the policy says so, the first attempt ends the run", { ignore }, async () => {
  await using runtime = await startTestRuntime({ policy: { onEscapeAttempt: "end" } });
  for (const code of [CURIOUS, `try { Deno.statSync("/etc"); } catch {} for (;;);`]) {
    const { status, error, value } = await runtime.run({ code });
    assertEquals([status, error?.code, value], ["denied", "FORBIDDEN", null]);
  }
  assertEquals((await runtime.run({ code: HONEST })).value, "done");
});
