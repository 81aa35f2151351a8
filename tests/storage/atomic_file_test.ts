import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { DatabaseSync } from "node:sqlite";
import { openOriginals } from "../../src/audit/sealed_originals.ts";
import { openVault } from "../../src/privacy/vault/vault_seal.ts";
import { makeOwnFile, replaceFile } from "../../src/storage/atomic_file.ts";
import { createByteSeal, KEY_BYTES, openBytes, sealBytes } from "../../src/storage/sealed.ts";

const hasModes = Deno.build.os !== "windows";

Deno.test("replaceFile() makes folder and file closed to others, replaces a link, and leaves nothing beside", async () => {
  const root = await Deno.makeTempDir();
  const [folder, elsewhere] = [join(root, "state"), join(root, "elsewhere")];
  const path = join(folder, "file");
  await Deno.writeTextFile(elsewhere, "untouched");
  await replaceFile(path, "one");
  if (hasModes) {
    assertEquals((await Deno.stat(folder)).mode! & 0o777, 0o700);
    assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
  }
  await Deno.remove(path);
  await Deno.symlink(elsewhere, path);
  await replaceFile(path, new TextEncoder().encode("two"), { sync: true });
  assertEquals(await Deno.readTextFile(path), "two");
  await replaceFile(path, "three", { temporary: `${path}.part` });
  assertEquals(await Deno.readTextFile(path), "three");
  assertEquals(await Deno.readTextFile(elsewhere), "untouched");
  assertEquals((await Array.fromAsync(Deno.readDir(folder))).length, 1);
  await Deno.remove(root, { recursive: true });
});

Deno.test("replaceFile() that fails leaves the file that is there, and nothing beside it", async () => {
  const root = await Deno.makeTempDir();
  const path = join(root, "folder");
  await Deno.mkdir(join(path, "full"), { recursive: true });
  await assertRejects(() => replaceFile(path, "text"));
  assertEquals((await Array.fromAsync(Deno.readDir(root))).map(({ name }) => name), ["folder"]);
  await Deno.remove(root, { recursive: true });
});

Deno.test("makeOwnFile() leaves the file of whichever call is first", async () => {
  const root = await Deno.makeTempDir();
  const path = join(root, "token");
  await Promise.all(["a", "b", "c"].map((text) => makeOwnFile(path, text)));
  const first = await Deno.readTextFile(path);
  await makeOwnFile(path, "late");
  assertEquals(await Deno.readTextFile(path), first);
  assertEquals((await Array.fromAsync(Deno.readDir(root))).length, 1);
  await Deno.remove(root, { recursive: true });
});

const key = new Uint8Array(KEY_BYTES).fill(7);
const text = "ann@example.com";

Deno.test("openBytes() returns what sealBytes() sealed, and throws where a bit, the key or its bounds differ", () => {
  const bound = new TextEncoder().encode("session s1");
  for (const plain of ["", "ann@example.com ä€😀", "x".repeat(100_000)]) {
    const sealed = sealBytes(new TextEncoder().encode(plain), { key, bound });
    assertEquals(openBytes(sealed, { key, bound }).toString(), plain);
    assert(plain === "" || !sealed.toString().includes(plain.slice(0, 15)));
    assertThrows(() => openBytes(sealed, { key: new Uint8Array(KEY_BYTES), bound }));
    assertThrows(() => openBytes(sealed, { key }));
    assertThrows(() => openBytes(sealed.subarray(1), { key, bound }));
    for (const at of [0, 15, sealed.length - 1]) {
      const changed = Uint8Array.from(sealed);
      changed[at]! ^= 1;
      assertThrows(() => openBytes(changed, { key, bound }));
    }
  }
  assertThrows(() => openBytes(new Uint8Array(27), { key }), RangeError, "too short");
});

Deno.test("createByteSeal() opens what version 1 of the format sealed, under any key of its ring", () => {
  const sealed = Uint8Array.fromHex(
    "414c5331a0d45608f4fce79e96ebef0bbb6f5d145597541b6cf76b853fecfd1c9652aa10379fb517f5559fc2bb3c5d" +
      "acb87d59c040688f",
  );
  const ring = [new Uint8Array(KEY_BYTES), key] as const;
  const seal = createByteSeal(ring, "journal");
  assertEquals(new TextDecoder().decode(seal.open(sealed)), text);
  assertEquals(seal.open(seal.seal(sealed)), sealed);
  const plain = new TextEncoder().encode(`"${text}"`);
  assertEquals(seal.open(plain), plain);
  assertThrows(
    () => createByteSeal([ring[0]], "journal").open(sealed),
    Error,
    "Cannot open journal",
  );
  assertThrows(() => seal.open(sealed.subarray(0, 20)), Error, "Cannot open journal");
});

Deno.test("openVault() and openOriginals() open what was written before the ciphers were one", async () => {
  const sealed = Uint8Array.fromHex(
    "414c56325988ac1a33e58760ef7cc8b3418b356a58e89b47e9369b02000000002b41f09f6c27cd5c5cebab7ea2b27fe23e" +
      "5c4ea52803cd433a0c2a1e68bd2d71000000010b15e24c039100934c71d9ba2ae4ef52f1eb84ccdf84b5abc1d176d83f" +
      "6fe402000000856d81bb473ecef2436aa6c66d9a346c188583a7af737c5cc42ad40fa0b267fd641c6350e0a3c9e971f8" +
      "916186fe3767dc821eea58efbefe206e9d2800bdd9e941b65010eef09ab46aa38f2c7969ab5550d72193a5d8dd5b3a1b" +
      "7732a6ffbe003b26ab3ce8fe629d250456c2004f290da926eef14027901119c3d8724be0945c57f679ea6f5d",
  );
  const { vault } = openVault(sealed, { keys: [key], session: "s1" });
  assertEquals(vault.get("[EMAIL_1_k7q]")?.forms[0]?.value, text);

  const folder = await Deno.makeTempDir();
  const digest = "a711c4fedafc3f345a4e91e966be1f904f06a208385b0294576e56563e6b6867";
  const keyFile = join(folder, "originals.key");
  await Deno.writeTextFile(keyFile, `${key.toBase64()}\n`, { mode: 0o600 });
  (await openOriginals({ folder }))[Symbol.dispose]();
  {
    using database = new DatabaseSync(join(folder, "originals.db"));
    const original = Uint8Array.fromHex(
      "8f26b7690d105ec8bf2594bb35d2ba5b5c868bc9a4dc1c51c3d6fab84f9c725d96e0f4ff3a2b89d26bbe29255b7b" +
        "9f3f41d9716db7b68f2a875676fcd0836fbbd5f5776826a5",
    );
    database.prepare("INSERT INTO originals VALUES (?, 'run_1', 2, 'answer', 3, ?, ?)")
      .run(digest, "c19461a2867be633", original);
  }
  using originals = await openOriginals({ folder });
  assertEquals(originals.look(digest)?.text, `"${text}"`);
  await Deno.remove(folder, { recursive: true });
});
