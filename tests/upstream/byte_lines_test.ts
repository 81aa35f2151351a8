import { assertEquals } from "@std/assert";
import { type Line, LineSplitter } from "../../src/upstream/byte_lines.ts";

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
