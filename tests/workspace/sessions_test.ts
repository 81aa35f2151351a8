import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { exists } from "@std/fs";
import { join } from "@std/path";
import { AirlockError } from "../../src/model/errors.ts";
import { readSessionId, sessionIdOf } from "../../src/workspace/session_id.ts";
import { openLocalStorage } from "../../src/storage/local_storage.ts";
import { createSessions, type SessionKeeper } from "../../src/workspace/sessions.ts";

interface Kept extends AsyncDisposable {
  readonly workspace: string;
  readonly sessions: SessionKeeper;
  readonly forgotten: readonly string[];
  /** Moves the clock. */
  pass(ms: number): void;
  /** Opens the same folders as another process would. */
  another(): SessionKeeper;
}

async function keep(): Promise<Kept> {
  const root = await Deno.makeTempDir();
  const workspace = join(root, "workspace");
  await Deno.mkdir(workspace);
  const forgotten: string[] = [];
  let now = Date.now();
  const storage = openLocalStorage(join(root, "state"));
  const open = () =>
    createSessions({
      workspace,
      storage,
      config: { idleMs: 10_000, maxAgeMs: 50_000, runFilesMs: 5_000 },
      forget: (id) => Promise.resolve(void forgotten.push(id)),
      clock: () => now,
    });
  const opened = [open()];
  return {
    workspace,
    sessions: opened[0]!,
    forgotten,
    pass: (ms) => void (now += ms),
    another() {
      opened.push(open());
      return opened.at(-1)!;
    },
    async [Symbol.asyncDispose]() {
      await storage[Symbol.asyncDispose]();
      await Deno.remove(root, { recursive: true });
    },
  };
}

const ANN = { name: "s", owner: "ann" };

Deno.test("sessionIdOf gives each caller names of its own, and refuses what could be a path", () => {
  assertEquals(sessionIdOf({ name: "s", owner: "owner" }), "s");
  assertEquals(sessionIdOf(ANN), "ann~s");
  assertEquals(readSessionId("ann~s"), ANN);
  assertEquals(readSessionId("s"), { name: "s", owner: "owner" });
  assertEquals([readSessionId("run_1"), readSessionId("a~b~c"), readSessionId("..")], [
    undefined,
    undefined,
    undefined,
  ]);
  for (const name of ["..", "a/b", "a~b", "run_1", "", "a".repeat(65), "é", "a\n"]) {
    assertThrows(() => sessionIdOf({ name, owner: "owner" }), AirlockError, "Cannot open session");
    assertThrows(() => sessionIdOf({ name: "s", owner: `../${name}` }), AirlockError);
  }
});

Deno.test("sessions are listed to their owner alone, and to another are not there", async () => {
  await using kept = await keep();
  const { sessions } = kept;
  await sessions.create(ANN);
  await using _used = await sessions.use("bob~t");
  assertEquals((await sessions.list("ann")).map(({ name, runs }) => [name, runs]), [["s", 0]]);
  assertEquals((await sessions.list("bob")).map(({ name, runs }) => [name, runs]), [["t", 1]]);
  assertEquals((await sessions.list()).length, 2);
  assertEquals(await sessions.find({ name: "s", owner: "bob" }), undefined);
  const error = await assertRejects(
    () => sessions.close({ name: "s", owner: "bob" }),
    AirlockError,
  );
  assertEquals([error.code, kept.forgotten.length], ["NOT_FOUND", 0]);
});

Deno.test("to close a session takes its files and its vault away", async () => {
  await using kept = await keep();
  const { sessions, workspace } = kept;
  {
    await using used = await sessions.use("ann~s");
    await Deno.writeTextFile(join(used.folder, "a.txt"), "a");
  }
  await sessions.close(ANN);
  assertEquals(await exists(join(workspace, "ann~s")), false);
  assertEquals([kept.forgotten, await sessions.list()], [["ann~s"], []]);
  await using _again = await sessions.use("ann~s");
  assertEquals((await sessions.find(ANN))?.runs, 1);
});

Deno.test("a session in use is not closed, by this process or by another", async () => {
  await using kept = await keep();
  const { sessions, another } = kept;
  const other = another();
  {
    await using _one = await sessions.use("ann~s");
    await using _two = await other.use("ann~s");
    for (const keeper of [sessions, other]) {
      const error = await assertRejects(() => keeper.close(ANN), AirlockError);
      assertEquals([error.code, error.retry], ["BUSY", true]);
    }
  }
  await other.close(ANN);
  assertEquals(await sessions.find(ANN), undefined);
});

