import { assertEquals } from "@std/assert";
import { readToolResult } from "../../src/upstream/read_tool_result.ts";

function value(result: unknown): unknown {
  const outcome = allOf(readToolResult(result));
  assertEquals(outcome.kind, "value");
  return outcome.kind === "value" ? outcome.value : undefined;
}

function text(text: string): { type: string; text: string } {
  return { type: "text", text };
}

Deno.test("readToolResult() gives structured content where there is any", () => {
  assertEquals(value({ content: [text("x")], structuredContent: { a: 1 } }), { a: 1 });
  assertEquals(value({ content: [], structuredContent: [1] }), [1]);
  assertEquals(value({ content: [text("x")], structuredContent: null }), "x");
});

Deno.test("readToolResult() parses a text that is an object or an array, and no other", () => {
  const parsed = { ' {"a":[1]}\n': { a: [1] }, "[1,2]": [1, 2], "{}": {} };
  for (const [json, expected] of Object.entries(parsed)) {
    assertEquals(value({ content: [text(json)] }), expected);
  }
  for (
    const plain of [
      "7",
      "12345678901234567890",
      '"x"',
      "null",
      "true",
      "",
      "{a}",
      "[1] and [2]",
      "{} {}",
      "plain",
    ]
  ) {
    assertEquals(value({ content: [text(plain)] }), plain);
  }
});

Deno.test("readToolResult() gives an array for several blocks and null for none", () => {
  assertEquals(value({ content: [text("one"), text('{"two":2}')] }), ["one", { two: 2 }]);
  for (const nothing of [{ content: [] }, {}, { content: null }, null, undefined]) {
    assertEquals(value(nothing), null);
  }
});

Deno.test("readToolResult() gives media, resources and links as plain objects", () => {
  const annotations = { audience: ["user"] };
  const blocks = [
    { type: "image", mimeType: "image/png", data: "AA==", annotations },
    { type: "audio", mimeType: "audio/wav", data: "AA==", _meta: {} },
    {
      type: "resource",
      resource: { uri: "x://t", mimeType: "text/plain", text: "t" },
      annotations,
    },
    { type: "resource", resource: { uri: "x://b", blob: "AAEC" } },
    { type: "resource_link", uri: "x://l", name: "l", size: 7, annotations },
  ];
  assertEquals(value({ content: blocks }), [
    { type: "image", mimeType: "image/png", data: "AA==" },
    { type: "audio", mimeType: "audio/wav", data: "AA==" },
    { type: "resource", uri: "x://t", mimeType: "text/plain", text: "t" },
    { type: "resource", uri: "x://b", blob: "AAEC" },
    { type: "resource_link", uri: "x://l", name: "l", size: 7 },
  ]);
});

Deno.test("readToolResult() gives what it does not know as it came", () => {
  const odd = [{ type: "hologram", data: "?" }, 7, { type: "text" }, { type: "resource" }];
  assertEquals(value({ content: odd }), odd);
  assertEquals(value({ content: "text" }), "text");
  assertEquals(value("bare"), "bare");
  assertEquals(value({ toolResult: { old: true } }), { old: true });
});

Deno.test("readToolResult() keeps a property named __proto__ a property", () => {
  const result = value({ content: [text('{"__proto__":{"polluted":true}}')] }) as object;
  assertEquals(Object.keys(result), ["__proto__"]);
  assertEquals(({} as { polluted?: boolean }).polluted, undefined);
});

Deno.test("readToolResult() takes a failure's message from its texts", () => {
  const failures: [unknown, string][] = [
    [{ isError: true, content: [text("no lead 7")] }, "no lead 7"],
    [{ isError: true, content: [text("one"), { type: "image" }, text("two")] }, "one\ntwo"],
    [{ isError: true, content: "plain" }, "plain"],
    [{ isError: true, content: [], structuredContent: { code: 7 } }, '{"code":7}'],
    [{ isError: true }, "The tool failed and gave no reason"],
  ];
  for (const [result, message] of failures) {
    assertEquals(allOf(readToolResult(result)), { kind: "tool_error", message });
  }
  assertEquals(value({ isError: "true", content: [text("fine")] }), "fine");
});

function allOf<T>(steps: Iterator<void, T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}
