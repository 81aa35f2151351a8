import { assert, assertEquals } from "@std/assert";
import { createPrivacySession } from "../../../src/privacy/privacy_session.ts";
import type { OffThreadFinder } from "../../../src/privacy/mask/find_texts.ts";
import { Protection } from "../../../src/privacy/protection.ts";
import { privacySettings } from "../../../src/model/privacy_settings.ts";
import { Vault } from "../../../src/privacy/vault/vault.ts";
import { openOffThread } from "../open_off_thread.ts";

const IN = { direction: "in", server: "crm", tool: "list_leads" } as const;

/** More texts than go to the thread at once; what the first say is known by the last fields only. */
const ROWS = Array.from({ length: 1_500 }, (_, at) => ({
  notes: `call +49 30 1234${String(at).padStart(4, "0")}, or ask ${nameOf(1_499 - at)}`,
  status: at % 2 === 0 ? "open" : "closed",
  email: `user${at}@example.com`,
  contact_name: nameOf(at),
}));

function nameOf(at: number): string {
  const letters = [at % 26, Math.floor(at / 26) % 26, Math.floor(at / 676)];
  return `Zoltana Quirrel${String.fromCharCode(...letters.map((letter) => 97 + letter))}`;
}

function open(offThread?: OffThreadFinder) {
  return createPrivacySession({
    protection: new Protection(privacySettings.parse({ offThreadBytes: 1_000 })),
    vault: new Vault({ session: "s1", nonce: "k7q" }),
    ...(offThread && { offThread }),
  });
}

Deno.test("mask finds in a large value, searched part by part elsewhere, what it finds at once", async () => {
  await using offThread = await openOffThread(privacySettings.parse({}));
  const masked = await open(offThread.finder).mask(ROWS, IN) as typeof ROWS;
  assertEquals(masked, open().maskNow(ROWS, IN) as typeof ROWS);
  assert(masked.every(({ notes }) => !/\+49|Quirrel/.test(notes)));
});
