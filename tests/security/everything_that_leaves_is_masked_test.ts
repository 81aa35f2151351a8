import { assert, assertEquals, assertMatch } from "@std/assert";
import { sampled } from "../fixtures/sampled.ts";
import { assertAbsent, SEEDED, startWatchedRuntime } from "../fixtures/watched_runtime.ts";

const GET = `import { get } from "./servers/people/get.ts";
const person = await get({ what: "person" });
`;

const QUOTES = "an answer that quotes what was sent";

/** Ways out of a run, and what the end of each must look like. */
const WAYS: Readonly<Record<string, { code: string; status?: string; timeoutMs?: number }>> = {
  "the value, whatever the fields are called": {
    code:
      `${GET}return { person, list: Object.values(person), text: Object.values(person).join(" / ") };`,
  },
  "names of fields": { code: `${GET}return { [person.email]: { [person.name]: 1 } };` },
  "a value that is text of JSON": { code: `${GET}return JSON.stringify(person);` },
  "logs of every level": {
    code: `${GET}console.log(person); console.warn(JSON.stringify(person));
console.error("found " + person.name, person.email); console.debug([person.phone, person.card]);`,
  },
  "what a program throws": {
    code: `${GET}throw new TypeError("no " + Object.values(person).join(", "));`,
    status: "failed",
  },
  "what a program throws that is no error": { code: `${GET}throw person;`, status: "failed" },
  "the name of an error": {
    code: `${GET}const error = new Error("x"); error.name = person.email; throw error;`,
    status: "failed",
  },
  "an error that nobody waited for": {
    code: `${GET}Promise.reject(new Error(person.card)); await new Promise(() => {});`,
    status: "failed",
  },
  [QUOTES]: {
    code: `import { echo } from "./servers/people/echo.ts";
${GET}const { name, zip, birth_date, ssn, address } = person;
const back = await echo({ a: name, b: zip, c: birth_date, d: ssn, e: address });
console.log(back.said); return back;`,
  },
  "a tool's error that quotes what was sent": {
    code: `import { refuse } from "./servers/people/refuse.ts";
${GET}await refuse({ ...person });`,
    status: "failed",
  },
  "a server's error that quotes what was sent": {
    code: `import { snap } from "./servers/people/snap.ts";
${GET}await snap({ ...person });`,
    status: "failed",
  },
  "a check of arguments that quotes them": {
    code: `import { strict } from "./servers/people/strict.ts";
${GET}await strict({ age: person.birth_date, [person.email]: 1 });`,
    status: "failed",
  },
  "names of tools that do not exist": {
    code: `${GET}const call = globalThis[Symbol.for("airlock.callTool")];
await call(person.email, person.name, {}).catch(() => {});`,
  },
  "files and their names": {
    code: `${GET}await Deno.mkdir("./workspace/" + person.name);
await Deno.writeTextFile("./workspace/" + person.name + "/" + person.email + ".json", "{}");`,
  },
  "what it may not touch": {
    code:
      `${GET}try { await Deno.readTextFile("/etc/" + person.email); } catch (error) { console.log(error.message); }`,
  },
  "what was said before the time was up": {
    code: `${GET}console.log("so far: " + person.email + " " + person.iban);
await new Promise(() => {});`,
    status: "timed_out",
    timeoutMs: 3_000,
  },
  "a value too large for a model": {
    code: `${GET}return Array.from({ length: 3_000 }, () => person);`,
  },
  "a program that does not parse": {
    code: `const who = "${SEEDED.email} ${SEEDED.card}" +;`,
    status: "failed",
  },
  "an import that is refused": { code: `import "${SEEDED.email}";`, status: "denied" },
};

for (const residency of ["tokens", "boundary"] as const) {
  Deno.test(`everything that leaves a run is masked, residency ${residency}`, async (t) => {
    await using watched = await startWatchedRuntime({ privacy: { residency } });
    const ways = sampled(Object.entries(WAYS), { keep: 8, name: `ways out, ${residency}` });
    for (const [way, { code, status = "completed", timeoutMs }] of ways) {
      await t.step(way, async () => {
        const options = timeoutMs === undefined ? {} : { timeoutMs };
        const result = await watched.run(code, options);
        assertEquals(result.status, status, JSON.stringify(result.error));
        assertAbsent(watched.said());
      });
    }
    // The tool that quotes gets the values, and what it says is masked.
    await watched.run(`${WAYS[QUOTES]!.code}`);
    assertAbsent(watched.said());
    assertMatch(watched.said(), /\[[A-Z_]+_1_\w+\]/);
    assert((await watched.got()).some(({ tool }) => tool === "echo"));
  });
}

Deno.test("in residency tokens nothing on disk holds a value, and tools get the real ones", async () => {
  await using watched = await startWatchedRuntime();
  await watched.run(
    `import { take } from "./servers/people/take.ts";
${GET}await Deno.writeTextFile("./workspace/person.json", JSON.stringify(person));
await take(person);
return Array.from({ length: 3_000 }, () => person);`,
    { session: "s" },
  );
  assertAbsent(await watched.kept());
  const [, taken] = await watched.got();
  assertEquals(taken, { tool: "take", args: { ...SEEDED } });
});
