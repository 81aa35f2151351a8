import { assertEquals, assertRejects } from "@std/assert";
import { startReaper } from "../../src/process/start_reaper.ts";
import { type Line, LineSplitter } from "../../src/upstream/byte_lines.ts";
import { ConnectionError, type Message } from "../../src/upstream/channel.ts";
import { readMessages } from "../../src/upstream/read_messages.ts";
import { StdioChannel } from "../../src/upstream/stdio_channel.ts";

const decoder = new TextDecoder();

function show(line: Line): string {
  if (line.kind === "line") return decoder.decode(line.bytes);
  return `<${decoder.decode(line.head)}…${decoder.decode(line.tail)}>`;
}

function split(chunks: Iterable<string>, maxBytes = 1_000): string[] {
  const splitter = new LineSplitter(maxBytes);
  const lines: string[] = [];
  for (const chunk of chunks) {
    lines.push(...splitter.split(new TextEncoder().encode(chunk)).map(show));
  }
  return [...lines, ...splitter.finish().map(show)];
}

Deno.test("LineSplitter gives the same lines however the stream is cut", () => {
  const text = "one\ntwo\n\nfür\nfive\r\nrest";
  const expected = ["one", "two", "", "für", "five\r", "rest"];
  assertEquals(split([text]), expected);
  assertEquals(split(text), expected);
  for (let at = 0; at <= text.length; at++) {
    assertEquals(split([text.slice(0, at), text.slice(at)]), expected);
  }
});

Deno.test("LineSplitter keeps a line of exactly the limit and only the ends of a longer one", () => {
  assertEquals(split(["x".repeat(1_000), "\nnext\n"]), ["x".repeat(1_000), "next"]);
  const long = `head${"x".repeat(5_000)}tail`;
  const kept = `<${long.slice(0, 512)}…${long.slice(-512)}>`;
  assertEquals(split([`${long}\nnext\n`]), [kept, "next"]);
  assertEquals(split([...`${long}\nnext\n`]), [kept, "next"]);
  assertEquals(split([long.slice(0, 300), long.slice(300), "\n", "next\n"]), [kept, "next"]);
});

Deno.test("LineSplitter shows a line that is little longer than the limit from both ends", () => {
  assertEquals(split(["abc", "def\n"], 4), ["<abcdef…abcdef>"]);
});

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

const options = { ignore: Deno.build.os === "windows" };

interface Opened extends AsyncDisposable {
  readonly channel: StdioChannel;
  readonly messages: Message[];
  readonly lost: Promise<ConnectionError>;
}

/** Opens a channel to a shell script, which may speak the protocol or not. */
async function open(script: string, maxMessageBytes = 1_000_000): Promise<Opened> {
  const reaper = await startReaper();
  const plan = {
    commandLine: ["/bin/sh", "-c", script],
    env: { PATH: "/usr/bin:/bin" },
    cwd: "/",
  };
  const channel = new StdioChannel(plan, { reaper, maxMessageBytes });
  const messages: Message[] = [];
  const { promise: lost, resolve } = Promise.withResolvers<ConnectionError>();
  await channel.open({ message: (message) => messages.push(message), lost: resolve });
  return {
    channel,
    messages,
    lost,
    async [Symbol.asyncDispose]() {
      await channel.close();
      await reaper[Symbol.asyncDispose]();
    },
  };
}

const notification = (n: number) => ({ jsonrpc: "2.0", method: "n", params: { n } });

Deno.test("StdioChannel passes on messages and no other line", options, async () => {
  const lines = [
    "Hello",
    "",
    "{",
    JSON.stringify(notification(1)),
    "null",
    JSON.stringify(notification(2)),
  ];
  await using server = await open(`printf '%s\n' ${lines.map((line) => `'${line}'`).join(" ")}`);
  await server.lost;
  assertEquals(server.messages, [notification(1), notification(2)]);
});

Deno.test("StdioChannel passes on what a process wrote last before it ended", options, async () => {
  await using server = await open(`printf '%s' '${JSON.stringify(notification(1))}'; exit 3`);
  assertEquals((await server.lost).message, "it exited with code 3");
  assertEquals(server.messages, [notification(1)]);
});

Deno.test(
  "StdioChannel tells of a process that closes its output and goes on",
  options,
  async () => {
    await using server = await open("exec 1>&-; while :; do sleep 1; done");
    assertEquals((await server.lost).message, "it closed its output");
  },
);

Deno.test("StdioChannel keeps the end of what a process says on stderr", options, async () => {
  await using server = await open("yes noise | head -c 300000 >&2; echo last words >&2; exit 1");
  const { detail = "" } = await server.lost;
  assertEquals(detail.length, 8_192);
  assertEquals(detail.endsWith("noise\nlast words\n"), true);
});

Deno.test("StdioChannel passes on answers to open requests only", options, async () => {
  const answer = (id: number) => JSON.stringify({ jsonrpc: "2.0", id, result: {} });
  await using server = await open(
    `read -r line; printf '%s\n' '${answer(1)}' '${answer(2)}' '${answer(2)}'`,
  );
  await server.channel.send({ jsonrpc: "2.0", id: 2, method: "m" });
  await server.lost;
  assertEquals(server.messages.map(({ id }) => id), [2]);
});

Deno.test("StdioChannel fails the one request whose answer is too large", options, async () => {
  const padding = "head -c 5000 /dev/zero | tr '\\\\0' x";
  const first = `printf '{"jsonrpc":"2.0","id":1,"result":{"a":"'; ${padding}; printf '"}}\n'`;
  const last = `printf '{"result":{"a":"'; ${padding}; printf '"},"jsonrpc":"2.0","id":2}\n'`;
  await using server = await open(`read -r a; read -r b; ${first}; ${last}`, 1_000);
  for (const id of [1, 2]) await server.channel.send({ jsonrpc: "2.0", id, method: "m" });
  await server.lost;
  const error = { code: -32_603, message: "The answer is larger than 1000 bytes" };
  assertEquals(server.messages, [1, 2].map((id) => ({ jsonrpc: "2.0", id, error })));
});

Deno.test("StdioChannel refuses to send more than a process reads", options, async () => {
  await using server = await open("sleep 600", 100_000);
  const sent = Array.from(
    { length: 10 },
    (_, id) =>
      server.channel.send({
        jsonrpc: "2.0",
        id,
        method: "m",
        params: { text: "x".repeat(90_000) },
      }),
  );
  const outcomes = Promise.allSettled(sent);
  const error = await assertRejects(
    () => Promise.any(sent.slice(3)).catch(({ errors }) => Promise.reject(errors[0])),
    ConnectionError,
  );
  assertEquals(error.message, "it does not read its input");
  await server.channel.close();
  assertEquals((await outcomes).some(({ status }) => status === "fulfilled"), false);
});

Deno.test("StdioChannel sends nothing after close", options, async () => {
  await using server = await open("cat");
  await server.channel.close();
  await assertRejects(() => server.channel.send({ jsonrpc: "2.0", method: "m" }), ConnectionError);
});

Deno.test("StdioChannel does not open where the command cannot be started", options, async () => {
  await using reaper = await startReaper();
  const plan = { commandLine: ["/bin/sh"], env: {}, cwd: "/does/not/exist" };
  const channel = new StdioChannel(plan, { reaper, maxMessageBytes: 1_000 });
  const events = { message: () => {}, lost: () => {} };
  const error = await assertRejects(() => channel.open(events), ConnectionError);
  assertEquals(error.message, "its command could not be started");
});
