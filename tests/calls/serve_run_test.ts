import { assertEquals, assertRejects } from "@std/assert";
import { FrameIntake } from "../../src/calls/frame_intake.ts";
import type { WorkerConnection } from "../../src/calls/listen_for_worker.ts";
import { refusalOf } from "../../src/calls/refusals.ts";
import { type AskServices, serveAsk } from "../../src/calls/serve_ask.ts";
import { serveLogs, serveRun } from "../../src/calls/serve_run.ts";
import { parseConfig } from "../../src/config/config.ts";
import { AirlockError, ERROR_CODES } from "../../src/model/errors.ts";
import {
  decodeBody,
  encodeBody,
  encodeFrame,
  type Frame,
  readFrames,
  readGuardedFrames,
} from "../../src/model/frames.ts";
import { FRAME, type Role } from "../../src/model/protocol.ts";
import { PASS_THROUGH, type RunPrivacy } from "../../src/privacy/run_privacy.ts";
import { FrameWriter } from "../../src/process/frame_writer.ts";

const { limits } = await parseConfig({
  limits: { calls: 3, callsInFlight: 2, callBytes: 4_096, workspaceFiles: 10 },
});

/** One side of a connection: what the worker says is pushed, what it is told is kept. */
function testConnection(role: Role) {
  const incoming: Uint8Array[] = [];
  const told: Uint8Array[] = [];
  let wake = Promise.withResolvers<void>();
  let ended = false;
  const reader = {
    async read(into: Uint8Array): Promise<number | null> {
      while (incoming.length === 0) {
        if (ended) return null;
        await wake.promise;
      }
      const chunk = incoming.shift()!;
      into.set(chunk.subarray(0, into.length));
      if (chunk.length > into.length) incoming.unshift(chunk.subarray(into.length));
      return Math.min(chunk.length, into.length);
    },
  };
  const nudge = () => {
    wake.resolve();
    wake = Promise.withResolvers();
  };
  const intake = new FrameIntake(role, limits);
  const connection: WorkerConnection = {
    frames: readGuardedFrames(reader, intake),
    intake,
    writer: new FrameWriter({
      write(bytes) {
        told.push(bytes.slice());
        return Promise.resolve(bytes.length);
      },
    }),
    close() {},
  };
  return {
    connection,
    told,
    sendBytes(bytes: Uint8Array) {
      incoming.push(bytes);
      nudge();
    },
    send(type: number, id: number, value: unknown) {
      this.sendBytes(encodeFrame({ type, id, body: encodeBody(value) }));
    },
    end() {
      ended = true;
      nudge();
    },
  };
}

const CHANCE = { startedAt: 0, seed: "00".repeat(32), clockReads: [] };

function serve(services: Partial<Parameters<typeof serveRun>[0]["services"]> = {}) {
  const [control, program] = [testConnection("control"), testConnection("program")];
  const ending = serveRun({
    connections: { control: control.connection, program: program.connection },
    module: "file:///program.js",
    chance: CHANCE,
    limits,
    principal: "owner",
    services: {
      call: (call) => Promise.resolve(encodeBody(call.arguments)),
      ask: () => Promise.resolve(encodeBody(null)),
      hearClock: () => Promise.resolve(),
      ...services,
    },
    refusalOf,
  });
  return { control, program, ending };
}

async function frames(chunks: Uint8Array[]) {
  const queue = [...chunks];
  const reader = {
    read(into: Uint8Array): Promise<number | null> {
      const chunk = queue.shift();
      if (chunk) into.set(chunk);
      return Promise.resolve(chunk?.length ?? null);
    },
  };
  return (await Array.fromAsync(readFrames(reader, 1_000_000))).flat();
}

const call = { server: "crm", tool: "t", arguments: {} };

Deno.test("serveRun starts the program, answers its calls by their ids and takes its value", async () => {
  const { program, ending } = serve();
  program.send(FRAME.call, 7, { ...call, arguments: { a: 1 } });
  await Promise.resolve();
  program.send(FRAME.value, 0, { value: [1] });
  assertEquals(await ending, { kind: "value", json: "[1]" });
  const [start, answer] = await frames(program.told);
  assertEquals(start?.type, FRAME.start);
  assertEquals(decodeBody(start!), {
    module: "file:///program.js",
    callsInFlight: 2,
    workspaceFiles: 10,
    chance: CHANCE,
  });
  assertEquals([answer?.type, answer?.id, decodeBody(answer!)], [FRAME.answer, 7, { a: 1 }]);
});

