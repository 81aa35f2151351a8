import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { parseConfig } from "../../src/config/config.ts";
import type { Isolation } from "../../src/config/limits.ts";
import { findLaunchers } from "../../src/process/find_command.ts";
import { FRAME } from "../../src/model/protocol.ts";
import { decodeBody } from "../../src/model/frames.ts";
import { writeGuestFiles } from "../../src/sandbox/guest_files.ts";
import { openTier } from "../../src/sandbox/open_tier.ts";
import { RecordPipes } from "../../src/sandbox/record_permissions.ts";
import { startWorker } from "../../src/sandbox/start_worker.ts";

/**
 * A program that nobody has judged, as if it had found a way to modules of Node's, run as any other
 * is: the last wall of the default tier.
 */
const PROGRAM = `export default async () => {
const way = {
  process: async () => (await import("node:process")).getBuiltinModule("fs"),
  processObject: async () => (await import("node:process")).default.env,
  require: async () => (await import("node:module")).createRequire("file:///a")("node:fs"),
  nodeThread: async () => new (await import("node:worker_threads")).Worker("0", { eval: true }),
  fork: async () => (await import("node:child_process")).execSync("id"),
  databaseFolder: async () => {
    const { DatabaseSync } = await import("node:sqlite");
    const database = new DatabaseSync(":memory:");
    database.exec("PRAGMA temp_store_directory = '" + OUTSIDE + "'");
  },
  databaseQuery: async () => {
    const { DatabaseSync } = await import("node:sqlite");
    return DatabaseSync.prototype.prepare.call(new DatabaseSync(":memory:"), "SELECT 1").get();
  },
  databaseRestored: async () => {
    const { DatabaseSync } = await import("node:sqlite");
    delete DatabaseSync.prototype.exec;
    new DatabaseSync(":memory:").exec("SELECT 1");
  },
  lateProcess: async () => {
    const { deprecate } = (await import("node:util")).default;
    const { EventEmitter } = await import("node:events");
    let got;
    EventEmitter.prototype.on = function () { got = this; return this; };
    deprecate(() => 1, "old")();
    return got.getBuiltinModule("fs");
  },
  thread: () => new Worker("data:text/javascript,0", { type: "module" }),
  gpu: () => navigator.gpu.requestAdapter(),
  polluted: () => { Object.prototype.env = {}; },
  stackFrames: () => {
    Error.prepareStackTrace = (_error, sites) => sites;
    return new Error().stack[0].getFunction();
  },
};
const through = [];
for (const [name, attempt] of Object.entries(way)) {
  try { await attempt(); through.push(name); } catch {}
}
return through;
}; //`;

Deno.test("a program that has Node's modules gets no process, thread, database or driver by them", async () => {
  assertEquals(await runUnjudged(PROGRAM), []);
});

/** Runs the text in a worker's thread, past the judge of imports. */
async function runUnjudged(js: string): Promise<unknown> {
  const dir = await Deno.makeTempDir();
  try {
    const [guestDir, modulesDir, servers] = ["guest", "modules", "servers"]
      .map((name) => join(dir, name)) as [string, string, string];
    await writeGuestFiles(guestDir);
    await Promise.all([modulesDir, servers].map((folder) => Deno.mkdir(folder)));
    const { limits } = await parseConfig({});
    const tier = await openTier({ tier: "process" } as Isolation, {
      dir,
      launchers: await findLaunchers(),
    });
    await using worker = await startWorker({ servers }, {
      ...{ pipes: new RecordPipes(dir), cgroups: undefined },
      dir,
      guestDir,
      modulesDir,
      tier,
      limits,
      groups: { add() {}, remove() {} },
    });
    const outside = JSON.stringify(dir);
    const url = await worker.writeModules(
      [{ path: "program.js", js: js.replaceAll("OUTSIDE", outside) }],
    );
    const { program } = worker.connections;
    await program.writer.send(FRAME.start, 0, {
      module: String(url),
      callsInFlight: 1,
      workspaceFiles: 100,
      chance: { startedAt: 0, seed: "00".repeat(32), clockReads: [] },
    });
    for await (const batch of program.frames) {
      for (const frame of batch) return (decodeBody(frame) as { value: unknown }).value;
    }
    throw new Error("The worker ended");
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}
