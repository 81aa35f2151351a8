import { assert, assertEquals } from "@std/assert";
import { tracePositions } from "../../src/program/source_positions.ts";
import { startTestStripper } from "../fixtures/test_stripper.ts";

Deno.test("strip keeps every position where types only need to go", async () => {
  await using stripper = await startTestStripper();
  const stripped = await stripper.strip("const a: number = 1;\nreturn a as number;");
  assertEquals(stripped, { js: "const a         = 1;\nreturn a          ;" });
});

Deno.test("strip traces positions back where types need code", async () => {
  await using stripper = await startTestStripper();
  const source = "enum Colour { Red }\n\n\nthrow new Error(Colour[0]);";
  const stripped = await stripper.strip(source);
  assert("map" in stripped);
  const { js, map } = stripped;
  const toSource = tracePositions({ linesAbove: 0, map });
  const line = js.split("\n").findIndex((text) => text.startsWith("throw")) + 1;
  assertEquals(toSource({ line, column: 1 }), { line: 4, column: 1 });
});

Deno.test("strip says that a text is no TypeScript", async () => {
  await using stripper = await startTestStripper();
  const stripped = await stripper.strip("let a = 1;\nlet b = ;");
  assert("error" in stripped);
});
