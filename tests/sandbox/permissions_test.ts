import { assert, assertEquals } from "@std/assert";
import { recordStream } from "../../src/sandbox/record_permissions.ts";
import type { PermissionRecord } from "../../src/sandbox/sandbox.ts";
import { ViolationTally } from "../../src/sandbox/violation_tally.ts";
import { rightsOf } from "../../src/sandbox/worker_command.ts";

const rights = rightsOf([
  "run",
  "--allow-read=/run/servers,/a,,b",
  "--allow-write=/run/workspace",
  "--allow-net=unix:/run/rpc",
  "stub.js",
]);

async function recordOf(...texts: string[]): Promise<PermissionRecord> {
  const stream = ReadableStream.from(texts).pipeThrough(new TextEncoderStream());
  const record = recordStream(stream, { rights, dir: "/run" });
  await record.settled();
  return record;
}

async function attemptsIn(text: string): Promise<string[]> {
  const record = await recordOf(text.slice(0, 7), text.slice(7));
  return record.list().map(({ permission, value }) => `${permission} ${value}`);
}

function touched(...entries: readonly (readonly [string, string])[]): string {
  return entries.map(([permission, value]) => `${JSON.stringify({ v: 1, permission, value })}\n`)
    .join("");
}

Deno.test("recordStream() lists no permission that the flags cover, however it is written", async () => {
  const text = touched(
    ["read", "/run/servers/crm/x.ts"],
    ["read", "./servers"],
    ["read", "/a,b/c"],
    ["write", "workspace/deep/../x"],
    ["net", "unix:/run/rpc"],
  );
  assertEquals(await attemptsIn(text), []);
});

Deno.test("recordStream() lists each permission that the flags do not cover once", async () => {
  const text = touched(
    ["read", "/run/servers2"],
    ["read", "./servers/../../etc"],
    ["read", "./servers/../../etc"],
    ["write", "/run/servers/x"],
    ["net", "127.0.0.1:80"],
    ["sys", "hostname"],
  );
  assertEquals(await attemptsIn(text), [
    "read /run/servers2",
    "read /etc",
    "write /run/servers/x",
    "net 127.0.0.1:80",
    "sys hostname",
  ]);
});

Deno.test("recordStream() drops all else on standard error", async () => {
  const text = [
    "error: Uncaught",
    "{",
    '{"permission":1}',
    "null",
    "end",
    touched(["read", "/late"]),
  ].join("\n");
  assertEquals((await attemptsIn(text)).filter((attempt) => attempt !== "read /late"), []);
});

Deno.test("recordStream() cuts a value that is too long, and reads what follows", async () => {
  const long = touched(["read", `/${"x".repeat(100_000)}`]);
  const found = await attemptsIn(long + touched(["sys", "hostname"]));
  assertEquals(found, [`read /${"x".repeat(999)}`, "sys hostname"]);
});

Deno.test("recordStream() keeps every other kind in a flood of one", async () => {
  const flood = Array.from({ length: 2000 }, (_, n) => ["read", `/nowhere/${n}`] as const);
  const record = await recordOf(touched(...flood, ["net", "example.com:443"], ...flood));
  const last = record.list().at(-1);
  assert(record.list().some(({ value }) => value === "example.com:443"));
  assertEquals([last?.permission, record.list().length, last?.more], ["read", 7, 3990]);
  assert(record.touched().permissions.some(({ permission }) => permission === "net"));
});

Deno.test("recordStream() counts all touches, a few by themselves and the rest together", async () => {
  const many = Array.from({ length: 300 }, (_, n) => ["read", `/run/servers/${n}`] as const);
  const record = await recordOf(
    touched(["read", "./servers"], ["read", "/etc"], ...many, many[5]!),
  );
  const { permissions, furtherTouches, record: state } = record.touched();
  assertEquals([permissions.length, furtherTouches, state], [97, 205, "whole"]);
  assertEquals(permissions.slice(0, 2), [
    { permission: "read", value: "/run/servers", outcome: "allowed", count: 1 },
    { permission: "read", value: "/etc", outcome: "denied", count: 1 },
  ]);
  assertEquals(permissions[7]?.count, 2);
});

