import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { AirlockError } from "../../src/model/errors.ts";
import { findCommand } from "../../src/process/find_command.ts";
import { createFolderGuard, measureFolder } from "../../src/sandbox/measure_folder.ts";
import { createUnlinkedReader, createUsageReader } from "../../src/sandbox/measure_process.ts";
import { runAsNobody } from "../fixtures/run_as_nobody.ts";

const BOUNDS = { name: "workspace", maxFiles: 100, maxDepth: 10 };

Deno.test("measureFolder() counts files and folders, and a missing folder as empty", async () => {
  const dir = await Deno.makeTempDir();
  await Deno.mkdir(`${dir}/a/b`, { recursive: true });
  await Deno.writeTextFile(`${dir}/a/b/c`, "12345");
  assertEquals(await measureFolder(dir, BOUNDS), { files: 3, bytes: 5, depth: 2 });
  await Deno.remove(dir, { recursive: true });
  assertEquals(await measureFolder(dir, BOUNDS), { files: 0, bytes: 0, depth: 0 });
});

Deno.test("measureFolder() refuses a folder that it cannot look at", async () => {
  const error = await assertRejects(
    () => measureFolder(`/tmp/${"x".repeat(300)}`, BOUNDS),
    AirlockError,
  );
  assertEquals(error.code, "FOLDER_UNSAFE");
});

Deno.test("measureFolder() refuses a folder that was made unreadable", async () => {
  const printed = await runAsNobody(`
import { measureFolder } from "./src/sandbox/measure_folder.ts";
for (const mode of [0o300, 0o600, 0o000]) {
  const dir = Deno.makeTempDirSync();
  Deno.mkdirSync(dir + "/hidden");
  Deno.writeFileSync(dir + "/hidden/file", new Uint8Array(5_000_000));
  Deno.chmodSync(dir + "/hidden", mode);
  const how = { name: "workspace", maxFiles: 100, maxDepth: 10 };
  console.log(await measureFolder(dir, how).then(({ bytes }) => bytes, ({ code, message }) => code + message));
}`);
  for (const line of printed.split("\n")) {
    const refused = 'FOLDER_UNSAFECannot use folder: "./workspace/hidden';
    assertEquals(line.slice(0, refused.length), refused);
  }
});

const onUnix = Deno.build.os !== "windows";

const PLANTS: readonly (readonly [string, (path: string) => Promise<unknown>])[] = [
  ["a symbolic link", (path) => Deno.symlink("/etc", path)],
  ["a symbolic link", (path) => Deno.symlink("nowhere", path)],
  ["a hard link", async (path) => {
    await Deno.writeTextFile(`${path}.other`, "");
    await Deno.link(`${path}.other`, path);
  }],
  ["a special file", (path) => new Deno.Command("mkfifo", { args: [path] }).output()],
];

Deno.test(
  "createFolderGuard() and measureFolder() refuse links and special files at any depth, also later ones",
  {
    ignore: !onUnix,
  },
  async () => {
    for (const [what, plant] of PLANTS) {
      const dir = await Deno.makeTempDir();
      await Deno.mkdir(`${dir}/a/b/c`, { recursive: true });
      await Deno.writeTextFile(`${dir}/a/file`, "12345");
      const guard = createFolderGuard();
      guard.check(dir, "skills");
      assertEquals(await measureFolder(dir, options), { files: 4, bytes: 5, depth: 3 });
      await plant(`${dir}/a/b/c/planted`);
      const byGuard = assertThrows(() => guard.check(dir, "skills"), AirlockError, what);
      assertEquals(byGuard.code, "FOLDER_UNSAFE");
      const byMeasure = await assertRejects(() => measureFolder(dir, options), AirlockError, what);
      assertEquals(byMeasure.message.includes(dir), false);
      await Deno.remove(dir, { recursive: true });
    }
  },
);

const options = { name: "workspace", maxFiles: 100, maxDepth: 64 };

Deno.test("measureFolder() stops counting above its limit", async () => {
  const dir = await Deno.makeTempDir();
  for (let i = 0; i < 10; i++) await Deno.writeTextFile(`${dir}/${i}`, "x");
  const { files } = await measureFolder(dir, { ...options, maxFiles: 3 });
  assertEquals(files, 4);
  await Deno.remove(dir, { recursive: true });
});

Deno.test("createFolderGuard() accepts a folder that does not exist", async () => {
  createFolderGuard().check("/nowhere", "skills");
  assertEquals(await measureFolder("/nowhere", options), { files: 0, bytes: 0, depth: 0 });
});

