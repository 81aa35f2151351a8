import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { memoryStorage } from "../fixtures/storage/memory_storage.ts";
import { unsteadyStorage } from "../fixtures/storage/unsteady_storage.ts";
import { sureStorage } from "../../src/storage/sure_storage.ts";
import { FolderBlobs } from "../../src/storage/folder_blobs.ts";
import { AirlockError } from "../../src/model/errors.ts";
import { openVault, sealVault } from "../../src/privacy/vault/vault_seal.ts";
import { Vault } from "../../src/privacy/vault/vault.ts";
import { VaultWriter } from "../../src/privacy/vault/vault_writer.ts";

const OLD = new Uint8Array(32).fill(1);
/** What stands before the marks of a file. */
const LABEL_BYTES = 28;
/** Label, and two marks of a count and an HMAC. */
const HEAD_BYTES = LABEL_BYTES + 2 * (4 + 32);
const NEW = new Uint8Array(32).fill(2);

function filledVault(): Vault {
  const vault = new Vault({ session: "s1", nonce: "k7q" });
  vault.keep("EMAIL", "ann@example.com", "crm");
  vault.keep("SSN", 245780245, "crm");
  vault.keep("SSN", "245-78-0245", "hr");
  vault.keep("ACCOUNT", 12345678901234567890n);
  return vault;
}

