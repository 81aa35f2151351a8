import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { linkWrapper, type LinkWrapperInput } from "../../src/program/link_wrapper.ts";
import { createWrapperPublisher } from "../../src/program/wrapper_library.ts";
import type { Wrapper } from "../../src/program/wrappers.ts";
import { startTestStripper } from "../fixtures/test_stripper.ts";

const WRAPPER: Wrapper = {
  folder: "odd",
  file: "echo",
  exportName: "echo",
  server: "odd",
  tool: "echo",
};

function textOf(comment: string): string {
  return `import { callMCPTool } from "../client.ts";
/** ${comment} */
export const echo = (input: object) => callMCPTool("odd", "echo", input);
`;
}

async function withPublisher(
  use: (publish: ReturnType<typeof createWrapperPublisher>) => Promise<void>,
): Promise<void> {
  const modulesDir = await Deno.makeTempDir();
  await using stripper = await startTestStripper();
  try {
    const link = (input: LinkWrapperInput) => linkWrapper(input, stripper);
    await use(createWrapperPublisher({ modulesDir, guestUrl: "file:///guest/", link }));
  } finally {
    await Deno.remove(modulesDir, { recursive: true });
  }
}

Deno.test("programs that come at once are given the same complete file", async () => {
  await withPublisher(async (publish) => {
    const text = textOf("one");
    const urls = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const url = await publish(WRAPPER, text);
        return [url, (await Deno.readTextFile(fromFileUrl(url))).includes("export const echo")];
      }),
    );
    assertEquals(new Set(urls.map(String)).size, 1);
    assertEquals(urls[0]![1], true);
  });
});

Deno.test("each new text of a wrapper has a file of its own", async () => {
  await withPublisher(async (publish) => {
    const urls = [];
    for (const comment of ["one", "two", "three"]) {
      urls.push(await publish(WRAPPER, textOf(comment)));
    }
    assertEquals(new Set(urls).size, 3);
    assertNotEquals(urls[1], urls[2]);
  });
});

Deno.test("a wrapper that was refused can be published when it is one again", async () => {
  await withPublisher(async (publish) => {
    await assertRejects(() => publish(WRAPPER, 'import "node:fs";'), Error, "no longer a wrapper");
    await publish(WRAPPER, textOf("again"));
  });
});
