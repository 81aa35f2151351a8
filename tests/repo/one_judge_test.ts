import { assert, assertEquals } from "@std/assert";
import { relative } from "@std/path";
import { walkFiles } from "./walk_files.ts";

/** The only files that name a hint of MCP, and why: one decides by them, the others hand them on. */
const NAMES_A_HINT: Readonly<Record<string, string>> = {
  "policy/risk/judge_tool.ts": "decides what a tool does",
  "model/tool.ts": "what a server may say",
  "upstream/repair_tools.ts": "takes them from a server's list",
  "config/policy.ts": "names one in a rule of the configuration",
  "config/approvals.ts": "names one in a rule of the configuration",
  "codegen/wrapper_text.ts": "tells the author of a program what the server says",
  "gateway/mcp/run_program.ts": "says what the gateway's own tool does",
  "gateway/mcp/tools.ts": "says what the gateway's own tools do",
  "gateway/routes/tools.ts": "tells a client what the server says",
};

const HINT = /\b(readOnly|destructive|idempotent|openWorld)Hint\b/;
/** A hint, or all of them, taken out of what a server says. */
const TAKES_A_HINT = /annotations\s*(\?|!)?\.?\s*\[|annotations\??\.(?!idempotentHint|map)\w+Hint/;

const src = new URL("../../src/", import.meta.url).pathname;

Deno.test("one file decides what a tool does; all others ask it", async () => {
  const files = (await walkFiles(src)).filter((file) => file.endsWith(".ts"));
  const texts = await Promise.all(
    files.map(async (file) => [relative(src, file), await Deno.readTextFile(file)] as const),
  );
  const naming = texts.filter(([, text]) => HINT.test(text)).map(([file]) => file);
  assertEquals(naming.sort(), Object.keys(NAMES_A_HINT).sort());
  for (const [file, text] of texts) {
    if (file === "policy/risk/judge_tool.ts" || file === "upstream/repair_tools.ts") continue;
    assert(!TAKES_A_HINT.test(text), file);
    // What the gateway says of its own tools are constants, and nothing is compared with them.
    assert(
      !/Hint\s*(===|!==|&&|\|\||\?[^?:])/.test(text) || file === "codegen/wrapper_text.ts",
      file,
    );
  }
});

Deno.test("tools are judged where the judge is made, and nowhere else", async () => {
  const files = (await walkFiles(src)).filter((file) => file.endsWith(".ts"));
  const calling = [];
  for (const file of files) {
    if (/\btoolTraits\(/.test(await Deno.readTextFile(file))) calling.push(relative(src, file));
  }
  assertEquals(calling.sort(), ["policy/risk/judge_tool.ts"]);
});
