import { assertEquals, assertStringIncludes } from "@std/assert";
import { startTestRuntime } from "../fixtures/test_runtime.ts";

const ignore = Deno.build.os === "windows";

Deno.test("a run is refused while a link stands in a folder that it is given", {
  ignore,
}, async () => {
  await using runtime = await startTestRuntime();
  for (const folder of ["workspace/s", "servers"]) {
    await Deno.mkdir(`${runtime.root}/${folder}/deep`, { recursive: true });
    const link = `${runtime.root}/${folder}/deep/link`;
    await Deno.symlink("/etc", link);
    const { status, error } = await runtime.run({ code: "return 1;", session: "s" });
    assertEquals([status, error?.code], ["denied", "FOLDER_UNSAFE"], folder);
    assertStringIncludes(error!.message, "deep/link");
    assertEquals(error!.message.includes(runtime.root), false);
    await Deno.remove(link);
  }
  assertEquals((await runtime.run({ code: "return 1;", session: "s" })).value, 1);
});

Deno.test("a link that arrives while a run lasts ends the run", { ignore }, async () => {
  await using runtime = await startTestRuntime();
  await Deno.mkdir(`${runtime.root}/workspace/s`, { recursive: true });
  const { status, error } = await runtime.run({
    code: `console.log("here"); await new Promise(() => {});`,
    session: "s",
    onEvent: ({ type }) => {
      if (type === "log") Deno.symlinkSync("/etc", `${runtime.root}/workspace/s/link`);
    },
  });
  assertEquals([status, error?.code], ["denied", "FOLDER_UNSAFE"]);
});

Deno.test("a link in the place of a session's folder is not opened", { ignore }, async () => {
  await using runtime = await startTestRuntime();
  await Deno.symlink("/etc", `${runtime.root}/workspace/s`);
  const error = await runtime.run({ code: "return 1;", session: "s" }).catch((error) => error);
  assertEquals(error.code, "FOLDER_UNSAFE");
});

Deno.test("a program that takes its workspace away cannot put another in its place", {
  ignore,
}, async () => {
  await using runtime = await startTestRuntime();
  for (
    const [session, take] of Object.entries({
      a: `Deno.removeSync("./workspace")`,
      b: `Deno.renameSync("./workspace", "./workspace/moved")`,
    })
  ) {
    for (const end of ["return 1;", "await new Promise(() => {});"]) {
      const code = `${take}; Deno.mkdirSync("./workspace"); ${end}`;
      const { status, error } = await runtime.run({ code, session });
      assertEquals([status, error?.code], ["denied", "FOLDER_UNSAFE"], code);
    }
  }
});
