const FOLDER = new URL("../../../shared/data/attacks/", import.meta.url);

/** A program that says `ESCAPED:` where it got out. */
export interface AttackProgram {
  readonly name: string;
  readonly code: string;
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

/** The corpus of attack programs, aimed at the canaries; undefined where it is missing. */
export async function attackPrograms(
  { folder, port }: AttackTargets,
): Promise<AttackProgram[] | undefined> {
  const programs: AttackProgram[] = [];
  try {
    for await (const { name } of Deno.readDir(FOLDER)) {
      if (!/\.[jt]s$/.test(name)) continue;
      const text = await Deno.readTextFile(new URL(name, FOLDER));
      const code = text
        .replaceAll('"/tmp/escape-" + "canary"', JSON.stringify(folder))
        .replaceAll("/tmp/escape-canary", folder)
        .replaceAll("47999", String(port))
        // So that it writes where a program may.
        .replaceAll('"/workspace"', '"./workspace"');
      const twice = /^.*run twice/.test(text);
      programs.push({ name, code, twice, needsLink: code.includes("link-out") });
    }
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  return programs.sort((a, b) => a.name < b.name ? -1 : 1);
}
