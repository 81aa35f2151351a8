import { assert, assertEquals, assertRejects } from "@std/assert";
import { parseConfig } from "../../src/config/config.ts";
import { AirlockError } from "../../src/model/errors.ts";
import { createRuntime } from "../../src/host/create_runtime.ts";
import { offerTier } from "../../src/sandbox/open_tier.ts";

Deno.test("createRuntime() names what a machine lacks for a tier, and takes no weaker one", async () => {
  const root = await Deno.makeTempDir();
  const isolation = { tier: "container", runtime: "nonesuch" };
  const config = await parseConfig({ isolation }, { root });
  const error = await assertRejects(() => createRuntime(config), AirlockError);
  assertEquals(error.code, "TIER_UNAVAILABLE");
  assert(error.message.includes('tier "container"'), error.message);
  assert(error.message.includes("the runtime nonesuch is installed"), error.message);
  await Deno.remove(root, { recursive: true });
});

Deno.test("offerTier() has a remedy for every missing requirement", async () => {
  const { requirements, create } = await offerTier({ tier: "container", runtime: "nonesuch" });
  const lacking = requirements.filter(({ state }) => state === "missing");
  assert(create === undefined && lacking.length >= 2);
  for (const { name, remedy } of lacking) assert(remedy.length > 0, name);
});

Deno.test("offerTier() offers plain processes everywhere", async () => {
  const { create } = await offerTier({ tier: "process" });
  assert(create !== undefined);
});

Deno.test("parseConfig() takes a runtime only for containers", async () => {
  const isolation = { tier: "bubblewrap", runtime: "crun" };
  const error = await assertRejects(() => parseConfig({ isolation }), AirlockError);
  assert(error.message.includes('"isolation.runtime"'), error.message);
});
