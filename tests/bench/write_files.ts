/**
 * Writes files into a folder, counted as a worker counts them or not, and says how many milliseconds
 * of a processor that took:
 * `write_files.ts FOLDER COUNT alone|watched`
 *
 * @module
 */
import { cpuUsage } from "node:process";
import { createEntryCount } from "../../src/guest/guard_files.ts";

const [folder = "", count = "0", mode] = Deno.args;
const entries = createEntryCount(folder);
entries.allow(Number(count) * 2);
const write = mode === "watched"
  ? entries.counting(
    "writeTextFile",
    Deno.writeTextFile as typeof Deno.writeTextFile & (() => void),
  )
  : Deno.writeTextFile;
const text = "x".repeat(2_000);
const began = cpuUsage();
for (let at = 0; at < Number(count); at++) await write(`${folder}/${at}`, text);
const { user, system } = cpuUsage(began);
console.log((user + system) / 1_000);
