import { assertEquals } from "@std/assert";
import { withoutFence } from "../../src/program/parse_module.ts";

Deno.test("withoutFence takes the fence of Markdown away, and leaves every line where it was", () => {
  const cases: [code: string, expected: string][] = [
    ["```ts\nreturn 1;\n```", "     \nreturn 1;\n   "],
    ["\n  ```\r\nreturn 1;\r\n```\n\n", "\n     \r\nreturn 1;\r\n   \n\n"],
    ["return 1;", "return 1;"],
    ["```ts\nreturn 1;", "```ts\nreturn 1;"],
    ["return 1;\n```", "return 1;\n```"],
    ["```\n```", "   \n   "],
    ["```", "```"],
    ["", ""],
  ];
  for (const [code, expected] of cases) assertEquals(withoutFence(code), expected, code);
});
