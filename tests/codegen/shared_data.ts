import { exists } from "@std/fs";
import { fromFileUrl, join } from "@std/path";
import type { Tool } from "../../src/model/tool.ts";

const folder = fromFileUrl(new URL("../../../shared/data", import.meta.url));

/** A tool as a server lists it; case files say what its arguments may and may not be. */
export type SharedTool = Tool & {
  readonly _examples?: { readonly valid?: unknown[]; readonly invalid?: unknown[] };
};

/** One file of tools. */
export interface SharedFile {
  readonly name: string;
  readonly kind: "catalogs" | "schemas";
  /** The server's name where the file gives one. */
  readonly server: string;
  /** The names of servers where the file is about them. */
  readonly servers: readonly string[];
  readonly tools: readonly SharedTool[];
}

/** All catalogues and case files; none, and says so, where the shared data is missing. */
export async function readSharedFiles(): Promise<readonly SharedFile[]> {
  if (!await exists(folder)) {
    console.warn(`Skipped: ${folder} is missing`);
    return [];
  }
  const files: SharedFile[] = [];
  for (const kind of ["catalogs", "schemas"] as const) {
    for await (const { name } of Deno.readDir(join(folder, kind))) {
      if (!name.endsWith(".json")) continue;
      const file = JSON.parse(await Deno.readTextFile(join(folder, kind, name)));
      const { server = name.replace(".json", ""), servers = [], tools } = file;
      files.push({ name, kind, server, servers, tools });
    }
  }
  return files.sort((a, b) => a.name < b.name ? -1 : 1);
}