Deno.test("recordStream() marks a record of which not all was read", async () => {
  const line = touched(["read", "/etc"]);
  const record = await recordOf(line, "x".repeat(17 * 1024 * 1024), line);
  const { permissions, record: state } = record.touched();
  assertEquals([permissions[0]?.value, state], ["/etc", "cut"]);
});

const etc = [...Deno.readDirSync("/etc")].map(({ name }) => `/etc/${name}`);
const tops = [...Deno.readDirSync("/")].map(({ name }) => `/${name}`);

/** What a program may crowd the list with: the name of each attempt by its number. */
const FLOODS: Readonly<Record<string, (i: number, places: number) => string>> = {
  "real files": (i) => etc[i % etc.length]!,
  "files of folders that are there": (i, places) => `${tops[i % places % tops.length]}/x/${i}`,
  "files of folders that are not": (i, places) => `/nowhere${i % places}/${i}`,
  "one folder": (i) => `/nowhere/${i}`,
  "folders deep down": (i, places) => `/usr/lib/${i % places}/a/b/${i}`,
  "what looks like secrets": (i, places) => `/nowhere${i % places}/.ssh/key${i}`,
};

/** What must be named whatever comes before it. */
const TELLING = [
  "/root/.ssh/id_rsa",
  "/srv/app/.env",
  "/srv/app/plans",
  "/mine/alone",
  "/etc/shadow",
];

for (const [name, flood] of Object.entries(FLOODS)) {
  Deno.test(`an attempt after a flood of ${name} is named`, () => {
    for (const places of [1, 30, 300, 3_000]) {
      for (const size of [50, 1_000, 20_000]) {
        for (const value of TELLING) {
          const tally = new ViolationTally();
          for (let i = 0; i < size; i++) {
            tally.add({ permission: i % 3 ? "read" : "write", value: flood(i, places) });
          }
          tally.add({ permission: "read", value });
          const listed = tally.list();
          assert(listed.length <= 32);
          assert(listed.some((one) => one.value === value), `${places} ${size} ${value}`);
        }
      }
    }
  });
}

Deno.test("ViolationTally lists a name of a secret before and after a flood of others", () => {
  for (const [name, flood] of Object.entries(FLOODS).slice(0, -1)) {
    for (
      const secret of ["/root/.ssh/id_rsa", "/work/app/.airlock/key", "/etc/shadow", "/a/.env"]
    ) {
      const tally = new ViolationTally();
      for (let i = 0; i < 2_000; i++) tally.add({ permission: "read", value: flood(i, 300) });
      tally.add({ permission: "read", value: secret });
      for (let i = 0; i < 2_000; i++) {
        tally.add({ permission: "read", value: flood(i + 7_000, 300) });
      }
      assert(
        tally.list().some(({ value }) => value === secret),
        `${name} ${secret}`,
      );
    }
  }
});

Deno.test("ViolationTally lists a host after a flood of others, in each permission that is flooded", () => {
  const tally = new ViolationTally();
  const permissions = ["read", "write", "net", "env", "sys", "run", "ffi", "import"];
  for (const permission of permissions) {
    for (let i = 0; i < 3_000; i++) tally.add({ permission, value: `x${i}.example.com:443` });
  }
  for (const permission of permissions) tally.add({ permission, value: `${permission}.test:1` });
  const listed = tally.list();
  for (const permission of permissions) {
    assert(listed.some(({ value }) => value === `${permission}.test:1`), permission);
  }
});

Deno.test("ViolationTally counts what it does not list", () => {
  const tally = new ViolationTally();
  for (let i = 0; i < 100; i++) tally.add({ permission: "read", value: `/nowhere/${i}` });
  const listed = tally.list();
  assertEquals(listed.length + listed.at(-1)!.more!, 100);
});
