import { assertEquals } from "@std/assert";
import { type Connection, ConnectionQuota } from "../../../src/gateway/http/connection_quota.ts";

interface Fake extends Connection {
  isBusy: boolean;
  readonly name: string;
}

function createQuota(maxConnections: number) {
  const closed: string[] = [];
  let full = 0;
  const quota = new ConnectionQuota({ maxConnections, onFull: () => void full++ });
  const connect = (name: string, isBusy = false): Fake => {
    const connection = { name, isBusy, close: () => void closed.push(name) };
    quota.add(connection);
    return connection;
  };
  return { quota, closed, connect, timesFull: () => full };
}

Deno.test("ConnectionQuota admits the newest anonymous connection and closes the oldest, one without a request first", () => {
  const { quota, closed, connect, timesFull } = createQuota(8);
  connect("busy", true);
  for (const name of ["b", "c", "d"]) connect(name);
  assertEquals([closed, timesFull()], [[], 0]);
  for (const name of ["e", "f"]) connect(name);
  assertEquals([closed, timesFull(), quota.size], [["b", "c"], 2, 4]);
  for (const name of ["g", "h"]) connect(name, true);
  for (const name of ["i", "j"]) connect(name, true);
  assertEquals([closed.slice(2), quota.size], [["d", "e", "f", "busy"], 4]);
});

Deno.test("ConnectionQuota counts connections of principals apart from anonymous ones", () => {
  const { quota, closed, connect } = createQuota(8);
  const known = ["a", "b", "c", "d"].map((name) => {
    const connection = connect(name, true);
    assertEquals(quota.admit(connection, "owner"), true);
    return connection;
  });
  for (let i = 0; i < 100; i++) connect(`stranger ${i}`);
  assertEquals([closed.length, quota.size], [96, 8]);
  for (const connection of known) quota.remove(connection);
  assertEquals(quota.size, 4);
});

Deno.test("ConnectionQuota closes a principal's oldest idle connection for its newest, or refuses", () => {
  const { quota, closed, connect, timesFull } = createQuota(32);
  const of = (principal: string, name: string, isBusy: boolean) =>
    quota.admit(connect(name, isBusy), principal);
  assertEquals(["a1", "a2", "a3", "a4"].map((name) => of("a", name, name !== "a2")), [
    ...[true, true, true, true],
  ]);
  assertEquals([of("a", "a5", true), closed], [true, ["a2"]]);
  assertEquals([of("a", "a6", true), timesFull()], [false, 2]);
  // What is not the owner's is never all.
  const others = ["b", "c", "d"].flatMap((name) =>
    [1, 2, 3, 4].map((i) => of(name, `${name}${i}`, true))
  );
  assertEquals(others.filter(Boolean).length, 8);
  assertEquals([1, 2, 3, 4, 5].map((i) => of("owner", `o${i}`, true)), [
    ...[true, true, true, true],
    false,
  ]);
});
