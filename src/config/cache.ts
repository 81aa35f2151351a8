import { z } from "zod";

/** Where answers of tools are kept. */
export interface CacheConfig {
  /** Of all of them together, in memory. */
  readonly maxBytes: number;
}

const MiB = 1024 * 1024;

/** The section `cache`. */
export const cacheSection = z.strictObject({
  maxBytes: z.number().int().min(0).default(64 * MiB).describe("Of all answers that are kept"),
}).prefault({});
