import { assertEquals, assertRejects } from "@std/assert";
import { AirlockError } from "../../src/errors.ts";
import { createWrapperPublisher, type PublishWrapper } from "../../src/program/publish_wrapper.ts";
import { startTestStripper } from "../fixtures/test_stripper.ts";

const WRAPPER = { server: "s", tool: "t", folder: "s", file: "t", exportName: "t" };
const text = (name: string) =>
  `import { callMCPTool } from "../client.ts";\nexport const ${name} = callMCPTool;`;

/** Makes a publisher in a folder of its own, and reads what it has published. */
async function withPublisher(
  use: (publish: PublishWrapper, modulesDir: string) => Promise<void>,
): Promise<void> {
  await using stripper = await startTestStripper();
  const modulesDir = await Deno.makeTempDir();
  await use(
    createWrapperPublisher({ modulesDir, guestUrl: "file:///guest/", stripper }),
    modulesDir,
  );
  await Deno.remove(modulesDir, { recursive: true });
}

Deno.test("a wrapper that many ask for at once is written once", async () => {
  await withPublisher(async (publish, modulesDir) => {
    const urls = await Promise.all(Array.from({ length: 20 }, () => publish(WRAPPER, text("t"))));
    assertEquals(new Set(urls).size, 1);
    assertEquals([...Deno.readDirSync(`${modulesDir}/s`)].length, 1);
  });
});

Deno.test("a wrapper's new text is another file, and the old one stays as it was", async () => {
  await withPublisher(async (publish) => {
    const [old, next] = await Promise.all([
      publish(WRAPPER, text("a")),
      publish(WRAPPER, text("b")),
    ]);
    assertEquals((await Deno.readTextFile(new URL(old!))).includes("const a"), true);
    assertEquals((await Deno.readTextFile(new URL(next!))).includes("const b"), true);
  });
});

Deno.test("a wrapper that was refused once is looked at again", async () => {
  await withPublisher(async (publish) => {
    const evil = text("t") + `\nimport "node:fs";`;
    for (let i = 0; i < 2; i++) await assertRejects(() => publish(WRAPPER, evil), AirlockError);
    await publish(WRAPPER, text("t"));
  });
});
