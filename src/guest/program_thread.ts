/**
 * The thread that the program runs on. Everything here happens in this order: connect, give up the
 * right to connect, take away what no program needs, then wait for the program.
 */
import { connectHost } from "./connect_host.ts";
import { createEntryCount } from "./count_entries.ts";
import { dropGlobals } from "./drop_globals.ts";
import { createHostCalls } from "./host_calls.ts";
import { createLogOutput } from "./log_output.ts";
import { createProgramEnd } from "./program_end.ts";
import { replaceChance } from "./replace_chance.ts";
import { createRunClock } from "./run_clock.ts";
import { runProgram } from "./run_program.ts";
import { decodeBody, readFrames } from "../rpc/frames.ts";
import { FRAME, type HostAddress, type Start } from "../rpc/protocol.ts";

/** The host decides what is too large; a frame's length has 32 bits. */
const ANY_LENGTH = 2 ** 32 - 1;

const { address, token } = JSON.parse((globalThis as unknown as { name: string }).name) as {
  address: HostAddress;
  token: string | undefined;
};
const { connection, writer } = await connectHost(address, { role: "program", token });
const clock = createRunClock();
const chance = replaceChance(clock);
const calls = createHostCalls(writer, clock);
dropPermissions(address);
const output = createLogOutput();
const end = createProgramEnd(writer, output);
const entries = createEntryCount("./workspace");
const { importModule } = dropGlobals({ calls, output, end, entries });

// Most programs import it, and it is loaded by the time that one comes.
await importModule(new URL("./client.js", import.meta.url).href);

for await (const frames of readFrames(connection, ANY_LENGTH)) {
  for (const frame of frames) {
    if (frame.type !== FRAME.start) {
      calls.settle(frame);
      continue;
    }
    const start = decodeBody(frame) as Start;
    const { module, callsInFlight, workspaceFiles } = start;
    const { startedAt, seed, clockReads } = start.chance;
    calls.allow(callsInFlight);
    entries.allow(workspaceFiles);
    clock.start(startedAt, clockReads);
    chance.start(Uint8Array.fromHex(seed));
    runProgram(() => importModule(module), end);
  }
}

/** The connections stand; from here on nothing in this process can open or accept another. */
function dropPermissions(address: HostAddress): void {
  Deno.permissions.revokeSync({ name: "net" });
  if (address.transport === "tcp") return;
  Deno.permissions.revokeSync({ name: "read", path: address.path });
  Deno.permissions.revokeSync({ name: "write", path: address.path });
}
