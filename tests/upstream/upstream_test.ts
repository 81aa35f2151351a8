import { assertEquals } from "@std/assert";
import { parseConfig } from "../../src/config/config.ts";
import { hideSecrets } from "../../src/upstream/upstream.ts";

async function hide(text: string, entry: Record<string, unknown>): Promise<string> {
  const { servers: [server] } = await parseConfig({ mcpServers: { s: entry } });
  return hideSecrets(text, server!);
}

Deno.test("hideSecrets() hides the values of variables and of arguments that read like keys", async () => {
  const entry = {
    command: "server",
    args: [
      "--verbose",
      "--token=very-secret",
      "./folder/with/a/long/name-1",
      "sk_live_0123456789abcdef",
    ],
    env: { KEY: "from-env-1234", SHORT: "on" },
  };
  assertEquals(
    await hide(
      "on: very-secret, from-env-1234, sk_live_0123456789abcdef, --verbose ./folder/with/a/long/name-1",
      entry,
    ),
    "on: [hidden], [hidden], [hidden], --verbose ./folder/with/a/long/name-1",
  );
});

Deno.test("hideSecrets() hides headers, with and without their scheme, and what an address holds", async () => {
  const entry = {
    url: "https://user-name:pass-word@host.example/path?key=query-secret",
    headers: { Authorization: "Bearer header-secret" },
  };
  assertEquals(
    await hide(
      "Bearer header-secret header-secret query-secret user-name pass-word host.example",
      entry,
    ),
    "[hidden] [hidden] [hidden] [hidden] [hidden] host.example",
  );
});

Deno.test("hideSecrets() leaves nothing of a secret that holds another", async () => {
  const entry = { command: "server", env: { A: "abcdef", B: "abcdef-ghijkl" } };
  assertEquals(await hide("abcdef-ghijkl abcdef", entry), "[hidden] [hidden]");
});
