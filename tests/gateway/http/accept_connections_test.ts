import { assertEquals } from "@std/assert";
import { acceptConnections } from "../../../src/gateway/http/accept_connections.ts";

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
