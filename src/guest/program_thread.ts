/**
 * The thread that the program runs on. The order matters: connect, give up the right to connect,
 * remove what no program needs, then wait for the program.
 */
import { createEntryCount } from "./guard_files.ts";
import { dropGlobals, loadKeptGlobals, replaceClone } from "./drop_globals.ts";
import { disarmCore, disarmRuntime, runtimeInternals, sealRealm } from "./harden_runtime.ts";
import { createFrameSender, createHostCalls } from "./host_calls.ts";
import { createLogOutput, createProgramEnd, runProgram, watchUncaught } from "./run_program.ts";
import { replaceEntropy } from "./replace_entropy.ts";
import { createRunClock } from "./run_clock.ts";
import { Buffer } from "./node/buffer.ts";
import { replaceTimers } from "./replace_timers.ts";
import { decodeBody, encodeBody, type Frame, readFrames } from "../model/frames.ts";
import { FRAME, type HostAddress, PROTOCOL_VERSION, type Start } from "../model/protocol.ts";

/** The host's limits hold; a frame's length has 32 bits. */
const ANY_LENGTH = 2 ** 32 - 1;

const { address, token } = JSON.parse((globalThis as unknown as { name: string }).name) as {
  address: HostAddress;
  token: string | undefined;
};
const connection: Deno.Conn = await Deno.connect(address as Deno.ConnectOptions);
if ("setNoDelay" in connection) (connection as Deno.TcpConn).setNoDelay();
const sender = createFrameSender(connection);
const hello = encodeBody({ version: PROTOCOL_VERSION, role: "program", token });
await sender.sendBody(FRAME.hello, 0, hello);
const internals = runtimeInternals();
const clock = createRunClock();
const entropy = replaceEntropy(clock);
const calls = createHostCalls(sender, clock);
dropPermissions(address);
await disarmRuntime();
const output = createLogOutput();
const end = createProgramEnd(sender, output);
const entries = createEntryCount("./workspace");
watchUncaught(internals.core, end);
replaceTimers(internals.core);
Object.defineProperty(globalThis, "Buffer", { value: Buffer, writable: true, configurable: true });
loadKeptGlobals();
replaceClone();
await disarmCore(connection);
sealRealm();
const { importModule } = dropGlobals({ internals, calls, output, end, entries });

// Most programs import it: it is loaded before one comes.
await importModule(new URL("./client.js", import.meta.url).href);

for await (const frames of readFrames(connection, ANY_LENGTH)) {
  for (let at = 0; at < frames.length; at++) take(frames[at]!);
}

function take(frame: Frame): void {
  if (frame.type !== FRAME.start) return calls.settle(frame);
  const { module, callsInFlight, workspaceFiles, chance } = decodeBody(frame) as Start;
  calls.allow(callsInFlight);
  entries.allow(workspaceFiles);
  clock.start(chance.startedAt, chance.clockReads);
  entropy.start(Uint8Array.fromHex(chance.seed));
  runProgram(() => importModule(module), end);
}

/** Both connections are open; from here on nothing in this process can open or accept another. */
function dropPermissions(address: HostAddress): void {
  Deno.permissions.revokeSync({ name: "net" });
  if (address.transport === "tcp") return;
  Deno.permissions.revokeSync({ name: "read", path: address.path });
  Deno.permissions.revokeSync({ name: "write", path: address.path });
}
