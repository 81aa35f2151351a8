import { assertEquals } from "@std/assert";
import { offerTier } from "../../src/sandbox/open_tier.ts";
import { sampled } from "../fixtures/sampled.ts";
import { startTestRuntime } from "../fixtures/test_runtime.ts";

const MiB = 1024 * 1024;
const limits = { workspaceBytes: 16 * MiB, workspaceFiles: 60 };

/** Gives `file`, open and without a name, or goes on as it does. */
const WAYS: Readonly<Record<string, string>> = {
  "removed": `const file = open("./workspace/a"); Deno.removeSync("./workspace/a");`,
  "removed with its folder": `Deno.mkdirSync("./workspace/d/e", { recursive: true });
const file = open("./workspace/d/e/a"); Deno.removeSync("./workspace/d", { recursive: true });`,
  "put away by another": `const file = open("./workspace/a"); open("./workspace/b").close();
Deno.renameSync("./workspace/b", "./workspace/a");`,
  "moved and removed": `const file = open("./workspace/a");
Deno.renameSync("./workspace/a", "./workspace/m"); Deno.removeSync("./workspace/m");`,
  "a draft, removed": `const file = open("./skills/a"); Deno.removeSync("./skills/a");`,
  "open twice": `const first = open("./workspace/a"); const file = open("./workspace/a");
Deno.removeSync("./workspace/a");`,
  "moved, and it has its name": `const file = open("./workspace/a");
Deno.renameSync("./workspace/a", "./workspace/b");`,
};

/** Makes it larger than it may be. */
const GROWTH: Readonly<Record<string, string>> = {
  "by writing": `for (let i = 0; i < 100; i++) { await write(file); await pause(); }`,
  "without writing": `await file.truncate(200 * 1024 * 1024); await pause(1000);`,
};

const PRELUDE =
  `const open = (path) => Deno.openSync(path, { create: true, write: true, read: true });
const chunk = new Uint8Array(1024 * 1024).fill(1);
const write = (file) => file.write(chunk);
const pause = (ms = 10) => new Promise((resolve) => setTimeout(resolve, ms));
`;

for (
  const tier of sampled(["process", "bubblewrap"] as const, {
    keep: 1,
    name: "open",
    sliced: false,
  })
) {
  const { create } = await offerTier({ tier });
  const ignore = create === undefined || Deno.build.os !== "linux";
  const test = (title: string, fn: () => Promise<void>) =>
    Deno.test({ name: `${title} (${tier})`, ignore, fn });
  const isolation = { tier };

  const pairs = Object.keys(WAYS).flatMap((way) =>
    Object.keys(GROWTH).map((how) => ({ way, how }))
  );
  const kinds = ({ how }: { how: string }) => [how];
  for (const { way, how } of sampled(pairs, { keep: 4, name: `open files, ${tier}`, kinds })) {
    test(`a file that is ${way} counts while it is open and grows ${how}`, async () => {
      await using runtime = await startTestRuntime({ limits, isolation });
      const { status, error } = await runtime.run({
        code: `${PRELUDE}${WAYS[way]}\n${GROWTH[how]}`,
      });
      assertEquals([status, error?.limit?.name], ["over_limit", "workspaceBytes"]);
    });
  }

  test("many files without a name count as files", async () => {
    await using runtime = await startTestRuntime({ limits, isolation });
    const { status, error } = await runtime.run({
      code: `${PRELUDE}const held = [];
for (let i = 0; i < 80; i++) {
  held.push(open("./workspace/a")); Deno.removeSync("./workspace/a");
}
await pause(2000);
return held.length;`,
    });
    assertEquals([status, error?.limit?.name], ["over_limit", "workspaceFiles"]);
  });

  test("workspaceLeft() counts what is open, once, and no longer than it is", async () => {
    await using runtime = await startTestRuntime({ limits, isolation });
    const { value, error } = await runtime.run({
      code: `import { workspaceLeft } from "airlock";
${PRELUDE}
const left = async () => { await pause(100); return await workspaceLeft(); };
const before = await left();
const file = open("./workspace/a"), other = open("./workspace/a");
await write(file);
Deno.removeSync("./workspace/a");
const open2 = await left();
file.close();
const open1 = await left();
other.close();
const after = await left();
return [open2, open1, after].map(({ bytes, files }) => [before.bytes - bytes, before.files - files]);`,
    });
    assertEquals(error, null);
    assertEquals(value, [[MiB, 1], [MiB, 1], [0, 0]]);
  });
}
