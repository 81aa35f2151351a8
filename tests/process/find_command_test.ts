import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { findCommand } from "../../src/process/find_command.ts";

async function withFiles(test: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await Deno.mkdir(join(directory, "first", "tool"), { recursive: true });
    await Deno.mkdir(join(directory, "second"));
    await Deno.writeTextFile(join(directory, "second", "tool"), "", { mode: 0o755 });
    await Deno.writeTextFile(join(directory, "second", "notes"), "", { mode: 0o644 });
    await test(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("findCommand() searches the directories of path, for programs only", async () => {
  await withFiles(async (directory) => {
    const path = `${directory}/first:${directory}/second`;
    assertEquals(await findCommand("tool", { path, cwd: "/" }), `${directory}/second/tool`);
    assertEquals(await findCommand("notes", { path, cwd: "/" }), undefined);
    assertEquals(await findCommand("absent", { path, cwd: "/" }), undefined);
  });
});

Deno.test("findCommand() takes a command with a slash from cwd and never searches for it", async () => {
  await withFiles(async (directory) => {
    const options = { path: `${directory}/second`, cwd: directory };
    assertEquals(await findCommand("./second/tool", options), `${directory}/second/tool`);
    assertEquals(await findCommand("./tool", options), undefined);
    assertEquals(
      await findCommand(`${directory}/second/tool`, options),
      `${directory}/second/tool`,
    );
  });
});

Deno.test("findCommand() ignores relative directories of path", async () => {
  await withFiles(async (directory) => {
    assertEquals(await findCommand("tool", { path: ".:second:", cwd: directory }), undefined);
  });
});
