import { Buffer } from "node:buffer";
import { assertEquals } from "@std/assert";
import { boundLines, type LineFault } from "../../../src/gateway/mcp/bound_lines.ts";

interface Read {
  readonly lines: string[];
  readonly refused: (readonly [id: string | number | null, kind: LineFault["kind"]])[];
}

const BOUNDS = { depth: 200, nodes: 1_000 };
const ping = (id: string) => JSON.stringify({ jsonrpc: "2.0", id, method: "ping" });
const [A, B] = [ping("a"), ping("b")];

/** Sends a text in pieces of so many bytes. */
async function readInPieces(text: string, pieceBytes: number, maxBytes: number): Promise<Read> {
  const refused: Read["refused"] = [];
  const stream = boundLines({
    maxBytes,
    bounds: BOUNDS,
    onRefused: (id, { kind }) => refused.push([id, kind]),
  });
  const bytes = Buffer.from(text);
  const chunks: string[] = [];
  stream.on("data", (chunk) => chunks.push(String(chunk)));
  for (let i = 0; i < bytes.length; i += pieceBytes) {
    stream.write(bytes.subarray(i, i + pieceBytes));
  }
  stream.end();
  await new Promise((resolve) => stream.once("end", resolve));
  return { lines: chunks.map((line) => line.slice(0, -1)), refused };
}

const FILLERS = {
  string: "x".repeat(300),
  quotes: '"\\"id\\":9'.repeat(40),
  brackets: "[{]}".repeat(80),
  objects: Array.from({ length: 60 }, (_, id) => ({ id })),
  deep: Array.from({ length: 150 }).reduce<unknown>((value) => ({ id: value }), 9),
  words: "é😀".repeat(60),
};

Deno.test("boundLines() passes on whole lines, and reports the others by the id of their message", async () => {
  for (const [name, filler] of Object.entries(FILLERS)) {
    for (const id of [7, "seven", 'é"\\', -1.5, null, undefined, { id: 3 }]) {
      const told = typeof id === "string" || typeof id === "number" ? id : null;
      const messages = [
        { jsonrpc: "2.0", id, method: "tools/call", params: { filler } },
        { method: "tools/call", params: { filler }, jsonrpc: "2.0", id },
        { params: [{ filler }], id, method: "tools/call" },
      ];
      for (const message of messages) {
        const text = `${A}\n${JSON.stringify(message)}\n\n${B}\n`;
        for (const pieceBytes of [1, 7, 64, 100_000]) {
          assertEquals(
            await readInPieces(text, pieceBytes, 200),
            { lines: [A, B], refused: [[told, "bytes"]] },
            `${name} ${JSON.stringify(id)} ${pieceBytes}`,
          );
        }
      }
    }
  }
});

Deno.test("boundLines() finds lines in bytes, and a last one without an end", async () => {
  const around = A.length + ',"params":{"x":""}'.length;
  for (const size of [199, 200, 201]) {
    const params = { x: "x".repeat(size - around) };
    const line = JSON.stringify({ ...JSON.parse(A), params });
    for (const end of ["", "\n"]) {
      const expected: Read = size <= 200
        ? { lines: [line], refused: [] }
        : { lines: [], refused: [["a", "bytes"]] };
      assertEquals(await readInPieces(`${line}${end}`, 50, 200), expected);
    }
  }
});

Deno.test("boundLines() drops a line that is not a message, and reports why", async () => {
  const deep = `${"[".repeat(300)}${"]".repeat(300)}`;
  const wide = `[${"1,".repeat(1_000)}1]`;
  for (
    const [line, id, kind] of [
      ["{{{", null, "syntax"],
      ["\u0000", null, "syntax"],
      ['{"jsonrpc":"2.0","id":1', null, "syntax"],
      [`[${A},${B}]`, null, "message"],
      ['{"jsonrpc":"2.0","id":null,"method":"ping"}', null, "message"],
      ['{"jsonrpc":"2.0","id":1}', 1, "message"],
      ['{"id":1,"method":"ping"}', 1, "message"],
      ['{"jsonrpc":"2.0","id":1.5,"method":"ping"}', 1.5, "message"],
      ["null", null, "message"],
      [`{"jsonrpc":"2.0","id":4,"method":"ping","params":{"a":${deep}}}`, 4, "bounds"],
      [`{"params":{"a":${wide}},"jsonrpc":"2.0","id":"w","method":"ping"}`, "w", "bounds"],
    ] as const
  ) {
    for (const pieceBytes of [1, 100_000]) {
      assertEquals(
        await readInPieces(`${A}\n${line}\n \r\n${B}`, pieceBytes, 10_000),
        { lines: [A, B], refused: [[id, kind]] },
        line.slice(0, 60),
      );
    }
  }
});
