import type { Limits } from "../config/limits.ts";
import { AirlockError } from "../model/errors.ts";
import { FrameIntake } from "./frame_intake.ts";
import { FrameWriter } from "../process/frame_writer.ts";
import { decodeBody, type FrameBatches, readGuardedFrames } from "../model/frames.ts";
import {
  FRAME,
  type Hello,
  type HostAddress,
  PROTOCOL_VERSION,
  type Role,
} from "../model/protocol.ts";

/** One connection of a worker, its hello said. */
export interface WorkerConnection {
  readonly frames: FrameBatches;
  /** What the frames come through. */
  readonly intake: FrameIntake;
  readonly writer: FrameWriter;
  close(): void;
}

/** The connections of a worker, and nothing else listens after them. */
export type WorkerConnections = Readonly<Record<Role, WorkerConnection>>;

/** Where one worker, and only it, connects. */
interface WorkerListener {
  readonly address: HostAddress;
  /** What the worker must say to be believed; undefined where the socket itself is private. */
  readonly token: string | undefined;
  /** Resolves when both connections stand, the listener closed; rejects with WORKER_UNAVAILABLE. */
  readonly connected: Promise<WorkerConnections>;
  /** Gives up waiting. */
  close(cause?: unknown): void;
}

/** Options of {@linkcode listenForWorker}. */
interface ListenForWorkerOptions {
  /** Path of the unix socket to make; absent for a loopback port with a token. */
  readonly socketPath?: string;
  /** Limits of the frames that a worker may send. */
  readonly limits: Limits;
}

/** Opens the listener of one worker. */
export function listenForWorker(options: ListenForWorkerOptions): WorkerListener {
  const { socketPath, limits } = options;
  const listener = socketPath === undefined
    ? Deno.listen({ hostname: "127.0.0.1", port: 0 })
    : Deno.listen({ transport: "unix", path: socketPath });
  const token = socketPath === undefined ? crypto.randomUUID() : undefined;
  const found = new Map<Role, WorkerConnection>();
  const both = Promise.withResolvers<WorkerConnections>();
  both.promise.catch(() => {});
  let refusals = 0;
  let closed = false;

  async function acceptAll(): Promise<void> {
    try {
      while (!closed) void greetOne(await listener.accept());
    } catch (cause) {
      // Also the way that closing the listener ends this loop.
      close(cause);
    }
  }

  async function greetOne(connection: Deno.Conn): Promise<void> {
    try {
      const { role, ...rest } = await greet(connection, { token, limits });
      if (closed || found.has(role)) throw new Error("nobody else is expected");
      found.set(role, rest);
    } catch (cause) {
      connection.close();
      if (socketPath !== undefined || ++refusals > MAX_REFUSALS) close(cause);
    }
    const [control, program] = [found.get("control"), found.get("program")];
    if (control && program) both.resolve({ control, program });
    if (control && program) close();
  }

  function close(cause?: unknown): void {
    if (closed) return;
    closed = true;
    listener.close();
    both.reject(
      new AirlockError("WORKER_UNAVAILABLE", "Cannot start worker: it did not connect", { cause }),
    );
    if (found.size < 2) { for (const connection of found.values()) connection.close(); }
  }

  acceptAll();
  return { address: addressOf(listener), token, connected: both.promise, close };
}

/** On a loopback port anybody may knock, but not for ever. */
const MAX_REFUSALS = 32;

function addressOf({ addr }: Deno.Listener): HostAddress {
  if (addr.transport === "unix") return { transport: "unix", path: (addr as Deno.UnixAddr).path };
  const { hostname, port } = addr as Deno.NetAddr;
  return { transport: "tcp", hostname, port };
}

async function greet(
  connection: Deno.Conn,
  { token, limits }: { token: string | undefined; limits: Limits },
): Promise<WorkerConnection & { readonly role: Role }> {
  const intake = new FrameIntake("stranger", limits);
  const frames = readGuardedFrames(connection, intake);
  const { value } = await frames.next();
  const [first, ...rest] = value ?? [];
  if (first?.type !== FRAME.hello || rest.length > 0) throw new Error("it did not say hello");
  const hello = decodeBody(first) as Hello | null;
  if (hello?.version !== PROTOCOL_VERSION) throw new Error("it speaks another version");
  if (token !== undefined && hello.token !== token) throw new Error("it has not the token");
  if (hello.role !== "control" && hello.role !== "program") throw new Error("it has no role");
  intake.listenTo(hello.role);
  return {
    role: hello.role,
    frames,
    intake,
    writer: new FrameWriter(connection),
    close() {
      intake[Symbol.dispose]();
      try {
        connection.close();
      } catch {
        // Closed already.
      }
    },
  };
}
