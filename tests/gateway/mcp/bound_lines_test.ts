import { Buffer } from "node:buffer";
import { assertEquals } from "@std/assert";
import { boundLines } from "../../../src/gateway/mcp/bound_lines.ts";

interface Read {
  readonly lines: string[];
  readonly tooLong: (string | number | null)[];
}

/** Sends a text in pieces of so many bytes. */
async function readInPieces(text: string, pieceBytes: number, maxBytes: number): Promise<Read> {
  const tooLong: Read["tooLong"] = [];
  const stream = boundLines({ maxBytes, onTooLong: (id) => tooLong.push(id) });
  const bytes = Buffer.from(text);
  const chunks: string[] = [];
  stream.on("data", (chunk) => chunks.push(String(chunk)));
  for (let i = 0; i < bytes.length; i += pieceBytes) {
    stream.write(bytes.subarray(i, i + pieceBytes));
  }
  stream.end();
  await new Promise((resolve) => stream.once("end", resolve));
  return { lines: chunks.map((line) => line.slice(0, -1)), tooLong };
}

const FILLERS = {
  string: "x".repeat(300),
  quotes: '"\\"id\\":9'.repeat(40),
  brackets: "[{]}".repeat(80),
  objects: Array.from({ length: 60 }, (_, id) => ({ id })),
  deep: Array.from({ length: 150 }).reduce<unknown>((value) => ({ id: value }), 9),
  words: "é😀".repeat(60),
};

Deno.test("boundLines passes on whole lines, and tells of the others by the id of their message", async () => {
  for (const [name, filler] of Object.entries(FILLERS)) {
    for (const id of [7, "seven", 'é"\\', -1.5, null, undefined, { id: 3 }]) {
      const told = typeof id === "string" || typeof id === "number" ? id : null;
      const messages = [
        { jsonrpc: "2.0", id, method: "tools/call", params: { filler } },
        { method: "tools/call", params: { filler }, jsonrpc: "2.0", id },
        { params: [{ filler }], id, method: "tools/call" },
      ];
      for (const message of messages) {
        const text = `{"a":1}\n${JSON.stringify(message)}\n\n{"b":2}\n`;
        for (const pieceBytes of [1, 7, 64, 100_000]) {
          assertEquals(
            await readInPieces(text, pieceBytes, 200),
            { lines: ['{"a":1}', "", '{"b":2}'], tooLong: [told] },
            `${name} ${JSON.stringify(id)} ${pieceBytes}`,
          );
        }
      }
    }
  }
});

Deno.test("boundLines knows a line by its bytes, and one without an end at the end", async () => {
  for (const size of [199, 200, 201]) {
    const line = "x".repeat(size);
    for (const end of ["", "\n"]) {
      const expected = size <= 200
        ? { lines: [line], tooLong: [] }
        : { lines: [], tooLong: [null] };
      assertEquals(await readInPieces(`${line}${end}`, 50, 200), expected);
    }
  }
});
