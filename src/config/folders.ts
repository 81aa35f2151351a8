import { z } from "zod";

/** Folders, absolute. */
export interface Folders {
  /** Of the wrappers. */
  readonly servers: string;
  /** Of the skills. */
  readonly skills: string;
  /** Of the sessions' files. */
  readonly workspace: string;
  /** Of what Airlock keeps for itself. */
  readonly state: string;
}

/** The section `folders`. */
export const foldersSection = z.strictObject({
  servers: z.string().default("servers"),
  skills: z.string().default("skills"),
  workspace: z.string().default("workspace"),
  state: z.string().default(".airlock"),
}).prefault({});
