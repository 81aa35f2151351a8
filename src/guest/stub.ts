/**
 * The worker's main thread. The program never runs here but in the thread started below, because a
 * main module's import graph is loaded without asking the permissions and a thread's is not.
 *
 * Arguments: the address of the run's RPC listener. Standard input: the token of a TCP listener and
 * a newline, then silence; its end means that the host is gone.
 */
import { FrameWriter } from "../process/frame_writer.ts";
import { decodeBody, readFrames } from "../model/frames.ts";
import { FRAME, type HostAddress, PROTOCOL_VERSION } from "../model/protocol.ts";

const HOST_GONE = 137;
const THREAD_DIED = 1;
const CLOCK_BYTES = 1024;

const address = JSON.parse(Deno.args[0] ?? "") as HostAddress;
const token = address.transport === "tcp" ? await readLine() : undefined;
watchStdin();

// Making the thread blocks this one for a while; the connection is made meanwhile, and before the
// thread gives up the right to connect for the whole process.
const connecting = connect();
const program = new Worker(new URL("./program_thread.js", import.meta.url), {
  type: "module",
  name: JSON.stringify({ address, token }),
});
const { connection, writer } = await connecting;
program.onerror = (event) => {
  event.preventDefault();
  reportDeath(writer, event.message);
};
await obeyClock();

async function connect(): Promise<{ connection: Deno.Conn; writer: FrameWriter }> {
  const connection: Deno.Conn = await Deno.connect(address as Deno.ConnectOptions);
  if ("setNoDelay" in connection) (connection as Deno.TcpConn).setNoDelay();
  const writer = new FrameWriter(connection);
  await writer.send(FRAME.hello, 0, { version: PROTOCOL_VERSION, role: "control", token });
  return { connection, writer };
}

async function readLine(): Promise<string> {
  const bytes: number[] = [];
  const byte = new Uint8Array(1);
  while (await Deno.stdin.read(byte) !== null && byte[0] !== 10) bytes.push(byte[0] ?? 0);
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

async function watchStdin(): Promise<void> {
  const chunk = new Uint8Array(64);
  try {
    while (await Deno.stdin.read(chunk) !== null);
  } finally {
    Deno.exit(HOST_GONE);
  }
}

/** Reports an end of the program's thread by an error that its own code could not send. */
async function reportDeath(writer: FrameWriter, message: string): Promise<void> {
  const thrown = { name: "Error", message: String(message), stack: "" };
  await writer.send(FRAME.thrown, 0, thrown);
  Deno.exit(THREAD_DIED);
}

/** Ends the process at the run's time limit, for a host that is stopped or starved. */
async function obeyClock(): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  for await (const frames of readFrames(connection, CLOCK_BYTES)) {
    for (const frame of frames) {
      const { timeoutMs } = decodeBody(frame) as { timeoutMs: number };
      clearTimeout(timer);
      timer = setTimeout(() => Deno.exit(HOST_GONE), timeoutMs);
    }
  }
  Deno.exit(HOST_GONE);
}
