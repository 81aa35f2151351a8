import { z } from "zod";

/** Limits of one run, all of them set. */
export interface Limits {
  /** From the start of the program to its end, in milliseconds; at most five minutes. */
  readonly timeoutMs: number;
  /** Of all cores together, in milliseconds. */
  readonly cpuMs: number;
  /** Of a worker, in cores: 0.5 is half of one; it may use a little more for a moment. */
  readonly cpuShare: number;
  /** Of all programs of one principal, and of what is done for them, within any minute. */
  readonly principalCpuMs: number;
  /** Of V8's heap. */
  readonly heapBytes: number;
  /** Of the whole worker: the heap, what lies outside of it, and the runtime itself. */
  readonly memoryBytes: number;
  /** Of the worker, the runtime's own among them. */
  readonly threads: number;
  /** At once. */
  readonly openFiles: number;
  /** Of one file. */
  readonly fileBytes: number;
  /** Of all files of the workspace. */
  readonly workspaceBytes: number;
  /** Files and folders of the workspace. */
  readonly workspaceFiles: number;
  /** Of all that a program logs. */
  readonly outputBytes: number;
  /** Tool calls and questions of the module `airlock`. */
  readonly calls: number;
  /** Of them at once; further ones wait in the worker. */
  readonly callsInFlight: number;
  /** Of one call's arguments, of one call's result, and of the value. */
  readonly callBytes: number;
  /** Of one call's arguments, where that is less. */
  readonly argumentBytes: number;
  /** Of the same as `callBytes`: levels of objects and lists. */
  readonly callDepth: number;
  /** Of the same: JSON values, be they objects, lists, texts, numbers or words. */
  readonly callNodes: number;
  /** Of a call's arguments and of its result: names in one object. */
  readonly callNames: number;
  /** Of one question of the module `airlock`, and of the error that ends a program. */
  readonly askBytes: number;
  /** Of the program's text. */
  readonly programBytes: number;
  /** A larger value goes to the workspace and comes back by reference. */
  readonly resultModelTokens: number;
}

/** The longest that a run may take, whoever asks for it. */
export const MAX_TIMEOUT_MS = 300_000;

const MiB = 1024 * 1024;

/** The section `limits`. */
export const limitsSection = z.strictObject({
  timeoutMs: z.number().int().min(1).max(MAX_TIMEOUT_MS).default(30_000),
  cpuMs: z.number().int().min(1).max(3_600_000).default(60_000).describe("Of all cores together"),
  cpuShare: z.number().min(0.05).max(64).default(1).describe(
    "Of one worker, in cores: 0.5 is half of one",
  ),
  principalCpuMs: z.number().int().min(1_000).max(86_400_000).default(120_000).describe(
    "CPU time within any minute of all programs of one principal, the owner too",
  ),
  heapBytes: z.number().int().min(16 * MiB).default(512 * MiB),
  memoryBytes: z.number().int().min(96 * MiB).default(1_024 * MiB).describe(
    "Of the whole worker: the heap, what lies outside of it, and some 60 MiB of the runtime's own",
  ),
  threads: z.number().int().min(16).default(128).describe("The runtime itself may have 50"),
  openFiles: z.number().int().min(64).max(65_536).default(256),
  fileBytes: z.number().int().min(1).default(256 * MiB).describe("Of one file"),
  workspaceBytes: z.number().int().min(1).default(512 * MiB),
  workspaceFiles: z.number().int().min(1).max(1_000_000).default(10_000).describe(
    "Files and folders",
  ),
  outputBytes: z.number().int().min(1).default(1 * MiB).describe("Of all that a program logs"),
  calls: z.number().int().min(0).default(1_000),
  callsInFlight: z.number().int().min(1).default(100),
  callBytes: z.number().int().min(1).max(1_024 * MiB).default(128 * MiB).describe(
    "Of one call's arguments, of one call's result, and of the value",
  ),
  argumentBytes: z.number().int().min(1_024).max(512 * MiB).default(16 * MiB).describe(
    "Of one call's arguments, where that is less",
  ),
  callDepth: z.number().int().min(8).max(1_000).default(200).describe(
    "Of the same as callBytes: levels of objects and lists",
  ),
  callNodes: z.number().int().min(100).max(10_000_000).default(1_000_000).describe(
    "Of the same: JSON values, be they objects, lists, texts, numbers or words",
  ),
  callNames: z.number().int().min(100).max(1_000_000).default(100_000).describe(
    "Of a call's arguments and of its result: names in one object",
  ),
  askBytes: z.number().int().min(1_024).max(128 * MiB).default(16 * MiB).describe(
    "Of one question of the module `airlock`, and of the error that ends a program",
  ),
  programBytes: z.number().int().min(1).default(1 * MiB),
  resultModelTokens: z.number().int().min(1).default(8_000).describe(
    "A larger value goes to the workspace and comes back by reference",
  ),
}).prefault({});
