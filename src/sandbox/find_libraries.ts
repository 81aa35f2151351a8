/** A library where a program looks for it, which may be a link, and where it stands. */
export interface Library {
  readonly path: string;
  readonly file: string;
}

/** Finds the libraries that a program loads, its loader included; undefined where `ldd` cannot say. */
export async function findLibraries(program: string): Promise<Library[] | undefined> {
  try {
    const { success, stdout } = await new Deno.Command("ldd", {
      args: [program],
      stdin: "null",
      stderr: "null",
    }).output();
    if (!success) return undefined;
    return await Promise.all(
      libraryPaths(new TextDecoder().decode(stdout)).map(async (path) => ({
        path,
        file: await Deno.realPath(path),
      })),
    );
  } catch {
    return undefined;
  }
}

/** The paths in what `ldd` prints: `name => /path (0x…)`, and `/path (0x…)` for the loader. */
export function libraryPaths(text: string): string[] {
  const paths = [...text.matchAll(/^\s*(?:\S+ => )?(\/\S+) \(0x[0-9a-f]+\)$/gm)].map(([, path]) =>
    path!
  );
  return [...new Set(paths)];
}
