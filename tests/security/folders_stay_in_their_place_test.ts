import { assertEquals } from "@std/assert";
import { startTestRuntime } from "../fixtures/test_runtime.ts";

/** What a program may do with a folder that it was given, and what is said of it. */
const WAYS: Readonly<Record<string, readonly [code: string, folder: string]>> = {
  "removes its workspace": [`Deno.removeSync("./workspace", { recursive: true });`, "workspace"],
  "removes its drafts": [`Deno.removeSync("./skills", { recursive: true });`, "skills"],
  "moves its drafts into its workspace": [
    `Deno.renameSync("./skills", "./workspace/sk"); Deno.writeTextFileSync("./skills", "x");`,
    "skills",
  ],
  "moves its workspace into its drafts": [
    `Deno.renameSync("./workspace", "./skills/ws"); Deno.writeTextFileSync("./workspace", "x");`,
    "workspace",
  ],
};

for (const session of [undefined, "kept"]) {
  const kind = session === undefined ? "no session" : "a session";
  for (const [way, [code, folder]] of Object.entries(WAYS)) {
    Deno.test(`a program of ${kind} that ${way} does not complete`, async () => {
      await using runtime = await startTestRuntime();
      const { error } = await runtime.run({
        code: `${code} return "done";`,
        ...(session !== undefined && { session }),
      });
      assertEquals(
        [error?.code, error?.message],
        ["FOLDER_UNSAFE", `Cannot use folder: "./${folder}" was taken out of its place`],
      );
    });
  }
}

Deno.test("a program that empties its folders completes", async () => {
  await using runtime = await startTestRuntime();
  const { status } = await runtime.run({
    code: `Deno.writeTextFileSync("./workspace/a", "a");
for (const { name } of Deno.readDirSync("./workspace")) Deno.removeSync("./workspace/" + name);
return "done";`,
  });
  assertEquals(status, "completed");
});
