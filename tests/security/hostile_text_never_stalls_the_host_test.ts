import { assert, assertEquals, assertThrows } from "@std/assert";
import { createPrivacySession } from "../../src/privacy/privacy_session.ts";
import { Protection } from "../../src/privacy/protection.ts";
import { privacySettings } from "../../src/model/privacy_settings.ts";
import { Vault } from "../../src/privacy/vault/vault.ts";
import { openPrivacySession } from "../privacy/open_privacy_session.ts";
import { openOffThread } from "../privacy/open_off_thread.ts";
import { sampled } from "../fixtures/sampled.ts";

const MEGABYTE = 1_000_000;

/** Texts that drive patterns that go back and forth to take for ever. */
const HOSTILE: Readonly<Record<string, string>> = {
  letters: "a".repeat(MEGABYTE),
  digits: "1".repeat(MEGABYTE),
  spacedDigits: "1 2-3.".repeat(MEGABYTE / 6),
  ats: "@".repeat(MEGABYTE / 10),
  addresses: "a@".repeat(MEGABYTE / 4),
  colons: ":".repeat(MEGABYTE),
  equals: "password=".repeat(MEGABYTE / 9),
  quotes: `password: "${"\\".repeat(MEGABYTE)}`,
  brackets: "[A_".repeat(MEGABYTE / 3),
  percents: "%41".repeat(MEGABYTE / 3),
  keys: "-----BEGIN PRIVATE KEY-----\n".repeat(MEGABYTE / 28),
  base64: "QUFB".repeat(MEGABYTE / 4),
  capitals: "Ann Lee, ".repeat(MEGABYTE / 9),
  hex: "ab:".repeat(MEGABYTE / 3),
  dots: "1.".repeat(MEGABYTE / 2),
  jwt: `eyJ${"a".repeat(MEGABYTE / 2)}.eyJ`,
  nested: "{".repeat(MEGABYTE / 10),
  lists: `${"[".repeat(50_000)}${"]".repeat(50_000)}`,
};

Deno.test("hostile texts of a megabyte are searched within the time budget", () => {
  for (const [name, text] of sampled(Object.entries(HOSTILE), { keep: 8, name: "hostile" })) {
    const { privacy } = openPrivacySession({ level: "high", budgetMs: 60_000 });
    const masked = privacy.maskNow(text, { direction: "in" });
    assert(masked !== "[WITHHELD:TIME]", name);
  }
});

Deno.test("the operator's own pattern takes linear time, or is refused", () => {
  const { privacy } = openPrivacySession({ custom: [{ kind: "EVIL", pattern: "(a+)+c" }] });
  assertEquals(privacy.maskText("a".repeat(100_000) + "b", { direction: "in" }).length, 100_001);
  assertThrows(
    () => openPrivacySession({ custom: [{ kind: "EVIL", pattern: "(?=a)" }] }),
    Error,
    "no RE2 pattern",
  );
});

Deno.test("a large value is searched in a process of its own, and withheld when that is late", async () => {
  const rows = Array.from(
    { length: 4_000 },
    (_, index) => ({
      email: `user${index}@example.com`,
      notes: `wrote to user${index}@example.com from 81.183.129.157, a line that fills the row`,
    }),
  );
  const settings = privacySettings.parse({ offThreadBytes: 1_000 });
  await using offThread = await openOffThread(settings);
  const privacy = createPrivacySession({
    protection: new Protection(settings),
    vault: new Vault({ session: "s", nonce: "k7q" }),
    offThread: offThread.finder,
  });
  const masked = await privacy.mask(rows, { direction: "in", server: "crm" });
  assertEquals(
    masked,
    openPrivacySession().privacy.maskNow(rows, { direction: "in", server: "crm" }),
  );

  const hurried = { ...settings, budgetMs: 1 };
  await using late = await openOffThread(hurried);
  const lateDoor = createPrivacySession({
    protection: new Protection(hurried),
    vault: new Vault({ session: "s", nonce: "k7q" }),
    offThread: late.finder,
  });
  const withheld = JSON.stringify(await lateDoor.mask(rows, { direction: "in", server: "crm" }));
  assert(!withheld.includes("@example.com") && withheld.includes("[WITHHELD:TIME]"));
});
