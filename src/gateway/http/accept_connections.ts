/** Options of {@linkcode acceptConnections}. */
export interface AcceptConnectionsOptions {
  readonly onConnection: (conn: Deno.TcpConn) => void;
  /** Closes a connection of less worth; false where there is none. */
  readonly makeRoom: () => boolean;
  /** Hears why connections cannot be taken. */
  readonly onFailure: (error: unknown) => void;
}

/** A failure that nothing can be done about is over after a while, or comes again. */
const PAUSE_MS = 100;

/**
 * Takes connections until the listener is closed; no failure ends it. Where no descriptor is left,
 * a connection of a stranger makes room. Where there is none, the newest is sent away, with a
 * descriptor that is kept for that: in the queue of the system it would wait for ever.
 */
export async function acceptConnections(
  listener: Deno.TcpListener,
  { onConnection, makeRoom, onFailure }: AcceptConnectionsOptions,
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

/** Takes the newest, or refuses it where there is no descriptor beside its own; gives the spare one. */
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
