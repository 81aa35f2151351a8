import { assertEquals } from "@std/assert";
import type { Message } from "../../src/upstream/channel.ts";
import { readMessages } from "../../src/upstream/read_messages.ts";

const jsonrpc = "2.0";

Deno.test("readMessages() passes on what the protocol knows and nothing beside it", () => {
  const cases: [unknown, Message][] = [
    [{ jsonrpc, id: 1, result: { a: 1 }, extra: true }, { jsonrpc, id: 1, result: { a: 1 } }],
    [{ jsonrpc, id: "1", result: {} }, { jsonrpc, id: "1", result: {} }],
    [{ jsonrpc, id: 7, method: "ping", params: [] }, { jsonrpc, id: 7, method: "ping" }],
    [{ jsonrpc, method: "n", params: { a: 1 } }, { jsonrpc, method: "n", params: { a: 1 } }],
    [
      { jsonrpc, id: 1, error: { code: -32_000, message: "no", data: { a: 1 } } },
      { jsonrpc, id: 1, error: { code: -32_000, message: "no" } },
    ],
  ];
  for (const [json, message] of cases) assertEquals(readMessages(json), [message]);
});

Deno.test("readMessages() takes a batch apart", () => {
  const batch = [{ jsonrpc, id: 1, result: {} }, 7, { jsonrpc, id: 2, result: {} }];
  assertEquals(readMessages(batch).map(({ id }) => id), [1, 2]);
});

Deno.test("readMessages() makes an error of an answer that is neither result nor error", () => {
  for (
    const wrong of [{ result: 7 }, { result: null }, { error: "no" }, { error: { code: "x" } }, {}]
  ) {
    const [message] = readMessages({ jsonrpc, id: 1, ...wrong });
    assertEquals(message?.error, {
      code: -32_603,
      message: "The server's answer is neither a result nor an error",
    });
  }
});

Deno.test("readMessages() leaves out what is no message", () => {
  for (
    const nothing of [null, 7, "text", [], [[{ jsonrpc, id: 1, result: {} }]], {}, {
      jsonrpc,
      id: {},
    }, { id: 1, result: {} }]
  ) {
    assertEquals(readMessages(nothing), []);
  }
});
