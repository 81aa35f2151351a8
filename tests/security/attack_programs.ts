import { sampled } from "../fixtures/sampled.ts";

/** The corpus that stands beside the project, where it does, and the project's own. */
const FOLDERS = {
  corpus: new URL("../../../shared/data/attacks/", import.meta.url),
  own: new URL("../fixtures/programs/attacks/", import.meta.url),
};

/** Where a program comes from. */
export type AttackOrigin = keyof typeof FOLDERS;

/** A program that says `ESCAPED:` where it got out. */
export interface AttackProgram {
  readonly name: string;
  readonly origin: AttackOrigin;
  /** What it attacks: "env", "fs", "map", "mod", "net", "proc", "res", "store" or "wrk". */
  readonly kind: string;
  /** Aimed at nothing yet, see {@linkcode aimedAt}. */
  readonly text: string;
  /** Its first run prepares what its second one uses. */
  readonly twice: boolean;
  /** It looks for a link that stands in its workspace before it runs. */
  readonly needsLink: boolean;
}

/** Where the canaries are. */
export interface AttackTargets {
  readonly folder: string;
  readonly port: number;
}

/** Reads all attack programs; a folder that is missing is said. */
export async function attackPrograms(): Promise<AttackProgram[]> {
  const found = await Promise.all((["corpus", "own"] as const).map(readFolder));
  return found.flat();
}

async function readFolder(origin: AttackOrigin): Promise<AttackProgram[]> {
  const programs: AttackProgram[] = [];
  try {
    for await (const { name } of Deno.readDir(FOLDERS[origin])) {
      if (!/\.[jt]s$/.test(name)) continue;
      const text = await Deno.readTextFile(new URL(name, FOLDERS[origin]));
      const twice = /^.*run twice/.test(text);
      const kind = name.split("-")[0]!;
      programs.push({ name, origin, kind, text, twice, needsLink: text.includes("link-out") });
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.log("The corpus of attack programs is not there; the project's own ones are");
  }
  return programs.sort((a, b) => a.name < b.name ? -1 : 1);
}

/** The program's text, aimed at canaries. */
export function aimedAt({ text }: AttackProgram, { folder, port }: AttackTargets): string {
  return text
    .replaceAll('"/tmp/escape-" + "canary"', JSON.stringify(folder))
    .replaceAll("/tmp/escape-canary", folder)
    .replaceAll("47999", String(port))
    // So that it writes where a program may.
    .replaceAll('"/workspace"', '"./workspace"');
}

/** A sample of the programs, with each kind and each origin. */
export function sampleAttacks(
  programs: readonly AttackProgram[],
  { name, keep }: { name: string; keep: number },
): AttackProgram[] {
  return sampled(programs, {
    keep,
    name: `attacks, ${name}`,
    kinds: ({ origin, kind }) => [origin, kind],
  });
}
