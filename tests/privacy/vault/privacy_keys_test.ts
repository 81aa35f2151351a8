import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { readPrivacyKeys } from "../../../src/privacy/vault/privacy_keys.ts";

Deno.test("runs that are the first of all at once make one key, and none finds it half written", async () => {
  const dir = await Deno.makeTempDir();
  try {
    for (let round = 0; round < 20; round++) {
      const file = join(dir, String(round), "privacy.key");
      const keys = await Promise.all(Array.from({ length: 20 }, () => readPrivacyKeys({ file })));
      assertEquals(new Set(keys.map(({ auditKey }) => auditKey.toHex())).size, 1);
      assertEquals((await Array.fromAsync(Deno.readDir(join(dir, String(round))))).length, 1);
    }
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
