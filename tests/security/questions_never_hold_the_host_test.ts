import { assert, assertEquals } from "@std/assert";
import { measuredHost } from "../fixtures/measured_host.ts";
import { sampled } from "../fixtures/sampled.ts";

const MANY = new URL("../fixtures/servers/many_tools.ts", import.meta.url).pathname;
const MAX_TURN_MS = 120;

/** What a program asks the module `airlock`, by what there is much of. */
const QUESTIONS: Record<string, string> = {
  "unknown names of tools": `await Promise.all(Array.from({ length: 20 }, (_, k) =>
    readTools(Array.from({ length: 50 }, (_, j) => "big/do_thng_" + k + "_itm" + j))));`,
  "long names of tools": `await Promise.all(Array.from({ length: 12 }, () =>
    readTools(Array.from({ length: 50 }, (_, j) => "big/" + "do_thing_".repeat(90) + j))));`,
  "known names of tools": `const told = await Promise.all(Array.from({ length: 12 }, () =>
    readTools(Array.from({ length: 50 }, (_, j) => "big/do_thing_" + j + "_for_item"))));
    if (!told.every((tools) => JSON.stringify(tools).includes("do_thing_49_for_item"))) return 0;`,
  "searches of addresses": `await Promise.all(Array.from({ length: 20 }, (_, i) =>
    searchTools("a.b@c.de ".repeat(440) + i)));`,
  "searches of words": `await Promise.all(Array.from({ length: 20 }, (_, i) =>
    searchTools(Array.from({ length: 600 }, (_, k) => "w" + (k * 7919 + i).toString(36)).join(" ").slice(0, 4_000))));`,
  "skills": `await Promise.all(Array.from({ length: 120 }, (_, i) =>
    readSkill("x" + i + "y".repeat(900)).catch(() => 0)));`,
  "the workspace": `for (let i = 0; i < 1_000; i++) Deno.writeTextFileSync("./workspace/f" + i, "");
    await Promise.all(Array.from({ length: 120 }, () => workspaceLeft()));`,
  "comparisons": `await Promise.all(Array.from({ length: 60 }, (_, i) =>
    same("x".repeat(20_000), "y" + i).catch(() => 0)));`,
};

const linux = { ignore: Deno.build.os !== "linux" };

Deno.test(
  "no turn of the host is long, whatever a program asks, and however often",
  linux,
  async () => {
    await using host = await measuredHost({
      mcpServers: { big: { command: "deno", args: ["run", "--no-prompt", MANY] } },
      limits: { callsInFlight: 1_000 },
    });
    const ask = (questions: string) =>
      host.run(`import { readSkill, readTools, same, searchTools, workspaceLeft } from "airlock";
      ${questions}
      return 1;`);
    await ask(`await searchTools("first"); await readTools(["big/first"]);`);
    for (
      const [name, questions] of sampled(Object.entries(QUESTIONS), { keep: 1, name: "questions" })
    ) {
      const { longestTurnMs } = await host.measure(async () => {
        assertEquals(await ask(questions), { status: "completed", code: null }, name);
      });
      assert(longestTurnMs > 0 && longestTurnMs < MAX_TURN_MS, `${name}: ${longestTurnMs} ms`);
    }
  },
);
