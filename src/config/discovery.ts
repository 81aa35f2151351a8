import { z } from "zod";

/** How tools are found. */
export interface DiscoveryConfig {
  /** Whether searches prefer what was called after queries of the same words. */
  readonly learn: boolean;
}

/** The section `discovery`. */
export const discoverySection = z.strictObject({
  learn: z.boolean().default(true).describe(
    "Whether searches prefer what was called after queries of the same words",
  ),
}).prefault({});
