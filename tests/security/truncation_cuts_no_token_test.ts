import { assert, assertEquals } from "@std/assert";
import { truncateMasked } from "../../src/privacy/mask/cut_masked.ts";
import { openPrivacySession } from "../privacy/open_privacy_session.ts";

Deno.test("a masked text cut at any place holds whole tokens, whole characters and no value", () => {
  const { privacy } = openPrivacySession();
  const masked = privacy.maskText("a ann@example.com 👩 b 4111 1111 1111 1111 [WITHHELD:TIME] c", {
    direction: "out",
  });
  for (let limit = 0; limit <= masked.length + 1; limit++) {
    const cut = truncateMasked(masked, limit);
    assert(cut.length <= limit && masked.startsWith(cut));
    assert(!/\[[A-Z][^\]]*$/.test(cut), cut);
    assert(cut.isWellFormed(), cut);
  }
  assertEquals(truncateMasked(masked, masked.length), masked);
});
