import { assert, assertEquals } from "@std/assert";
import { createPrivacySession } from "../../src/privacy/privacy_session.ts";
import { Protection } from "../../src/privacy/protection.ts";
import { privacySettings } from "../../src/model/privacy_settings.ts";
import { Vault } from "../../src/privacy/vault/vault.ts";

/** A protection whose detectors throw on a word. */
class FailingProtection extends Protection {
  override finderOptions(profile: Parameters<Protection["finderOptions"]>[0]) {
    return {
      ...super.finderOptions(profile),
      isAllowed: (value: string) => {
        if (value.includes("boom")) throw new Error(`no luck with ${value}`);
        return false;
      },
    };
  }
}

function openFailingDoor(budgetMs = 1_000) {
  return createPrivacySession({
    protection: new FailingProtection(privacySettings.parse({ budgetMs })),
    vault: new Vault({ session: "s", nonce: "k7q" }),
  });
}

Deno.test("a text in which a detector throws is withheld, and its neighbours are not", () => {
  const privacy = openFailingDoor();
  const masked = privacy.maskNow(
    { a: "boom@example.com is here", b: "ann@example.com", c: "fine" },
    {
      direction: "in",
    },
  );
  assertEquals(masked, { a: "[WITHHELD:DETECTOR]", b: "[EMAIL_1_k7q]", c: "fine" });
  assertEquals(privacy.maskText("boom@example.com", { direction: "out" }), "[WITHHELD:DETECTOR]");
  const stream = privacy.maskStream({ direction: "out" });
  assertEquals(
    stream.push("ok\nboom@example.com\n") + stream.push("later\n") + stream.end(),
    "[WITHHELD:DETECTOR]later\n",
  );
});

Deno.test("what cannot be searched in time is withheld", () => {
  const privacy = createPrivacySession({
    protection: new Protection({ ...privacySettings.parse({}), budgetMs: 0 }),
    vault: new Vault({ session: "s", nonce: "k7q" }),
  });
  const masked = JSON.stringify(
    privacy.maskNow(Array.from({ length: 300 }, (_, index) => `mail user${index}@example.com`), {
      direction: "in",
    }),
  );
  assert(!masked.includes("@example.com"));
  assert(masked.includes("[WITHHELD:TIME]"));
});

Deno.test("bytes, functions, throwing getters and bottomless values are withheld", () => {
  const privacy = openFailingDoor();
  let deep: unknown = "ann@example.com";
  for (let level = 0; level < 300; level++) deep = [deep];
  const value = {
    bytes: new TextEncoder().encode("ann@example.com"),
    act: () => "ann@example.com",
    deep,
    get trap(): string {
      throw new Error("ann@example.com");
    },
  };
  const masked = JSON.stringify(privacy.maskNow(value, { direction: "in" }));
  assert(!masked.includes("ann@"));
  for (const marker of ["BYTES", "TYPE", "DEPTH"]) {
    assert(masked.includes(`[WITHHELD:${marker}]`), marker);
  }
});
