import { ensureDir } from "@std/fs";
import { dirname } from "@std/path";
import { z } from "zod";
import type { LearnedState } from "./learned_choices.ts";

const MAX_FILE_BYTES = 16 * 1024 * 1024;

const learnedFile = z.strictObject({
  version: z.literal(1),
  terms: z.array(z.strictObject({
    term: z.string().max(100),
    choices: z.array(z.strictObject({
      server: z.string().max(1_000),
      tool: z.string().max(1_000),
      count: z.number().min(0),
    })),
  })),
});

/** Reads what was learned; a file that is missing or not ours is nothing learned. */
export async function readLearned(path: string): Promise<LearnedState> {
  try {
    if ((await Deno.stat(path)).size > MAX_FILE_BYTES) return [];
    return learnedFile.safeParse(JSON.parse(await Deno.readTextFile(path))).data?.terms ?? [];
  } catch {
    return [];
  }
}

/** Writes what was learned, whole or not at all. Of two runtimes the last to write is kept. */
export async function writeLearned(path: string, terms: LearnedState): Promise<void> {
  const unfinished = `${path}.${crypto.randomUUID()}.tmp`;
  await ensureDir(dirname(path));
  try {
    const text = JSON.stringify({ version: 1, terms });
    await Deno.writeTextFile(unfinished, text, { mode: 0o600, createNew: true });
    await Deno.rename(unfinished, path);
  } catch (error) {
    await Deno.remove(unfinished).catch(() => {});
    throw error;
  }
}
