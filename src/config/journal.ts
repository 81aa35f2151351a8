import { z } from "zod";

/** Where runs are written down. */
export interface JournalConfig {
  /** In the folder `state`, or not beyond the process. */
  readonly keep: "file" | "memory";
  /** How long results are kept. */
  readonly days: number;
}

/** The section `journal`. */
export const journalSection = z.strictObject({
  keep: z.enum(["file", "memory"]).default("file").describe(
    "Where runs are written down: in the folder `state`, or not beyond the process",
  ),
  days: z.number().int().min(1).max(3_650).default(7).describe("How long results are kept"),
}).prefault({});