Deno.test("measureFolder() goes no deeper than its limit, and tells that there is more", async () => {
  const dir = await Deno.makeTempDir();
  await Deno.mkdir(`${dir}/a/b/c/d`, { recursive: true });
  const { files, depth } = await measureFolder(dir, { ...options, maxDepth: 2 });
  assertEquals([files, depth], [3, 3]);
  await Deno.remove(dir, { recursive: true });
});

const ignore = Deno.build.os !== "linux";

Deno.test("createUsageReader() counts the children of every thread", { ignore }, async () => {
  const large = `x=$(head -c 150000000 /dev/zero | tr "\\0" a); echo ready; read y`;
  const thread = `const child = new Deno.Command("sh", {
    args: ["-c", ${JSON.stringify(large)}], stdin: "piped", stdout: "piped",
  }).spawn();
  await child.stdout.getReader().read();
  postMessage(child.pid);`;
  const program = `const worker = new Worker(${
    JSON.stringify(`data:text/javascript,${encodeURIComponent(thread)}`)
  }, {
    type: "module" });
  worker.onmessage = ({ data }) => console.log(data);`;
  const host = new Deno.Command(Deno.execPath(), {
    args: ["eval", program],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
    detached: true,
  }).spawn();
  const reader = host.stdout.getReader();
  const { value } = await reader.read();
  const child = Number(new TextDecoder().decode(value));
  const all = await createUsageReader(host.pid)();
  const own = await createUsageReader(child)();
  const [whole, part] = [all.memoryBytes ?? 0, own.memoryBytes ?? 0];
  assert(part > 150_000_000 && whole > part, `${whole} ${part}`);
  Deno.kill(-host.pid, "SIGKILL");
  await host.status;
  await reader.cancel();
  await host.stdin.close().catch(() => {});
});

Deno.test("createUsageReader() gives null for a process that is gone", async () => {
  const child = new Deno.Command(Deno.execPath(), { args: ["--version"], stdout: "null" }).spawn();
  const usage = createUsageReader(child.pid);
  await child.status;
  const { memoryBytes, cpuMs, threads } = await usage();
  assertEquals([memoryBytes, cpuMs, threads], [null, null, null]);
});

/** Keeps a file of 3 MiB without a name twice, one of 1 MiB in a child, and one that has its name. */
const HOLDS = `cd "$0"; exec 5<>a; exec 6<>a; exec 8>named; rm a
head -c 3145728 /dev/zero >&5; head -c 9999 /dev/zero >&8
(exec 7>b; rm b; head -c 1048576 /dev/zero >&7; echo ready; exec sleep 20); echo done`;

Deno.test("createUnlinkedReader() measures the open files of a family, each once", {
  ignore,
}, async () => {
  const dir = await Deno.makeTempDir();
  const child = new Deno.Command("/bin/sh", {
    args: ["-c", HOLDS, dir],
    stdout: "piped",
    detached: true,
  }).spawn();
  const output = child.stdout.getReader();
  await output.read();
  assertEquals(createUnlinkedReader(child.pid)(), { files: 2, bytes: 4 * 1024 * 1024 });
  Deno.kill(-child.pid, "SIGKILL");
  await Promise.all([output.cancel(), child.status]);
  assertEquals(createUnlinkedReader(child.pid)(), { files: 0, bytes: 0 });
  await Deno.remove(dir, { recursive: true });
});

const bwrap = await findCommand("bwrap", { path: "/usr/bin:/bin", cwd: "/" });

Deno.test("createUnlinkedReader() sees into a user namespace, also without being root", {
  ignore: ignore || bwrap === undefined,
}, async () => {
  const said = await runAsNobody(`
import { createUnlinkedReader } from "./src/sandbox/measure_process.ts";
const dir = await Deno.makeTempDir();
const child = new Deno.Command(${JSON.stringify(bwrap)}, {
  args: ["--unshare-user", "--unshare-pid", "--uid", "65534", "--gid", "65534", "--cap-drop", "ALL",
    "--die-with-parent", "--dev-bind", "/", "/",
    "/bin/sh", "-c", ${JSON.stringify(HOLDS)}, dir],
  stdout: "piped",
}).spawn();
await child.stdout.getReader().read();
console.log(JSON.stringify(createUnlinkedReader(child.pid)()));
child.kill("SIGKILL");
Deno.exit();`);
  assertEquals(JSON.parse(said), { files: 2, bytes: 4 * 1024 * 1024 });
});
