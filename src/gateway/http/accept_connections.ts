/** Pause after a failure without a remedy. */
const PAUSE_MS = 100;

/**
 * Accepts connections until the listener is closed; no failure ends it. Where no descriptor is left,
 * an anonymous connection is closed. Where there is none, the newest is refused, with a descriptor
 * reserved for that: in the system's queue it would wait forever.
 */
export async function acceptConnections(
  listener: Deno.TcpListener,
  { onConnection, makeRoom, onFailure }: {
    readonly onConnection: (conn: Deno.TcpConn) => void;
    /** Closes a connection of less worth; false where there is none. */
    readonly makeRoom: () => boolean;
    readonly onFailure: (error: unknown) => void;
  },
): Promise<void> {
  const take = (conn: Deno.TcpConn) => {
    try {
      onConnection(conn);
    } catch (error) {
      onFailure(error);
    }
  };
  let spare = openSpare();
  while (true) {
    let conn: Deno.TcpConn;
    try {
      conn = await listener.accept();
    } catch (error) {
      if (isClosed(error)) break;
      onFailure(error);
      if (isOutOfDescriptors(error) && makeRoom()) continue;
      spare?.close();
      spare = await takeOrRefuse(listener, take);
      continue;
    }
    take(conn);
  }
  spare?.close();
}

/** Accepts the newest, or refuses it where no descriptor is left for a spare; returns the spare. */
async function takeOrRefuse(
  listener: Deno.TcpListener,
  onConnection: (conn: Deno.TcpConn) => void,
): Promise<Deno.FsFile | undefined> {
  try {
    const newest = await listener.accept();
    const spare = openSpare();
    if (spare !== undefined) onConnection(newest);
    else newest.close();
    return spare ?? openSpare();
  } catch {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    return openSpare();
  }
}

function openSpare(): Deno.FsFile | undefined {
  try {
    return Deno.openSync(Deno.build.os === "windows" ? "NUL" : "/dev/null");
  } catch {
    return undefined;
  }
}

function isClosed(error: unknown): boolean {
  return error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted;
}

function isOutOfDescriptors(error: unknown): boolean {
  const { code } = error as { readonly code?: string };
  return code === "EMFILE" || code === "ENFILE";
}