Deno.test("sweep closes what is idle or old, and leaves what is used", async () => {
  await using kept = await keep();
  const { sessions, pass } = kept;
  await sessions.create(ANN);
  await sessions.create({ name: "busy", owner: "ann" });
  await using _busy = await sessions.use("ann~busy");
  pass(9_999);
  assertEquals(await sessions.sweep(), []);
  pass(1);
  assertEquals(await sessions.sweep(), ["ann~s"]);
  assertEquals((await sessions.list()).map(({ name }) => name), ["busy"]);
  await sessions.create({ name: "old", owner: "ann" });
  for (let age = 0; age < 50_000; age += 5_000) {
    await (await sessions.use("ann~old"))[Symbol.asyncDispose]();
    pass(5_000);
  }
  assertEquals(await sessions.sweep(), ["ann~old"]);
});

Deno.test("sweep removes files of runs after their time, and lists folders from before", async () => {
  await using kept = await keep();
  const { sessions, workspace, pass } = kept;
  for (const name of ["run_0a", "before", "run_", "what is this"]) {
    await Deno.mkdir(join(workspace, name));
  }
  await Deno.writeTextFile(join(workspace, "run_file"), "");
  assertEquals(await sessions.sweep(), []);
  assertEquals((await sessions.list()).map(({ name, owner }) => [name, owner]), [[
    "before",
    "owner",
  ]]);
  pass(6_000);
  assertEquals(await sessions.sweep(), ["run_0a"]);
});

Deno.test("sweep removes a link and not what it leads to", async () => {
  await using kept = await keep();
  const { sessions, workspace, pass } = kept;
  const outside = await Deno.makeTempDir();
  await Deno.writeTextFile(join(outside, "kept.txt"), "kept");
  await Deno.mkdir(join(workspace, "run_1"));
  await Deno.symlink(outside, join(workspace, "run_1", "link"));
  await Deno.symlink(outside, join(workspace, "run_2"));
  pass(6_000);
  assertEquals(await sessions.sweep(), ["run_1"]);
  assertEquals(await Deno.readTextFile(join(outside, "kept.txt")), "kept");
  await Deno.remove(outside, { recursive: true });
});

Deno.test("use refuses a session whose folder is a link", async () => {
  await using kept = await keep();
  await Deno.symlink("/etc", join(kept.workspace, "ann~s"));
  const error = await assertRejects(() => kept.sessions.use("ann~s"), AirlockError);
  assertEquals(error.code, "FOLDER_UNSAFE");
});

Deno.test("sweep goes on where one cannot be removed, which has its turn again", async () => {
  const root = await Deno.makeTempDir();
  let now = Date.now();
  let stuck = "ann~s";
  await using storage = openLocalStorage(join(root, "state"));
  const sessions = createSessions({
    workspace: join(root, "workspace"),
    storage,
    config: { idleMs: 10_000, maxAgeMs: 50_000, runFilesMs: 5_000 },
    forget: (id) =>
      id === stuck ? Promise.reject(new Deno.errors.PermissionDenied()) : Promise.resolve(),
    clock: () => now,
  });
  await sessions.create({ name: "t", owner: "ann" });
  await sessions.create(ANN);
  now += 20_000;
  assertEquals(await sessions.sweep(), ["ann~t"]);
  stuck = "";
  assertEquals(await sessions.sweep(), ["ann~s"]);
  await Deno.remove(root, { recursive: true });
});

Deno.test("sessions are kept although the journal is not, and no file is made without them", async () => {
  const root = await Deno.makeTempDir();
  const open = async (use: (sessions: SessionKeeper) => Promise<unknown>) => {
    await using storage = openLocalStorage(join(root, "state"), "memory");
    await use(createSessions({
      ...{ workspace: join(root, "workspace"), storage },
      config: { idleMs: 10_000, maxAgeMs: 50_000, runFilesMs: 5_000 },
      forget: () => Promise.resolve(),
    }));
  };
  await open((sessions) => sessions.sweep());
  await assertRejects(() => Deno.stat(join(root, "state")), Deno.errors.NotFound);
  await open((sessions) => sessions.create(ANN));
  await open(async (sessions) => assertEquals((await sessions.find(ANN))?.name, ANN.name));
  await Deno.remove(root, { recursive: true });
});
