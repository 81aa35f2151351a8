import { assert, assertEquals } from "@std/assert";
import { ViolationTally } from "../../src/sandbox/violation_tally.ts";

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
