import { exists } from "@std/fs";
import { fromFileUrl, join } from "@std/path";

const folder = fromFileUrl(new URL("../../../shared/data", import.meta.url));

/** Raw tools of one server, as they were listed. */
export interface Case {
  readonly file: string;
  readonly tools: readonly RawTool[];
}

/** A tool as it was listed, with arguments that fit and that do not where somebody noted them. */
export interface RawTool {
  readonly name: unknown;
  readonly _examples?: { readonly valid?: unknown[]; readonly invalid?: unknown[] };
}

/** Gives all catalogues of the shared data; none, and says so, where it is missing. */
export async function readCases(): Promise<readonly Case[]> {
  if (!await exists(folder)) {
    console.warn(`Skipped: ${folder} is missing`);
    return [];
  }
  const cases: Case[] = [];
  for (const kind of ["catalogs", "schemas"]) {
    for await (const { name } of Deno.readDir(join(folder, kind))) {
      if (!name.endsWith(".json")) continue;
      const { tools } = JSON.parse(await Deno.readTextFile(join(folder, kind, name)));
      cases.push({ file: `${kind}/${name}`, tools });
    }
  }
  return cases.sort((one, other) => one.file < other.file ? -1 : 1);
}
