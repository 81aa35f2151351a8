import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { DatabaseSync } from "node:sqlite";
import { explainFault } from "../../src/commands/explain_fault.ts";
import { AirlockError } from "../../src/model/errors.ts";

async function thrownBy(work: () => unknown): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

Deno.test("explainFault() names the error of the system or the database, and a remedy", async () => {
  const root = await Deno.makeTempDir();
  const file = join(root, "file");
  await Deno.writeTextFile(file, "x".repeat(5_000));
  const faults: Record<string, readonly [work: () => unknown, hint: string]> = {
    "a file for a folder": [() => Deno.mkdir(join(file, "a")), "A file stands where a folder"],
    "a folder for a file": [() => Deno.readTextFile(root), "A folder stands where a file"],
    "nothing there": [() => Deno.readTextFile(join(root, "none")), "Something on the way to it"],
    "no temporary folder": [() => Deno.makeTempDir({ dir: join(root, "none") }), ""],
    "no database": [
      () => new DatabaseSync(file).exec("SELECT * FROM a"),
      "The database is damaged",
    ],
    "a database nowhere": [
      () => new DatabaseSync(join(file, "a")),
      "The database cannot be opened",
    ],
  };
  for (const [name, [work, hint]] of Object.entries(faults)) {
    const cause = await thrownBy(work);
    const raw = explainFault(cause);
    assertEquals(
      [raw.code, raw.message.startsWith("Cannot go on: ")],
      ["CONFIG_INVALID", true],
      name,
    );
    assert(raw.hint?.startsWith(hint), `${name}: ${raw.hint}`);
    const wrapped = explainFault(new AirlockError("AUDIT_FAILED", "Cannot open audit", { cause }));
    assertEquals(wrapped, { ...raw, code: "AUDIT_FAILED", message: "Cannot open audit" });
  }
  await Deno.remove(root, { recursive: true });
});

Deno.test("explainFault() shows no stack trace, and one line of the message", () => {
  for (const thrown of [new TypeError("a\n    at b (file:///c.ts:1:2)"), "a\nb", undefined, null]) {
    const { code, message, hint } = explainFault(thrown);
    assertEquals([code, message.includes("\n"), hint === undefined], ["INTERNAL", false, false]);
  }
  const own = new AirlockError("CONFIG_INVALID", "Cannot read config", { hint: "Do this" });
  assertEquals(explainFault(own), {
    code: "CONFIG_INVALID",
    message: "Cannot read config",
    hint: "Do this",
  });
});
