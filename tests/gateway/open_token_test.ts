import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { AirlockError } from "../../src/model/errors.ts";
import { openToken } from "../../src/gateway/open_token.ts";

const posix = { ignore: Deno.build.os === "windows" };
const SAFE = "0123456789abcdef0123456789abcdef";

async function withFolder(test: (state: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(join(folder, "state"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function writeToken(state: string, text: string, mode = 0o600): Promise<string> {
  await Deno.mkdir(state, { mode: 0o700 });
  const path = join(state, "gateway-token");
  await Deno.writeTextFile(path, text);
  await Deno.chmod(path, mode);
  return path;
}

async function refusal(state: string): Promise<string> {
  const error = await assertRejects(() => openToken(state), AirlockError, "Cannot open token: ");
  assertEquals(error.code, "CONFIG_INVALID");
  return error.message;
}

Deno.test(
  "openToken() makes a token that only its owner can read, and reads it again",
  posix,
  async () => {
    await withFolder(async (state) => {
      const made = await openToken(state);
      assertMatch(made.token, /^airlock_[A-Za-z0-9_-]{43}$/);
      assertEquals((await Deno.lstat(made.path)).mode! & 0o777, 0o600);
      assertEquals((await Deno.lstat(state)).mode! & 0o777, 0o700);
      assertEquals(await openToken(state), made);
      assertEquals((await Array.fromAsync(Deno.readDir(state))).length, 1);
    });
  },
);

Deno.test("openToken() gives gateways that start at once the same token", async () => {
  await withFolder(async (state) => {
    const opened = await Promise.all(Array.from({ length: 8 }, () => openToken(state)));
    assertEquals(new Set(opened.map(({ token }) => token)).size, 1);
    assertEquals((await Array.fromAsync(Deno.readDir(state))).length, 1);
  });
});

Deno.test("openToken() makes unique tokens", async () => {
  await withFolder(async (one) => {
    await withFolder(async (other) => {
      assert((await openToken(one)).token !== (await openToken(other)).token);
    });
  });
});

Deno.test("openToken() accepts a token that its owner has written", async () => {
  await withFolder(async (state) => {
    await writeToken(state, `${SAFE}\n`);
    assertEquals((await openToken(state)).token, SAFE);
  });
});

Deno.test("openToken() closes its folder to other users", posix, async () => {
  await withFolder(async (state) => {
    await writeToken(state, SAFE);
    await Deno.chmod(state, 0o777);
    await openToken(state);
    assertEquals((await Deno.lstat(state)).mode! & 0o777, 0o700);
  });
});

Deno.test("openToken() refuses a token that other users can read or write", posix, async () => {
  for (const mode of [0o644, 0o640, 0o604, 0o620, 0o602]) {
    await withFolder(async (state) => {
      await writeToken(state, SAFE, mode);
      assertMatch(await refusal(state), /can be read or written by others$/);
    });
  }
});

Deno.test(
  "openToken() refuses a token behind a symbolic link, even a dangling one",
  posix,
  async () => {
    await withFolder(async (state) => {
      const path = await writeToken(state, SAFE);
      await Deno.rename(path, `${path}.real`);
      await Deno.symlink(`${path}.real`, path);
      assertMatch(await refusal(state), /is no plain file$/);
      await Deno.remove(`${path}.real`);
      assertMatch(await refusal(state), /is no plain file$/);
    });
  },
);

Deno.test("openToken() refuses a folder in the token's place", async () => {
  await withFolder(async (state) => {
    await Deno.mkdir(join(state, "gateway-token"), { recursive: true });
    assertMatch(await refusal(state), /is no plain file$/);
  });
});

Deno.test("openToken() refuses a token of another user", {
  ignore: Deno.build.os === "windows" || Deno.uid() !== 0,
}, async () => {
  await withFolder(async (state) => {
    const path = await writeToken(state, SAFE);
    await Deno.chown(path, 65534, 65534);
    assertMatch(await refusal(state), /belongs to another user$/);
  });
  await withFolder(async (state) => {
    await writeToken(state, SAFE);
    await Deno.chown(state, 65534, 65534);
    assertMatch(await refusal(state), /belongs to another user$/);
  });
});

Deno.test("openToken() refuses an invalid token, and never shows what it read", async () => {
  const texts = ["", "short", `${SAFE} ${SAFE}`, `${SAFE}\nX-Other: 1`, "é".repeat(40)];
  for (const text of [...texts, "a".repeat(2_000)]) {
    await withFolder(async (state) => {
      await writeToken(state, text);
      const message = await refusal(state);
      assertMatch(message, /holds no token of 32 characters or more$/);
      assert(text === "" || !message.includes(text));
    });
  }
});

Deno.test("openToken() names the file where the state cannot be a folder", async () => {
  await withFolder(async (state) => {
    await Deno.writeTextFile(state, "");
    assertMatch(await refusal(state), /gateway-token" is out of reach$/);
  });
});
