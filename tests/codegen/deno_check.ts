import { ensureDir } from "@std/fs";
import { dirname, join } from "@std/path";

/** One thing that the type checker found. */
export interface Finding {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

/** Options of {@linkcode denoCheck}. */
export interface DenoCheckOptions {
  readonly exactOptionalPropertyTypes: boolean;
}

/** Type-checks files in a folder of their own with `deno check`; gives what it found. */
export async function denoCheck(
  files: ReadonlyMap<string, string>,
  options: DenoCheckOptions,
): Promise<Finding[]> {
  const folder = await Deno.makeTempDir();
  try {
    const compilerOptions = { strict: true, noUncheckedIndexedAccess: true, ...options };
    await Deno.writeTextFile(join(folder, "deno.json"), JSON.stringify({ compilerOptions }));
    for (const [path, text] of files) {
      await ensureDir(dirname(join(folder, path)));
      await Deno.writeTextFile(join(folder, path), text);
    }
    const command = new Deno.Command(Deno.execPath(), {
      args: ["check", "--quiet", "."],
      cwd: folder,
      env: { NO_COLOR: "1" },
      stderr: "piped",
    });
    const { success, stderr } = await command.output();
    const found = readFindings(new TextDecoder().decode(stderr), await Deno.realPath(folder));
    if (!success && found.length === 0) throw new Error(new TextDecoder().decode(stderr));
    return found;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function readFindings(output: string, folder: string): Finding[] {
  const found: Finding[] = [];
  for (const report of output.split(/^(?=(?:error: )?(?:Uncaught )?TS\d+ )/m)) {
    const place = report.match(/^ +at file:\/\/(\S+?):(\d+):\d+$/m);
    if (!place) continue;
    const file = decodeURIComponent(place[1]!).slice(folder.length + 1);
    found.push({ file, line: Number(place[2]), message: report.split("\n")[0]! });
  }
  return found;
}
