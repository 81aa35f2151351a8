import { assert, assertEquals } from "@std/assert";
import type { Bucket, EventLog } from "../../src/storage/ports.ts";
import { BucketView } from "../../src/storage/bucket_view.ts";
import { ENGINES } from "../fixtures/storage/engines.ts";
import { until } from "../fixtures/until.ts";

/** Adds a name to a list as long as another writer comes before. */
async function addName(bucket: Bucket<string[]>, name: string): Promise<void> {
  for (;;) {
    const found = await bucket.get("names");
    const names = [...found?.value ?? [], name];
    const revision = found === undefined
      ? await bucket.create("names", names)
      : await bucket.update("names", names, found.revision);
    if (revision !== undefined) return;
  }
}

/** Appends an event at the end, wherever that is by then. */
async function appendOne(log: EventLog<string>, event: string): Promise<void> {
  while (!await log.append("s", await log.last("s"), [{ event }])) continue;
}

for (const [engine, open] of Object.entries(ENGINES)) {
  Deno.test(`a bucket keeps each key's latest value, by compare-and-set (${engine})`, async () => {
    await using hosts = await open();
    const one = hosts.one.bucket<string>("sessions");
    const other = hosts.other.bucket<string>("sessions");
    const [first, second] = ["of one", "of the other"];
    assertEquals(await one.get("a"), undefined);
    const created = await one.create("a", first);
    assert(created !== undefined);
    assertEquals(await other.create("a", second), undefined);
    assertEquals(await other.get("a"), { value: first, revision: created });
    const updated = await other.update("a", second, created);
    assert(updated !== undefined && updated > created);
    assertEquals(await one.update("a", first, created), undefined);
    assertEquals(await one.remove("a", created), false);
    assertEquals(await one.remove("a", updated), true);
    assertEquals(await other.get("a"), undefined);
    // Where the acknowledgement is lost, a value that is gone counts as removed.
    const isRemovedTwice = await other.remove("a", updated);
    assert(!isRemovedTwice || !engine.startsWith("SQLite"));
    const again = await other.create("a", first);
    assert(again !== undefined && again > updated);
    assertEquals(await hosts.one.bucket("run_keys").get("a"), undefined);
  });

  Deno.test(`of writers at once none is lost (${engine})`, async () => {
    await using hosts = await open();
    const names = Array.from({ length: 20 }, (_, at) => `writer ${at}`);
    await Promise.all(names.map((name, at) => {
      const { bucket } = at % 2 === 0 ? hosts.one : hosts.other;
      return addName(bucket<string[]>("sessions"), name);
    }));
    const found = await hosts.one.bucket<string[]>("sessions").get("names");
    // A write whose acknowledgement was lost may have been done, and is done again after another's.
    assertEquals(new Set(found?.value), new Set(names));
    if (engine.startsWith("SQLite")) assertEquals(found?.value.length, names.length);
  });

  Deno.test(`BucketView.read() has what both hosts have written and removed (${engine})`, async () => {
    await using hosts = await open();
    const [one, other] = [hosts.one, hosts.other].map((host) => host.bucket<number>("approvals"));
    const view = new BucketView(other!);
    const values = async () => [...await view.read()].map(([key, { value }]) => [key, value]);
    assertEquals(await values(), []);
    const revision = await one!.create("a", 1);
    await other!.create("b", 2);
    assertEquals(await values(), [["a", 1], ["b", 2]]);
    await one!.update("a", 3, revision!);
    assertEquals(new Map(await values() as [string, number][]).get("a"), 3);
    await one!.remove("b", (await one!.get("b"))!.revision);
    assertEquals(await values(), [["a", 3]]);
    const reads = await Promise.all([one!.create("c", 4).then(values), values(), values()]);
    assertEquals(reads[0]!.length, 2);
  });

  Deno.test(`Bucket.watch() tells of changes of both hosts until it is disposed (${engine})`, async () => {
    await using hosts = await open();
    const [one, other] = [hosts.one, hosts.other].map((host) => host.bucket<number>("approvals"));
    let told = 0;
    const watch = other!.watch(() => void told++);
    await one!.create("a", 1);
    await until(() => told > 0);
    const before = told;
    await other!.create("b", 1);
    await until(() => told > before);
    watch[Symbol.dispose]();
    await other!.create("c", 1);
    const { promise, resolve } = Promise.withResolvers<void>();
    using _last = other!.watch(resolve);
    const still = told;
    await one!.create("d", 1);
    await promise;
    assertEquals(told, still);
  });

  Deno.test(`a log appends where it is expected, all or nothing (${engine})`, async () => {
    await using hosts = await open();
    const [one, other] = [hosts.one, hosts.other].map((host) => host.log<string>("runs"));
    const body = new Uint8Array([0, 255, 1]);
    assert(await one!.append("s", 0, [{ event: "begun" }, { event: "call", body }]));
    assertEquals(await other!.append("s", 0, [{ event: "begun twice" }]), false);
    assertEquals(await other!.append("s", 1, [{ event: "late" }]), false);
    assert(await other!.append("s", 2, [{ event: "claimed" }]));
    assertEquals(await one!.append("s", 2, [{ event: "settled by the old owner" }]), false);
    assertEquals(await one!.last("s"), 3);
    assertEquals(
      (await one!.read("s")).map((
        { sequence, event, body },
      ) => [sequence, event, body && [...body]]),
      [[1, "begun", undefined], [2, "call", [0, 255, 1]], [3, "claimed", undefined]],
    );
    assertEquals((await one!.read("s", { from: 2, to: 2 })).map(({ event }) => event), ["call"]);
    assertEquals(await one!.read("another"), []);
  });

  Deno.test(`of appends at once each has its place, and the feed has them all (${engine})`, async () => {
    await using hosts = await open();
    const names = Array.from({ length: 20 }, (_, at) => `event ${at}`);
    await Promise.all(names.map((name, at) => {
      const { log } = at % 2 === 0 ? hosts.one : hosts.other;
      return appendOne(log<string>("runs"), name);
    }));
    const log = hosts.one.log<string>("runs");
    await log.append("t", 0, [{ event: "of another subject" }]);
    const read = await log.read("s");
    assertEquals(read.map(({ sequence }) => sequence), names.map((_, at) => at + 1));
    assertEquals(read.map(({ event }) => event).sort(), names.toSorted());
    const fed: string[] = [];
    let position = 0;
    for (;;) {
      const part = await log.feed(position, 7);
      if (part.length === 0) break;
      assert(
        part.length <= 7 &&
          part.every((each, at) => each.position > (part[at - 1]?.position ?? position)),
      );
      fed.push(...part.map(({ subject, sequence, event }) => `${subject} ${sequence} ${event}`));
      position = part.at(-1)!.position;
    }
    const expected = read.map(({ sequence, event }) => `s ${sequence} ${event}`);
    assertEquals(fed, [...expected, "t 1 of another subject"]);
  });

  Deno.test(`EventLog.trim() and remove() forget events, and no fence (${engine})`, async () => {
    await using hosts = await open();
    const log = hosts.one.log<string>("runs");
    await log.append("s", 0, ["a", "b", "c"].map((event) => ({ event })));
    await log.trim("s", { from: 2, to: 9 });
    assertEquals((await log.read("s")).map(({ sequence }) => sequence), [1, 3]);
    assertEquals(await log.append("s", 1, [{ event: "late" }]), false);
    assert(await log.append("s", 3, [{ event: "d" }]));
    await log.remove("s");
    assertEquals([await log.last("s"), (await log.read("s")).length], [0, 0]);
  });

  Deno.test(`a lease is one host's alone, or shared by several, until it is given back (${engine})`, async () => {
    await using hosts = await open();
    const [one, other] = [hosts.one.leases, hosts.other.leases];
    const alone = await one.take("sessions/a", "exclusive");
    assert(alone !== undefined && await other.isHeld("sessions/a"));
    assertEquals(await other.take("sessions/a", "exclusive"), undefined);
    assertEquals(await other.take("sessions/a", "shared"), undefined);
    await alone[Symbol.asyncDispose]();
    assertEquals(await other.isHeld("sessions/a"), false);
    const together = [
      await one.take("sessions/a", "shared"),
      await other.take("sessions/a", "shared"),
    ];
    assert(together.every((lease) => lease !== undefined));
    assertEquals(await one.take("sessions/a", "exclusive"), undefined);
    await together[0]![Symbol.asyncDispose]();
    assertEquals(await one.take("sessions/a", "exclusive"), undefined);
    await other.sweep("sessions");
    assert(await one.isHeld("sessions/a"));
    await together[1]![Symbol.asyncDispose]();
    const again = await other.take("sessions/a", "exclusive");
    assert(again !== undefined);
    await again[Symbol.asyncDispose]();
  });

  Deno.test(`of hosts that take a lease at once one gets it (${engine})`, async () => {
    await using hosts = await open();
    for (let round = 0; round < 20; round++) {
      const taken = await Promise.all(
        Array.from(
          { length: 6 },
          (_, at) => (at % 2 === 0 ? hosts.one : hosts.other).leases.take("hosts/a", "exclusive"),
        ),
      );
      assertEquals(taken.filter((lease) => lease !== undefined).length, 1);
      for (const lease of taken) await lease?.[Symbol.asyncDispose]();
    }
  });

  Deno.test(`blobs are replaced whole, grow at their end, and are listed (${engine})`, async () => {
    await using hosts = await open();
    const [one, other] = [hosts.one, hosts.other].map((host) => host.blobs("vaults"));
    const textOf = async (name: string) => {
      const bytes = await other!.get(name);
      return bytes && new TextDecoder().decode(bytes);
    };
    const bytesOf = (text: string) => new TextEncoder().encode(text);
    assertEquals([await textOf("a"), await other!.list()], [undefined, []]);
    await one!.put("a", bytesOf("head"), { sync: false });
    {
      await using tail = await one!.extend("a");
      await tail.write(bytesOf(" and torn"), 4);
      await tail.write(bytesOf(" and part"), 4);
      await tail.overwrite(bytesOf("H"), 0);
      assertEquals(await textOf("a"), "Head and part");
      await tail.write(bytesOf("."), 8);
    }
    assertEquals([await textOf("a"), await other!.list()], ["Head and.", ["a"]]);
    await one!.put("a", bytesOf("new"), { sync: true });
    assertEquals([await textOf("a"), (await hosts.other.blobs("run_vaults").list()).length], [
      "new",
      0,
    ]);
    await other!.remove("a");
    await other!.remove("a");
    assertEquals([await textOf("a"), await one!.list()], [undefined, []]);
  });
}
