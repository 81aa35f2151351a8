import { assert, assertEquals } from "@std/assert";
import { parseConfig } from "../../src/config/config.ts";
import { FrameIntake } from "../../src/calls/frame_intake.ts";
import { encodeBody, readGuardedFrames } from "../../src/model/frames.ts";
import { FrameWriter } from "../../src/process/frame_writer.ts";
import { FRAME, type Role } from "../../src/model/protocol.ts";
import { refusalOf } from "../../src/calls/refusals.ts";
import { serveRun } from "../../src/calls/serve_run.ts";
import { measuredHost } from "../fixtures/measured_host.ts";
import { sampled } from "../fixtures/sampled.ts";

const { limits } = await parseConfig({});
const encoder = new TextEncoder();

/** JSON of a shape that grows with its size, made of little. */
const SHAPES: Record<string, (bytes: number) => string> = {
  deep: (bytes) => "[".repeat(bytes / 2) + "]".repeat(bytes / 2),
  "deep objects": (bytes) => '{"a":'.repeat(bytes / 6) + "1" + "}".repeat(bytes / 6),
  "never closed": (bytes) => "[".repeat(bytes),
  "empty objects": (bytes) => `[${"{},".repeat(bytes / 3)}{}]`,
  "empty lists": (bytes) => `[${"[],".repeat(bytes / 3)}[]]`,
  numbers: (bytes) => `[${"1,".repeat(bytes / 2)}1]`,
  words: (bytes) => `[${"null,".repeat(bytes / 5)}0]`,
  "one number": (bytes) => "1".repeat(bytes),
  "many keys": (bytes) => `{${'"":0,'.repeat(bytes / 5)}"":0}`,
  "keys nested": (bytes) => `{${'"a":{"b":[]},'.repeat(bytes / 13)}"c":1}`,
  "no JSON": (bytes) => "x".repeat(bytes),
};

/** Where a frame of each type has what its program made. */
const FRAMES: Record<string, (json: string) => string> = {
  value: (json) => `{"value":${json}}`,
  call: (json) => `{"server":"crm","tool":"t","arguments":{"a":${json}}}`,
  ask: (json) => `{"method":"m","params":${json}}`,
  thrown: (json) => `{"name":"Error","message":${json},"stack":""}`,
};

/** A reader that hands a frame out as a socket would, and counts what was taken of it. */
function frameReader(type: number, body: Uint8Array) {
  const head = new Uint8Array(9);
  const view = new DataView(head.buffer);
  view.setUint32(0, body.length + 5);
  view.setUint8(4, type);
  const parts = [head, body];
  let taken = 0;
  return {
    taken: () => taken,
    read(into: Uint8Array): Promise<number | null> {
      const [part] = parts;
      if (part === undefined) return Promise.resolve(null);
      const given = part.subarray(0, into.length);
      into.set(given);
      taken += given.length;
      if (given.length === part.length) parts.shift();
      else parts[0] = part.subarray(given.length);
      return Promise.resolve(given.length);
    },
  };
}

function silence(role: Role) {
  const intake = new FrameIntake(role, limits);
  const reader = { read: () => Promise.resolve(null) };
  return { intake, frames: readGuardedFrames(reader, intake), writer: nobody(), close() {} };
}

function nobody(): FrameWriter {
  return new FrameWriter({ write: ({ length }) => Promise.resolve(length) });
}

/** How a run ends whose worker says one frame, and how much of that was read. */
async function endOf(type: number, json: string) {
  const reader = frameReader(type, encoder.encode(json));
  const intake = new FrameIntake("program", limits);
  const frames = readGuardedFrames(reader, intake);
  const ending = await serveRun({
    connections: {
      program: { intake, frames, writer: nobody(), close() {} },
      control: silence("control"),
    },
    principal: "mallory",
    module: "file:///program.js",
    chance: { startedAt: 0, seed: "", clockReads: [] },
    limits,
    services: {
      call: () => Promise.resolve(encodeBody(null)),
      ask: () => Promise.resolve(encodeBody(null)),
      hearClock: () => Promise.resolve(),
    },
    refusalOf,
  });
  intake[Symbol.dispose]();
  return { ending, taken: reader.taken() };
}

