import { assert, assertEquals, assertRejects } from "@std/assert";
import { AirlockError } from "../../src/model/errors.ts";
import { Protection } from "../../src/privacy/protection.ts";
import { createRunPrivacy } from "../../src/privacy/create_run_privacy.ts";
import { privacySettings } from "../../src/model/privacy_settings.ts";
import type { RunPrivacy } from "../../src/privacy/run_privacy.ts";
import { openPrivacySession } from "./open_privacy_session.ts";

function open() {
  const { privacy, vault } = openPrivacySession();
  const kept: number[] = [];
  const keepTokens = () => Promise.resolve(void kept.push(vault.size));
  const run = createRunPrivacy(privacy, {
    protection: new Protection(privacySettings.parse({})),
    keepTokens,
  });
  return { run, kept };
}

const MANY = Array.from({ length: 500 }, (_, at) => `write to ann${at}@example.com`);

Deno.test("the tokens of texts that leave together are written down together, before they leave", async () => {
  const { run, kept } = open();
  const said = await run.maskOutboundAll(MANY);
  assertEquals(kept, [MANY.length]);
  assertEquals(said.length, MANY.length);
  assert(said.every((text) => !text.includes("@")));
  assertEquals(said[1], "write to [EMAIL_2_k7q]");
});

Deno.test("whatever leaves, its tokens are written down before", async () => {
  const text = "write to ann@example.com";
  const ways: Record<string, (run: RunPrivacy) => unknown> = {
    maskOutbound: (run) => run.maskOutbound(text),
    maskOutboundAll: (run) => run.maskOutboundAll([text]),
    maskOutboundJson: (run) => run.maskOutboundJson(JSON.stringify([text])),
    maskResult: async (run) => {
      const call = await run.restoreArguments({}, { server: "s", tool: "t" });
      return await call.maskResult({ text });
    },
    maskMessage: async (run) => {
      const call = await run.restoreArguments({}, { server: "s", tool: "t" });
      return await call.maskMessage(text, "whole");
    },
  };
  for (const [name, mask] of Object.entries(ways)) {
    const { run, kept } = open();
    const masked = JSON.stringify(await mask(run));
    assertEquals([kept, masked.includes("@")], [[1], false], name);
  }
});

Deno.test("masking a value ends soon after its time is over", async () => {
  const { run } = open();
  const json = JSON.stringify(Array(400).fill(MANY));
  assertEquals((await run.maskOutboundJson(json)).includes("@"), false);
  const began = performance.now();
  const error = await assertRejects(() => run.maskOutboundJson(json, began + 1), AirlockError);
  assertEquals(error.code, "TIMED_OUT");
});