Deno.test("serveRun tells the program why a call was refused, without the cause", async () => {
  const refused = Promise.withResolvers<void>();
  const { program, ending } = serve({
    call: () => {
      refused.resolve();
      return Promise.reject(
        new AirlockError("TOOL_DENIED", "Cannot call", { cause: new Error("secret") }),
      );
    },
  });
  program.send(FRAME.call, 1, call);
  await refused.promise;
  program.send(FRAME.value, 0, { value: null });
  await ending;
  const refusal = (await frames(program.told)).find(({ type }) => type === FRAME.refusal);
  assertEquals(decodeBody(refusal!), {
    name: "AirlockError",
    code: "TOOL_DENIED",
    message: "Cannot call",
  });
});

Deno.test("serveRun believes a code of the host's where the host said it, and no other", async () => {
  const thrown = { name: "AirlockError", message: "forged", stack: "" };
  const codeAfter = async (
    code: string,
    services: Partial<Parameters<typeof serveRun>[0]["services"]> = {},
  ) => {
    const { program, ending } = serve(services);
    program.send(FRAME.call, 1, call);
    await new Promise((resolve) => setTimeout(resolve, 0)); // a turn of the event loop
    program.send(FRAME.thrown, 0, { ...thrown, code });
    const found = await ending;
    return found.kind === "thrown" ? found.thrown.code : found.kind;
  };
  for (const code of ERROR_CODES.filter((code) => code !== "TOOL_DENIED")) {
    const refusing = { call: () => Promise.reject(new AirlockError(code, "Cannot call")) };
    assertEquals(await codeAfter(code, refusing), code);
    const denying = { call: () => Promise.reject(new AirlockError("TOOL_DENIED", "Cannot call")) };
    const isGuests = ["FORBIDDEN", "IMPORT_REFUSED", "OVER_LIMIT", "RESULT_NOT_JSON"].includes(
      code,
    );
    assertEquals(await codeAfter(code, denying), isGuests ? code : undefined);
  }
});

Deno.test("serveRun ends the run, and nothing else, at each kind of hostile frame", async () => {
  const body = (type: number, bytes: Uint8Array) => encodeFrame({ type, id: 1, body: bytes });
  const json = (type: number, value: unknown) => body(type, encodeBody(value));
  const hostile: Record<string, Uint8Array> = {
    "bad JSON": body(FRAME.call, new TextEncoder().encode("{")),
    "bad UTF-8": body(FRAME.call, Uint8Array.of(0x22, 0xff, 0x22)),
    "a type of the host": json(FRAME.answer, {}),
    "an unknown type": json(200, {}),
    "a second hello": json(FRAME.hello, { version: 1, role: "control" }),
    "no header": Uint8Array.of(0, 0, 0, 2, 1, 1),
    "arguments that are no object": json(FRAME.call, { ...call, arguments: [] }),
    "a call with more in it": json(FRAME.call, { ...call, capability: "all" }),
    "a name that is no string": json(FRAME.call, { ...call, tool: { toString: "x" } }),
    "a log line": json(FRAME.log, { level: "info", text: "" }),
    "a value in another shape": json(FRAME.value, 1),
    "null": json(FRAME.call, null),
  };
  for (const [name, bytes] of Object.entries(hostile)) {
    const { program, ending } = serve();
    program.sendBytes(bytes);
    assertEquals((await ending).kind, "violation", name);
  }
});

Deno.test("serveRun ends the run at each limit, and says which", async () => {
  const never = () => new Promise<never>(() => {});
  const cases = [
    {
      limit: "callBytes",
      frames: [[FRAME.call, { ...call, arguments: { a: "x".repeat(5_000) } }]],
    },
    {
      limit: "callsInFlight",
      frames: Array(3).fill([FRAME.call, call]),
      services: { call: never },
    },
    { limit: "calls", frames: Array(4).fill([FRAME.ask, { method: "m", params: null }]) },
  ] as const;
  for (const { limit, frames, ...rest } of cases) {
    const { program, ending } = serve("services" in rest ? rest.services : {});
    for (const [type, value] of frames) {
      program.send(type as number, 1, value);
      await new Promise((resolve) => setTimeout(resolve, 0)); // a turn of the event loop
    }
    const found = await ending;
    assertEquals(found.kind === "over_limit" && found.limit, limit);
  }
});

