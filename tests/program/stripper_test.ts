import { assertEquals, assertRejects } from "@std/assert";
import { AirlockError } from "../../src/errors.ts";
import { startTestStripper } from "../fixtures/test_stripper.ts";

Deno.test("strip keeps every position where types only need to go", async () => {
  await using stripper = await startTestStripper();
  const { js, toSource } = await stripper.strip("const a: number = 1;\nreturn a as number;");
  assertEquals(js, "const a         = 1;\nreturn a          ;");
  assertEquals(toSource({ line: 2, column: 8 }), { line: 2, column: 8 });
});

Deno.test("strip traces positions back where types need code", async () => {
  await using stripper = await startTestStripper();
  const source = "enum Colour { Red }\n\n\nthrow new Error(Colour[0]);";
  const { js, toSource } = await stripper.strip(source);
  const line = js.split("\n").findIndex((text) => text.startsWith("throw")) + 1;
  assertEquals(toSource({ line, column: 1 }), { line: 4, column: 1 });
});

Deno.test("strip says where a text is no TypeScript", async () => {
  await using stripper = await startTestStripper();
  const error = await assertRejects(() => stripper.strip("let a = 1;\nlet b = ;"), AirlockError);
  assertEquals(error.code, "PROGRAM_SYNTAX");
  assertEquals(error.position, { line: 2, column: 9 });
});

Deno.test("strip survives a text that overflows the native parser, and so do those beside it", async () => {
  await using stripper = await startTestStripper();
  const deep = "(".repeat(100_000);
  const results = await Promise.allSettled([
    stripper.strip("1 as number"),
    stripper.strip(deep),
    stripper.strip("2 as number"),
    stripper.strip(deep),
    stripper.strip("3 as number"),
  ]);
  assertEquals(results.map(({ status }) => status), [
    "fulfilled",
    "rejected",
    "fulfilled",
    "rejected",
    "fulfilled",
  ]);
  const { js } = await stripper.strip("4 as number");
  assertEquals(js, "4          ");
});
