import { assert, assertEquals } from "@std/assert";
import { rightsOf } from "../../src/sandbox/worker_command.ts";
import { recordStream } from "../../src/sandbox/record_permissions.ts";
import type { PermissionRecord } from "../../src/sandbox/sandbox.ts";

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
