/** Prints the CPU time of 200 unknown names of each form beside two thousand tools, as JSON. */
import { assertEquals } from "@std/assert";
import process from "node:process";
import { readTools } from "../../src/discovery/present_tools.ts";
import { createToolIndex } from "../../src/discovery/tool_index.ts";

const TOOLS = Array.from({ length: 2_000 }, (_, at) => ({
  tool: { name: `do_thing_${at}_for_item`, inputSchema: { type: "object" as const } },
  import: `./servers/big/do_thing_${at}_for_item.ts`,
}));

const FORMS = [
  (at: number) => `big/do_thng_${at}_itm`,
  (at: number) => `big/${"list_leads".repeat(90)}${at}`,
  (at: number) => `./servers/big/${"é_".repeat(400)}${at}.ts`,
];

const index = createToolIndex();
index.setServer("big", TOOLS);
index.nearest("first");
const measured = FORMS.map((form) => {
  const names = Array.from({ length: 50 }, (_, at) => form(at));
  const before = process.cpuUsage();
  let longest = 0;
  for (let calls = 0; calls < 4; calls++) {
    const steps = readTools(index, names);
    for (let done = false; !done;) {
      const began = process.cpuUsage();
      const step = steps.next();
      longest = Math.max(longest, process.cpuUsage(began).user / 1_000);
      done = step.done === true;
      if (step.done) assertEquals(step.value.unknown.length, 50);
    }
  }
  return { ms: process.cpuUsage(before).user / 1_000, longest };
});
console.log(JSON.stringify(measured));