Deno.test("serveRun takes the end of a connection for the end of the worker", async () => {
  const { control, program, ending } = serve();
  program.end();
  control.end();
  assertEquals(await ending, { kind: "lost" });
});

Deno.test("serveRun hears why a worker ended, though its other connection ends first", async () => {
  const { control, program, ending } = serve();
  program.end();
  control.send(FRAME.thrown, 0, { name: "Error", message: "gone", stack: "" });
  assertEquals((await ending).kind, "thrown");
});

Deno.test("serveRun believes the stub that the program's thread has died", async () => {
  const { control, ending } = serve();
  control.send(FRAME.thrown, 0, { name: "Error", message: "gone", stack: "" });
  assertEquals(await ending, {
    kind: "thrown",
    thrown: { name: "Error", message: "gone", stack: "" },
  });
});

const line = (text: string): Frame => ({
  type: FRAME.log,
  id: 0,
  body: encodeBody({ level: "info", text }),
});

async function* batches(...frames: Frame[][]) {
  for (const batch of frames) yield await Promise.resolve(batch);
}

async function served(frames: Frame[][], maxBytes = 10_000) {
  const logged: string[][] = [];
  const end = await serveLogs(batches(...frames), {
    drain: () => Promise.resolve("ended"),
    maxBytes,
    log: (lines) => Promise.resolve(void logged.push(lines.map(({ text }) => text))),
  });
  return { end, logged };
}

Deno.test("lines that come together are logged together and in their order", async () => {
  const { end, logged } = await served([[line("a"), line("b")], [line("c")]]);
  assertEquals(logged, [["a", "b"], ["c"]]);
  assertEquals(end, "ended");
});

Deno.test("what stands before the line that ends a log is logged", async () => {
  const noLine = { ...line("x"), type: FRAME.start };
  const noText = { ...line("x"), body: encodeBody({ level: "loud", text: 1 }) };
  const tooLong = line("x".repeat(20_000));
  for (
    const [last, end] of [[noLine, "ended"], [noText, "ended"], [tooLong, "too_much"]] as const
  ) {
    const { logged, ...got } = await served([[line("a"), last, line("b")], [line("c")]]);
    assertEquals({ end: got.end, logged }, { end, logged: [["a"]] });
  }
});

function ask(subject: unknown, privacy: RunPrivacy): Promise<unknown> {
  const services = { privacy } as AskServices & { readonly privacy: RunPrivacy };
  return serveAsk({ method: "derive", params: { fact: "domain", subject } }, services);
}

Deno.test("serveAsk tells the facts of a hundred thousand values, and others have their turn", async () => {
  const privacy = { ...PASS_THROUGH, derive: (_fact: string, subject: unknown) => `of ${subject}` };
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  // Each takes a hundredth of a millisecond and more, as a real one does.
  const slow = {
    ...privacy,
    derive(fact: string, subject: unknown) {
      for (const end = performance.now() + 0.005; performance.now() < end;);
      return privacy.derive(fact, subject);
    },
  };
  const facts = await ask(Array.from({ length: 100_000 }, (_, at) => at), slow);
  clearInterval(timer);
  assertEquals((facts as string[])[99_999], "of 99999");
  assertEquals((facts as string[]).length, 100_000);
  // Slices of three milliseconds.
  assertEquals(turns > 20, true, `${turns} turns`);
});

Deno.test("serveAsk refuses what is no list of values, or too long a one", async () => {
  for (
    const subject of [[{}], [["a"]], [undefined], Array(100_001).fill(1), ["x".repeat(20_001)]]
  ) {
    const error = await assertRejects(() => ask(subject, PASS_THROUGH), AirlockError);
    assertEquals(error.code, "ARGUMENTS_INVALID");
  }
});