/** A vault that was written in four parts, each with one more e-mail, and where each part ends. */
async function writtenInParts(): Promise<{ sealed: Uint8Array; ends: number[] }> {
  const folder = await Deno.makeTempDir();
  try {
    const vault = new Vault({ session: "s1", nonce: "k7q" });
    const blobs = new FolderBlobs(folder);
    const name = "s1";
    const keys = { keys: [OLD] as const };
    await using pen = new VaultWriter({ vault, name, blobs, keys, end: undefined });
    const ends = [];
    for (const name of ["ann", "bob", "cat", "dan"]) {
      vault.keep("EMAIL", `${name}@example.com`, "crm");
      await pen.write("ann");
      await pen.write("ann");
      ends.push((await blobs.get("s1"))!.length);
    }
    return { sealed: (await blobs.get("s1"))!, ends };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function open(sealed: Uint8Array, session = "s1"): Vault {
  return openVault(sealed, { keys: [OLD], session }).vault;
}

/** Fails unless every change of a bit is an error, or of a mark that nothing hangs on. */
function assertEveryBitCounts(sealed: Uint8Array): void {
  const whole = open(sealed).toState();
  let harmless = 0;
  for (let place = 0; place < sealed.length; place++) {
    const changed = Uint8Array.from(sealed);
    changed[place]! ^= 1 << (place % 8);
    try {
      assertEquals(open(changed).toState(), whole);
      harmless++;
    } catch (error) {
      assert(error instanceof AirlockError && error.message.startsWith("Cannot open vault"));
    }
  }
  // The newest mark: the one before it tells as much.
  assert(harmless <= 36, `${harmless}`);
}

function emailsIn(vault: Vault): unknown[] {
  return Array.from(vault.entries(), ({ forms }) => forms[0]!.value);
}

function joined(...pieces: Uint8Array[]): Uint8Array {
  return new Uint8Array(pieces.flatMap((piece) => [...piece]));
}

Deno.test("a sealed vault opens again with all its forms, and its values cannot be read in it", () => {
  const { sealed } = sealVault(filledVault(), { keys: [OLD] });
  const bytes = new TextDecoder("latin1").decode(sealed);
  for (const value of ["ann@example", "245780245", "EMAIL", "crm", "k7q"]) {
    assert(!bytes.includes(value), value);
  }
  const vault = open(sealed);
  assertEquals(vault.get("[EMAIL_1_k7q]")?.forms, [{ value: "ann@example.com", servers: ["crm"] }]);
  assertEquals(vault.get("[SSN_1_k7q]")?.forms, [{ value: 245780245, servers: ["crm"] }, {
    value: "245-78-0245",
    servers: ["hr"],
  }]);
  assertEquals(vault.get("[ACCOUNT_1_k7q]")?.forms[0]?.value, 12345678901234567890n);
  assertEquals(vault.keep("EMAIL", "ann@EXAMPLE.com").token, "[EMAIL_1_k7q]");
  assertEquals(vault.keep("EMAIL", "bob@example.com").token, "[EMAIL_2_k7q]");
});

Deno.test("a changed byte, another session's name and a lost key are each an error", () => {
  const { sealed } = sealVault(filledVault(), { keys: [OLD] });
  assertEveryBitCounts(sealed);
  assertThrows(() => open(sealed, "s2"), Error, "another session's");
  assertThrows(
    () => openVault(sealed, { keys: [NEW], session: "s1" }),
    Error,
    "a key that is not here",
  );
  assertThrows(() => open(sealed.slice(0, 20)), Error, "no sealed vault");
});

Deno.test("a vault that was written part by part holds all of them, and shows every change", async () => {
  const { sealed, ends } = await writtenInParts();
  const whole = ["ann", "bob", "cat", "dan"].map((name) => `${name}@example.com`);
  assertEquals(emailsIn(open(sealed)), whole);
  assertEquals(new Set(ends).size, 4, "what is not new was written");
  assertEveryBitCounts(sealed);
});

Deno.test("a part that is missing, doubled or elsewhere is an error, the last one too", async () => {
  const { sealed, ends } = await writtenInParts();
  const head = sealed.slice(0, HEAD_BYTES);
  const parts = ends.map((end, place) => sealed.slice(ends[place - 1] ?? HEAD_BYTES, end));
  const orders = [[1, 2, 3], [0, 2, 3], [0, 1, 2], [0, 2, 1, 3], [0, 1, 1, 3], [0, 1, 2, 3, 3], []];
  for (const order of orders) {
    const changed = joined(head, ...order.map((place) => parts[place]!));
    assertThrows(() => open(changed), Error, "Cannot open vault");
  }
  const other = (await writtenInParts()).sealed;
  const mixed = joined(sealed.slice(0, ends[2]), other.slice(ends[2]));
  assertThrows(() => open(mixed), Error, "Cannot open vault");
  const otherMarks = joined(sealed.slice(0, LABEL_BYTES), other.slice(LABEL_BYTES, HEAD_BYTES));
  assertThrows(() => open(joined(otherMarks, ...parts)), Error, "Cannot open vault");
  // Without the newest mark the one before it wants the part that a mark follows.
  const unmarked = Uint8Array.from(sealed.slice(0, ends[2]));
  unmarked.fill(0, LABEL_BYTES, LABEL_BYTES + 36);
  assertThrows(() => open(unmarked), Error, "Cannot open vault");
});

Deno.test("what a process left that died while it wrote is dropped, and written over", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const blobs = new FolderBlobs(folder);
    const keys = { keys: [OLD] as const };
    const { sealed, ends } = await writtenInParts();
    const before = sealed.slice(0, ends[2]);
    // The marks of three parts, as they were before the fourth.
    const { seal } = openVault(sealed, { ...keys, session: "s1" }).end;
    for (const { bytes, at } of [seal.mark(2), seal.mark(3)]) before.set(bytes, at);
    for (let end = ends[2]!; end < ends[3]!; end += 5) {
      const torn = joined(before, sealed.slice(ends[2], end));
      await blobs.put("s1", torn, { sync: true });
      const opened = openVault(torn, { ...keys, session: "s1" });
      assertEquals(emailsIn(opened.vault).length, 3);
      await using pen = new VaultWriter({
        ...{ vault: opened.vault, name: "s1", blobs, keys, end: opened.end },
      });
      opened.vault.keep("EMAIL", "e@x.example", "crm");
      await pen.write("ann");
      const again = open((await blobs.get("s1"))!);
      assertEquals(emailsIn(again).slice(2), ["cat@example.com", "e@x.example"]);
    }
    // It died before it had said so of a part that is whole; the next one does.
    const { bytes, at } = seal.mark(4);
    for (let half = 0; half <= bytes.length; half += 6) {
      const unsaid = joined(before, sealed.slice(ends[2]));
      unsaid.set(bytes.slice(0, half), at);
      await blobs.put("s1", unsaid, { sync: true });
      const opened = openVault(unsaid, { ...keys, session: "s1" });
      assertEquals(emailsIn(opened.vault).length, 4);
      await using pen = new VaultWriter({
        ...{ vault: opened.vault, name: "s1", blobs, keys, end: opened.end },
      });
      opened.vault.keep("EMAIL", "e@x.example", "crm");
      await pen.write("ann");
      const again = (await blobs.get("s1"))!;
      assertEquals(emailsIn(open(again)).length, 5);
      assertEquals(seal.marked(again), 5);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("after a rotation old vaults open with the old key and are sealed with the new", () => {
  const { sealed } = sealVault(filledVault(), { keys: [OLD] });
  const { vault } = openVault(sealed, { keys: [NEW, OLD], session: "s1" });
  const again = sealVault(vault, { keys: [NEW, OLD] });
  assertEquals(openVault(again.sealed, { keys: [NEW], session: "s1" }).vault.size, 3);
});

Deno.test("the file of a vault is its owner's alone, and its folder holds no half-written one", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const blobs = new FolderBlobs(join(folder, "vaults"));
    assertEquals([await blobs.get("a"), await blobs.list()], [undefined, []]);
    for (const [sync, bytes] of [[false, [1]], [true, [1, 1]], [true, [2, 3]]] as const) {
      await blobs.put("a", new Uint8Array(bytes), { sync });
    }
    assertEquals(await blobs.get("a"), new Uint8Array([2, 3]));
    const files = [...Deno.readDirSync(join(folder, "vaults"))];
    assertEquals([files.length, await blobs.list()], [1, ["a"]]);
    assertEquals(Deno.statSync(join(folder, "vaults", files[0]!.name)).mode! & 0o777, 0o600);
    await blobs.remove("a");
    await blobs.remove("a");
    assertEquals(await blobs.get("a"), undefined);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("VaultWriter.write() resolves when the caller's tokens are written, whoever writes them", async () => {
  await using storage = memoryStorage();
  const link = sureStorage(unsteadyStorage(storage, { seed: 7 }));
  const vault = new Vault({ session: "s1", nonce: "k7q" });
  const blobs = link.blobs("vaults");
  await using pen = new VaultWriter({
    ...{ vault, name: "s1", blobs, keys: { keys: [OLD] as const }, end: undefined },
  });
  await Promise.all(Array.from({ length: 40 }, async (_, at) => {
    const { token } = vault.keep("EMAIL", `a${at}@x.example`, "crm");
    await pen.write("ann");
    assert(open((await storage.blobs("vaults").get("s1"))!).get(token) !== undefined, token);
  }));
  assertEquals(open((await storage.blobs("vaults").get("s1"))!).size, 40);
});

Deno.test("VaultWriter.write() that fails leaves its entries to the next one", async () => {
  await using storage = memoryStorage();
  const kept = storage.blobs("vaults");
  let isFull = true;
  const blobs = {
    ...kept,
    put: (name: string, bytes: Uint8Array, options: { sync: boolean }) =>
      isFull ? Promise.reject(new Error("no space")) : kept.put(name, bytes, options),
  };
  const vault = new Vault({ session: "s1", nonce: "k7q" });
  await using pen = new VaultWriter({
    ...{ vault, name: "s1", blobs, keys: { keys: [OLD] as const }, end: undefined },
  });
  vault.keep("EMAIL", "ann@example.com", "crm");
  const error = await assertRejects(() => pen.write("ann"), AirlockError);
  assertEquals(error.code, "INTERNAL");
  isFull = false;
  vault.keep("EMAIL", "bob@example.com", "crm");
  await pen.write("ann");
  assertEquals(open((await kept.get("s1"))!).size, 2);
});