for (const bytes of [8_000_000, ...sampled([117_000_000], { keep: 0, name: "frames" })]) {
  Deno.test(`frames of ${bytes / 1e6} MB of each shape and type end their run, read no further than needed`, async () => {
    const pairs = Object.keys(SHAPES).flatMap((shape) =>
      Object.keys(FRAMES).map((type) => ({ shape, type }))
    );
    const kinds = ({ shape, type }: { shape: string; type: string }) => [shape, type];
    for (const { shape, type } of sampled(pairs, { keep: 11, name: "shapes of frames", kinds })) {
      const name = `${shape} as ${type}`;
      const json = FRAMES[type]!(SHAPES[shape]!(bytes));
      const { ending, taken } = await endOf(FRAME[type as keyof typeof FRAME], json);
      assert(["over_limit", "violation"].includes(ending.kind), `${name}: ${ending.kind}`);
      // A million values of a few bytes is the most that any is read for.
      assert(taken < 14_000_000, `${name}: ${taken} bytes were read`);
      if (shape.startsWith("deep") || shape === "one number") assert(taken < 300_000, name);
    }
  });
}

Deno.test("a frame of a type that is short is refused before its body is read", async () => {
  const long = JSON.stringify("x".repeat(20_000_000));
  for (const type of [FRAME.hello, FRAME.log, FRAME.thrown, FRAME.ask, FRAME.start, 99]) {
    const { ending, taken } = await endOf(type, long);
    assert(["over_limit", "violation"].includes(ending.kind));
    assert(taken <= 64 * 1024 + 9, `${type}: ${taken} bytes were read`);
  }
});

Deno.test("a value that is odd JSON comes out as it is written, or ends its run", async () => {
  const valid = ['{"__proto__":1}', '{"a":1,"a":2}', '"\\ud800"', "1e999", " [ 1 ] ", "-0", '""'];
  for (const json of valid) {
    assertEquals((await endOf(FRAME.value, `{"value":${json}}`)).ending, { kind: "value", json });
  }
  const broken = ['{"value":1,"value":2}', '{"value":1,"x":2}', '{"x":1}', "[]", '{"value":1}}', ""]
    .concat(['{"value":01}', '{"value":"\n"}', '\ufeff{"value":1}', '{"value":1} {"value":1}']);
  for (const json of broken) {
    assertEquals((await endOf(FRAME.value, json)).ending.kind, "violation", json);
  }
});

/** What the host stays below, whatever programs do under the default limits. */
const MAX_RESIDENT_BYTES = 1_500_000_000;
/** Generous, as other tests run beside this one: what a stall of the faults took was minutes. */
const MAX_HEALTH_MS = 5_000;

const CRM = new URL("../../examples/servers/crm.ts", import.meta.url).pathname;
const EIGHT_CALLS = `import { callTool } from "airlock";
const a = "x".repeat(120_000_000);
const calls = Array.from({ length: 8 }, (_, i) => callTool("crm", "list_leads", { i, a } as never));
return (await Promise.allSettled(calls)).length;`;

/** Programs that give much to the host, by what is much; the largest ones are left out of a sample. */
const PROGRAMS: Record<string, string> = {
  "a text of 117 MB": 'return "x".repeat(117_000_000);',
  "JSON of 10 million values in a text": "return JSON.stringify(Array(10_000_000).fill({}));",
};
const LARGE_PROGRAMS: Record<string, string> = {
  "117 MB of {}": "return Array(39_000_000).fill({});",
  "60 million numbers": "return Array(60_000_000).fill(1);",
  "an object of 2 million keys":
    "return Object.fromEntries(Array.from({ length: 2_000_000 }, (_, i) => ['k' + i, i]));",
  "a text of 117 MB that is no Latin": 'return "\\u{1f600}" + "x".repeat(117_000_000);',
  "990,000 lists": "return Array(990_000).fill([]);",
  "eight arguments of 120 MB at once": EIGHT_CALLS,
  "an error of 100 MB": 'throw new Error("x".repeat(100_000_000));',
  "a line of 100 MB": 'console.log("x".repeat(100_000_000));',
};

const linux = { ignore: Deno.build.os !== "linux" };

Deno.test(
  "the host's memory stays below its bound, and it answers, whatever programs return",
  linux,
  async () => {
    const programs = [
      ...Object.entries(PROGRAMS),
      ...sampled(Object.entries(LARGE_PROGRAMS), { keep: 0, name: "large programs" }),
    ];
    await using host = await measuredHost({
      mcpServers: { crm: { command: "deno", args: ["run", "--no-prompt", CRM] } },
    });
    await host.run("return 0;");
    for (const [name, code] of programs) {
      const { peakBytes, slowestMs } = await host.measure(async () => void await host.run(code));
      assert(peakBytes < MAX_RESIDENT_BYTES, `${name}: ${peakBytes} bytes`);
      assert(slowestMs < MAX_HEALTH_MS, `${name}: ${slowestMs} ms`);
    }
  },
);
