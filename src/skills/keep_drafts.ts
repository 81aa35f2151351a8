import { join } from "@std/path";
import { SKILL_FOLDER } from "./skill.ts";

/** A draft of a skill that a program wrote as a file. */
interface KeptDraft {
  /** The program's path: `./skills/dedupe/skill.ts`. */
  readonly path: string;
  readonly bytes: number;
}

const MAX_DRAFTS = 20;
const MAX_BYTES = 200_000;

/**
 * Keeps the drafts that a program wrote into its own `./skills/`, apart from the shared skills: a
 * person or a program may save one of them as a skill, with all checks.
 *
 * @param from the folder of a worker that has ended
 * @param options the folder of all drafts, with a folder for each run
 */
export async function keepDrafts(
  from: string,
  { drafts, runId }: { readonly drafts: string; readonly runId: string },
): Promise<KeptDraft[]> {
  const kept: KeptDraft[] = [];
  for (const { name, isDirectory } of await entriesOf(from)) {
    if (!isDirectory || !SKILL_FOLDER.test(name) || kept.length >= MAX_DRAFTS) continue;
    const source = join(from, name, "skill.ts");
    const stat = await Deno.lstat(source).catch(() => undefined);
    if (!stat?.isFile || stat.size > MAX_BYTES || (stat.nlink ?? 1) > 1) continue;
    const to = join(drafts, runId, name);
    await Deno.mkdir(to, { recursive: true, mode: 0o700 });
    await Deno.copyFile(source, join(to, "skill.ts"));
    kept.push({ path: `./skills/${name}/skill.ts`, bytes: stat.size });
  }
  return kept;
}

/** Removes the drafts of runs before a time, in milliseconds since 1970. */
export async function sweepDrafts(drafts: string, before: number): Promise<void> {
  for (const { name } of await entriesOf(drafts)) {
    const stat = await Deno.lstat(join(drafts, name)).catch(() => undefined);
    if ((stat?.mtime?.getTime() ?? before) >= before) continue;
    await Deno.remove(join(drafts, name), { recursive: true });
  }
}

async function entriesOf(dir: string): Promise<Deno.DirEntry[]> {
  return await Array.fromAsync(Deno.readDir(dir)).catch(() => []);
}
