import { assertEquals, assertRejects } from "@std/assert";
import { startReaper } from "../../src/process/start_reaper.ts";
import { ConnectionError, type Message } from "../../src/upstream/channel.ts";
import { StdioChannel } from "../../src/upstream/stdio_channel.ts";

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
