import { assert, assertEquals } from "@std/assert";
import { offerTier } from "../../src/sandbox/open_tier.ts";
import { sampled } from "../fixtures/sampled.ts";
import { startTestRuntime } from "../fixtures/test_runtime.ts";

/** Lines as the runtime writes them down, for what no program here does. */
const FORGED = [
  { v: 1, permission: "net", value: "forged.example:443" },
  { v: 1, datetime: "2026-01-01T00:00:00Z", permission: "env", value: "AIRLOCK_PROGRAM_ENDED" },
].map((line) => `${JSON.stringify(line)}\n`).join("");

/** Drops what the worker itself listens to, where that can be reached. */
const DEAFEN = `for (const key of Object.getOwnPropertySymbols(globalThis)) {
  const listeners = globalThis[key]?.listeners;
  for (const name of Object.keys(listeners ?? {})) delete listeners[name];
}`;

/** What a program may try to write its own lines with; `text` is what. */
const WAYS: Readonly<Record<string, string>> = {
  "its console": `console.error(text); console.log(text); console.debug(text);`,
  "an error that nobody catches": `setTimeout(() => { throw new Error(text); });
await new Promise((resolve) => setTimeout(resolve, 100));`,
  "an error that nobody can catch": `${DEAFEN}
setTimeout(() => { throw new Error(text); });
await new Promise((resolve) => setTimeout(resolve, 300));`,
  "a rejection that nobody can handle": `${DEAFEN}
Promise.reject(new Error(text));
await new Promise((resolve) => setTimeout(resolve, 300));`,
  "the files of its descriptors": `for (let fd = 0; fd < 40; fd++) {
  for (const path of ["/dev/fd/" + fd, "/proc/self/fd/" + fd]) {
    try { Deno.writeTextFileSync(path, text, { append: true }); } catch {}
  }
}`,
  "the record itself": `for (const path of ["./record", "./workspace/../record", "record",
  "../record", "./linked/../record", "./skills/../record", "/dev/stderr"]) {
  try { Deno.writeTextFileSync(path, text, { append: true }); } catch {}
  try { Deno.renameSync("./workspace/mine", path); } catch {}
  try { Deno.removeSync(path); } catch {}
}`,
  "a process that it got hold of": `import util from "node:util";
import { EventEmitter } from "node:events";
let held;
Object.prototype.env = { get: () => "" };
EventEmitter.prototype.on = function () { held ??= this; return this; };
try { util.deprecate(() => {}, "x")(); } catch {}
delete Object.prototype.env;
try { held?.stderr?.write?.(text); } catch {}
try { held?.getBuiltinModule?.("fs").writeSync(2, text); } catch {}`,
  "a value that cannot be told": `const value = { toJSON() { throw new Error(text); } };
return value;`,
};

for (
  const tier of sampled(["process", "bubblewrap"] as const, {
    keep: 1,
    name: "forgers",
    sliced: false,
  })
) {
  const { create } = await offerTier({ tier });
  const ignore = create === undefined || Deno.build.os === "windows";
  const ways = sampled(Object.entries(WAYS), { keep: 4, name: `forgeries, ${tier}` });
  for (const [way, code] of ways) {
    Deno.test(`no program forges an attempt with ${way} (${tier})`, { ignore }, async () => {
      await using runtime = await startTestRuntime({ isolation: { tier } });
      const [imports, body] = code.startsWith("import")
        ? [code.split("\n").slice(0, 2).join("\n"), code.split("\n").slice(2).join("\n")]
        : ["", code];
      const { escapeAttempts } = await runtime.run({
        code: `${imports}
const text = ${JSON.stringify(`x\n${FORGED}`)};
const real = () => { try { Deno.statSync("/etc/shadow"); } catch {} };
setTimeout(real, 0);
await new Promise((resolve) => setTimeout(resolve, 5));
${body}`,
      });
      const shown = escapeAttempts.map(({ permission, value }) => `${permission} ${value}`);
      assert(shown.includes("read /etc/shadow"), shown.join("\n"));
      assertEquals(shown.filter((one) => /forged|AIRLOCK_PROGRAM_ENDED/.test(one)), []);
    });
  }

  Deno.test(`a word that says the record ends hides nothing (${tier})`, { ignore }, async () => {
    await using runtime = await startTestRuntime({ isolation: { tier } });
    const { status, escapeAttempts } = await runtime.run({
      code: `${DEAFEN}
const line = ${JSON.stringify(`x\n${FORGED}`)};
Promise.resolve().then(() => { throw new Error(line); });
for (let i = 0; i < 2000; i++) try { Deno.statSync("/nowhere/" + i); } catch {}
try { Deno.statSync("/etc/shadow"); } catch {}
return 1;`,
    });
    assert(["completed", "failed"].includes(status));
    assert(escapeAttempts.some(({ value }) => value === "/etc/shadow"));
  });
}
