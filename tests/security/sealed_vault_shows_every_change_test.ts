import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { createFileVaultStore } from "../../src/privacy/vault/file_vault_store.ts";
import { openVault, sealVault } from "../../src/privacy/vault/seal_vault.ts";
import { Vault } from "../../src/privacy/vault/vault.ts";

const OLD = new Uint8Array(32).fill(1);
const NEW = new Uint8Array(32).fill(2);

function filledVault(): Vault {
  const vault = new Vault({ session: "s1", nonce: "k7q" });
  vault.keep("EMAIL", "ann@example.com", "crm");
  vault.keep("SSN", 245780245, "crm");
  vault.keep("SSN", "245-78-0245", "hr");
  vault.keep("ACCOUNT", 12345678901234567890n);
  return vault;
}

Deno.test("a sealed vault opens again with all its forms, and its values cannot be read in it", async () => {
  const sealed = await sealVault(filledVault(), { keys: [OLD] });
  const bytes = new TextDecoder("latin1").decode(sealed);
  for (const value of ["ann@example", "245780245", "EMAIL", "crm", "k7q"]) {
    assert(!bytes.includes(value), value);
  }
  const vault = await openVault(sealed, { keys: [OLD], session: "s1" });
  assertEquals(vault.get("[EMAIL_1_k7q]")?.forms, [{ value: "ann@example.com", servers: ["crm"] }]);
  assertEquals(vault.get("[SSN_1_k7q]")?.forms, [{ value: 245780245, servers: ["crm"] }, {
    value: "245-78-0245",
    servers: ["hr"],
  }]);
  assertEquals(vault.get("[ACCOUNT_1_k7q]")?.forms[0]?.value, 12345678901234567890n);
  assertEquals(vault.keep("EMAIL", "ann@EXAMPLE.com").token, "[EMAIL_1_k7q]");
  assertEquals(vault.keep("EMAIL", "bob@example.com").token, "[EMAIL_2_k7q]");
});

Deno.test("a changed byte, another session's name and a lost key are each an error", async () => {
  const sealed = await sealVault(filledVault(), { keys: [OLD] });
  for (let place = 0; place < sealed.length; place += 7) {
    const changed = Uint8Array.from(sealed);
    changed[place]! ^= 1;
    await assertRejects(
      () => openVault(changed, { keys: [OLD], session: "s1" }),
      Error,
      "Cannot open vault",
    );
  }
  await assertRejects(
    () => openVault(sealed, { keys: [OLD], session: "s2" }),
    Error,
    "another session's",
  );
  await assertRejects(
    () => openVault(sealed, { keys: [NEW], session: "s1" }),
    Error,
    "a key that is not here",
  );
  await assertRejects(
    () => openVault(sealed.slice(0, 20), { keys: [OLD], session: "s1" }),
    Error,
    "no sealed vault",
  );
});

Deno.test("after a rotation old vaults open with the old key and are sealed with the new", async () => {
  const sealed = await sealVault(filledVault(), { keys: [OLD] });
  const vault = await openVault(sealed, { keys: [NEW, OLD], session: "s1" });
  const again = await sealVault(vault, { keys: [NEW, OLD] });
  assertEquals((await openVault(again, { keys: [NEW], session: "s1" })).size, 3);
});

Deno.test("the file of a vault is its owner's alone, and its folder holds no half-written one", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const store = createFileVaultStore(join(folder, "vaults"));
    const name = "../../etc/passwd";
    assertEquals(await store.load(name), undefined);
    await store.save(name, new Uint8Array([1]));
    await store.save(name, new Uint8Array([2, 3]));
    assertEquals(await store.load(name), new Uint8Array([2, 3]));
    const files = [...Deno.readDirSync(join(folder, "vaults"))];
    assertEquals(files.length, 1);
    assertEquals(Deno.statSync(join(folder, "vaults", files[0]!.name)).mode! & 0o777, 0o600);
    await store.remove(name);
    await store.remove(name);
    assertEquals(await store.load(name), undefined);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
