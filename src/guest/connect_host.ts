import { FrameWriter } from "../process/frame_writer.ts";
import { FRAME, type HostAddress, PROTOCOL_VERSION, type Role } from "../model/protocol.ts";

/** Options of {@linkcode connectHost}. */
export interface ConnectHostOptions {
  readonly role: Role;
  readonly token: string | undefined;
}

/** Connects to the run's listener and says hello. */
export async function connectHost(
  address: HostAddress,
  { role, token }: ConnectHostOptions,
): Promise<{ connection: Deno.Conn; writer: FrameWriter }> {
  const connection = address.transport === "unix"
    ? await Deno.connect(address)
    : await Deno.connect(address);
  if ("setNoDelay" in connection) connection.setNoDelay();
  const writer = new FrameWriter(connection);
  await writer.send(FRAME.hello, 0, { version: PROTOCOL_VERSION, role, token });
  return { connection, writer };
}
