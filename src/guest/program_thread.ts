/**
 * The thread that the program runs on. Everything here happens in this order: connect, give up the
 * right to connect, take away what no program needs, then wait for the program.
 */
import { connectHost } from "./connect_host.ts";
import { createEntryCount } from "./guard_files.ts";
import { dropGlobals, loadKeptGlobals, replaceClone } from "./drop_globals.ts";
import { disarmCore, disarmRuntime, runtimeInternals, sealRealm } from "./harden_runtime.ts";
import { createFrameSender, createHostCalls } from "./host_calls.ts";
import { createLogOutput, createProgramEnd, runProgram, watchUncaught } from "./run_program.ts";
import { replaceChance } from "./replace_entropy.ts";
import { createRunClock } from "./run_clock.ts";
import { Buffer } from "./node/buffer.ts";
import { replaceTimers } from "./replace_timers.ts";
import { decodeBody, type Frame, readFrames } from "../model/frames.ts";
import { FRAME, type HostAddress, type Start } from "../model/protocol.ts";

/** The host decides what is too large; a frame's length has 32 bits. */
const ANY_LENGTH = 2 ** 32 - 1;

const { address, token } = JSON.parse((globalThis as unknown as { name: string }).name) as {
  address: HostAddress;
  token: string | undefined;
};
const { connection } = await connectHost(address, { role: "program", token });
const sender = createFrameSender(connection);
const internals = runtimeInternals();
const clock = createRunClock();
const chance = replaceChance(clock);
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

// Most programs import it, and it is loaded by the time that one comes.
await importModule(new URL("./client.js", import.meta.url).href);

for await (const frames of readFrames(connection, ANY_LENGTH)) {
  for (let at = 0; at < frames.length; at++) take(frames[at]!);
}

function take(frame: Frame): void {
  if (frame.type !== FRAME.start) return calls.settle(frame);
  const { module, callsInFlight, workspaceFiles, chance: first } = decodeBody(frame) as Start;
  calls.allow(callsInFlight);
  entries.allow(workspaceFiles);
  clock.start(first.startedAt, first.clockReads);
  chance.start(Uint8Array.fromHex(first.seed));
  runProgram(() => importModule(module), end);
}

/** The connections stand; from here on nothing in this process can open or accept another. */
function dropPermissions(address: HostAddress): void {
  Deno.permissions.revokeSync({ name: "net" });
  if (address.transport === "tcp") return;
  Deno.permissions.revokeSync({ name: "read", path: address.path });
  Deno.permissions.revokeSync({ name: "write", path: address.path });
}
