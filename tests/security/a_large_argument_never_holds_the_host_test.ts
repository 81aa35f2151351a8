import { assert, assertEquals } from "@std/assert";
import { measuredHost } from "../fixtures/measured_host.ts";
import { sampled } from "../fixtures/sampled.ts";

const CRM = new URL("../../examples/servers/crm.ts", import.meta.url).pathname;
const MAX_TURN_MS = 120;

/** What a program gives to a tool, by what there is much of. */
const ARGUMENTS: Record<string, string> = {
  "escapes": '"\\n".repeat(1_500_000)',
  "rows": 'Array.from({ length: 50_000 }, (_, i) => ({ i, name: "Ann " + i, e: i + "@b.com" }))',
  "names": 'Object.fromEntries(Array.from({ length: 90_000 }, (_, i) => ["k" + i, i]))',
  "JSON in a text": 'JSON.stringify(Array(100_000).fill("[EMAIL_1_abc]"))',
};
const LARGE_ARGUMENTS: Record<string, string> = {
  "a text": '"x".repeat(8_000_000)',
  "brackets": '"[".repeat(3_000_000)',
  "rows of a million values": "Array.from({ length: 240_000 }, (_, i) => ({ i, a: 1, b: null }))",
  "lists": "Array(900_000).fill([])",
  "many objects of many names":
    'Array.from({ length: 9 }, () => Object.fromEntries(Array.from({ length: 90_000 }, (_, i) => ["k" + i, i])))',
};
/** What is more than a limit. */
const OVER: Record<string, string> = {
  argumentBytes: '"x".repeat(20_000_000)',
  callNames: 'Object.fromEntries(Array.from({ length: 120_000 }, (_, i) => ["k" + i, i]))',
};

const linux = { ignore: Deno.build.os !== "linux" };

Deno.test("no turn of the host is long, whatever a program gives to a tool", linux, async () => {
  await using host = await measuredHost({
    mcpServers: { crm: { command: "deno", args: ["run", "--no-prompt", CRM] } },
  });
  const give = (a: string) =>
    host.run(`import { callTool } from "airlock";
      const a = ${a};
      await callTool("crm", "list_leads", { limit: 1, a } as never).catch(() => {});
      return 1;`);
  await give("1");
  const given = [
    ...sampled(Object.entries(ARGUMENTS), { keep: 2, name: "arguments" }),
    ...sampled(Object.entries(LARGE_ARGUMENTS), { keep: 0, name: "large arguments" }),
  ];
  for (const [name, code] of given) {
    const { longestTurnMs } = await host.measure(async () => {
      assertEquals((await give(code)).status, "completed", name);
    });
    assert(longestTurnMs > 0 && longestTurnMs < MAX_TURN_MS, `${name}: ${longestTurnMs} ms`);
  }
  for (const [limit, code] of Object.entries(OVER)) {
    const { longestTurnMs } = await host.measure(async () => {
      assertEquals((await give(code)).status, "over_limit", limit);
    });
    assert(longestTurnMs < MAX_TURN_MS, `${limit}: ${longestTurnMs} ms`);
  }
});
