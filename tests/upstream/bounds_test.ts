import { assert, assertEquals, assertRejects } from "@std/assert";
import { limitResponse, TooLargeError } from "../../src/upstream/limit_response.ts";
import { mostBytes } from "../../src/upstream/measure_json.ts";

const encoder = new TextEncoder();

function streamOf(chunks: readonly string[]): ReadableStream<Uint8Array<ArrayBuffer>> {
  return ReadableStream.from(chunks.map((chunk) => encoder.encode(chunk)));
}

type StreamEnd = Parameters<Parameters<typeof limitResponse>[1]["streamEnded"]>[0];

async function limit(response: Response): Promise<{ limited: Response; ends: StreamEnd[] }> {
  const ends: StreamEnd[] = [];
  const streamEnded = (end: StreamEnd) => ends.push(end);
  return { limited: await limitResponse(response, { maxMessageBytes: 100, streamEnded }), ends };
}

function eventStream(chunks: readonly string[]): Response {
  return new Response(streamOf(chunks), { headers: { "content-type": "text/event-stream" } });
}

async function readChunks(response: Response): Promise<string[]> {
  const chunks: string[] = [];
  for await (const chunk of response.body ?? []) chunks.push(new TextDecoder().decode(chunk));
  return chunks;
}

Deno.test("limitResponse() hands an event stream on in whole lines", async () => {
  const { limited, ends } = await limit(
    eventStream(["da", "ta: 1\n", "\ndata", ": 2\r", "\n\nrest"]),
  );
  assertEquals(await readChunks(limited), ["data: 1\n", "\n", "data: 2\r", "\n\n", "rest"]);
  assertEquals(ends, [{ resumable: false }]);
});

Deno.test("limitResponse() tells whether a stream can be taken up again", async () => {
  for (const start of ["id: 7\ndata:\n\n", "retry: 5\r\nid: 7\r\n\r\n"]) {
    const { limited, ends } = await limit(eventStream([start]));
    await readChunks(limited);
    assertEquals(ends, [{ resumable: true }]);
  }
});

Deno.test("limitResponse() fails a line that is too long, not a long stream", async () => {
  const { limited } = await limit(
    eventStream(Array.from({ length: 100 }, () => "data: 1234567890\n")),
  );
  assertEquals((await limited.text()).length, 1_700);
  const { limited: tooLong, ends } = await limit(
    eventStream(["x".repeat(60), "y".repeat(60), "\n"]),
  );
  await assertRejects(() => tooLong.text(), Error, "larger than 100 bytes");
  assertEquals(ends.map(({ resumable }) => resumable), [false]);
  assertEquals(ends[0]?.error instanceof TooLargeError, true);
});

Deno.test("limitResponse() fails a body that is too large", async () => {
  const body = () => streamOf(["x".repeat(50), "x".repeat(50)]);
  assertEquals((await (await limit(new Response(body()))).limited.text()).length, 100);
  const { limited } = await limit(new Response(streamOf(["x".repeat(50), "x".repeat(51)])));
  await assertRejects(() => limited.text(), Error, "larger than 100 bytes");
});

Deno.test("limitResponse() cuts the text of an error off", async () => {
  const { limited } = await limit(new Response("x".repeat(1_000_000), { status: 500 }));
  assertEquals(limited.status, 500);
  assertEquals((await limited.text()).length, 65_536);
});

Deno.test("limitResponse() keeps status and headers, and lets a response without a body be", async () => {
  const empty = new Response(null, { status: 202 });
  assertEquals((await limit(empty)).limited, empty);
  const { limited } = await limit(new Response("", { status: 404, headers: { a: "b" } }));
  assertEquals([limited.status, limited.headers.get("a")], [404, "b"]);
});

function bytesOf(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}

Deno.test("mostBytes() is never less than what a schema allows", () => {
  const text = { type: "string", maxLength: 3 };
  const cases: [unknown, unknown][] = [
    [{ type: "boolean" }, false],
    [{ type: "null" }, null],
    [{ type: "number" }, -1.7976931348623157e308],
    [text, "\u0000\u0000\u0000"],
    [{ const: { state: "done" } }, { state: "done" }],
    [{ enum: ["a", "a longer one"] }, "a longer one"],
    [{ type: "array", items: text, maxItems: 4 }, Array(4).fill("€€€")],
    [
      {
        type: "object",
        properties: { a: text, b: { type: "boolean" } },
        additionalProperties: false,
      },
      { a: "\u0001\u0001\u0001", b: false },
    ],
  ];
  for (const [schema, largest] of cases) {
    const most = mostBytes(schema);
    assert(most !== undefined && most >= bytesOf(largest), JSON.stringify(schema));
  }
});

Deno.test("mostBytes() knows no bound where the schema's own words say none", () => {
  const endless: Record<string, unknown> = { type: "array", maxItems: 2 };
  endless["items"] = endless;
  const schemas = [
    undefined,
    true,
    {},
    { type: "string" },
    { type: ["string", "null"], maxLength: 3 },
    { type: "array", items: { type: "null" } },
    { type: "array", maxItems: 3 },
    { type: "object", properties: { a: { type: "null" } } },
    { type: "object", properties: { a: { type: "string" } }, additionalProperties: false },
    { $ref: "#/$defs/a" },
    { anyOf: [{ type: "null" }] },
    endless,
  ];
  for (const schema of schemas) assertEquals(mostBytes(schema), undefined);
});
