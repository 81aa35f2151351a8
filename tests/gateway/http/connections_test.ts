import { assertEquals } from "@std/assert";
import { acceptConnections } from "../../../src/gateway/http/accept_connections.ts";
import { type Connection, ConnectionQuota } from "../../../src/gateway/http/connection_quota.ts";

/** A listener that fails as often as it is told before it gives connections. */
class FailingListener {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #failures: Error[];

  constructor(failures: readonly Error[]) {
    this.#failures = [...failures];
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  async accept(): Promise<Deno.TcpConn> {
    const failure = this.#failures.shift();
    if (failure !== undefined) throw failure;
    return await this.#listener.accept();
  }

  close(): void {
    this.#listener.close();
  }
}

const outOfDescriptors = () => Object.assign(new Error("Too many open files"), { code: "EMFILE" });

Deno.test("acceptConnections() survives every failure, and closes an anonymous connection where descriptors run out", async () => {
  const grid = [outOfDescriptors(), new Error("aborted"), new Deno.errors.ConnectionAborted("x")];
  for (const hasStranger of [true, false]) {
    const listener = new FailingListener(grid);
    const failures: unknown[] = [];
    let made = 0;
    let taken = 0;
    const bothTaken = Promise.withResolvers<void>();
    const accepting = acceptConnections(listener as unknown as Deno.TcpListener, {
      onConnection(conn) {
        conn.close();
        if (++taken === 2) bothTaken.resolve();
        throw new Deno.errors.BadResource("x");
      },
      makeRoom() {
        made++;
        return hasStranger;
      },
      onFailure: (error) => failures.push(error),
    });
    const address = { hostname: "127.0.0.1", port: listener.port };
    const clients = [await Deno.connect(address), await Deno.connect(address)];
    await bothTaken.promise;
    for (const client of clients) client.close();
    listener.close();
    await accepting;
    assertEquals([made, failures.length > 0], [1, true]);
  }
});

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
