import { assertEquals, assertRejects } from "@std/assert";
import { defineCommand, readChoice, readWhole } from "../../src/commands/command_line.ts";
import { AirlockError } from "../../src/model/errors.ts";

const project = new URL("../../", import.meta.url).pathname;
const calls: [string, readonly string[], object][] = [];
const note = (form: string) => (words: readonly string[], values: object) => {
  calls.push([form, words, { ...values }]);
  return calls.length;
};

const command = defineCommand({
  verb: "try",
  options: { json: true, out: "FILE", reason: "TEXT", config: "FILE" },
  forms: {
    "[list]": note("list"),
    "show NAME [--json]": note("show"),
    "reveal NAME --reason": note("reveal"),
    "close NAME… [--out]": note("close"),
  },
});

Deno.test("execute() runs the form that words and options fit", async () => {
  const cases: [string[], string, string[], object][] = [
    [[], "list", [], {}],
    [["list", "--config", "c"], "list", [], { config: "c" }],
    [["show", "a", "--json"], "show", ["a"], { json: true }],
    [["reveal", "a", "--reason", "r"], "reveal", ["a"], { reason: "r" }],
    [["close", "a", "b", "--out", "o"], "close", ["a", "b"], { out: "o" }],
  ];
  for (const [args, ...expected] of cases) {
    await command.execute(args);
    assertEquals(calls.at(-1), expected);
  }
});

Deno.test("execute() refuses words and options that fit no form, and says why", async () => {
  const cases: [string[], string][] = [
    [["drop"], '"try drop" is none of its forms'],
    [["show"], '"try show" is none of its forms'],
    [["list", "a"], '"try list a" is none of its forms'],
    [["close"], '"try close" is none of its forms'],
    [["reveal", "a"], '"try reveal a" needs "--reason"'],
    [["show", "a", "--out", "o"], '"try show a" does not take "--out"'],
  ];
  const before = calls.length;
  for (const [args, problem] of cases) {
    const error = await assertRejects(() => command.execute(args), AirlockError);
    assertEquals([error.code, error.message], ["USAGE", `Cannot read command: ${problem}`]);
  }
  for (const args of [["--none"], ["list", "--json=1"], ["list", "--config"]]) {
    assertEquals((await assertRejects(() => command.execute(args), AirlockError)).code, "USAGE");
  }
  assertEquals(calls.length, before);
});

Deno.test("readChoice() and readWhole() accept their values and nothing else", () => {
  assertEquals(readChoice("--mode", undefined, ["a", "b"]), undefined);
  assertEquals(readChoice("--mode", "b", ["a", "b"]), "b");
  assertEquals(readWhole("--port", "0", { least: 0, most: 9 }), 0);
  const range = { least: 1, most: 9 };
  for (const text of ["", "0", "10", "-1", "1.5", "1e0", " 1"]) {
    assertEquals(messageOf(() => readWhole("-n", text, range)).includes(`(${text})`), true);
  }
  assertEquals(
    messageOf(() => readChoice("--mode", "c", ["a", "b"])),
    'Cannot read command: "--mode" (c) is none of a, b',
  );
});

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("nothing was thrown");
}

Deno.test("--help prints the usage of a verb, a line for each form", async () => {
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", `${project}src/commands/privacy.ts`, "--help"],
  }).output();
  assertEquals([code, new TextDecoder().decode(stdout)], [
    0,
    `Usage: deno task privacy report [--session NAME] [--json] [--config FILE]
       deno task privacy reveal TOKEN --reason TEXT [--config FILE]
       deno task privacy rotate [--config FILE]
       deno task privacy forget SESSION [--config FILE]
`,
  ]);
});
