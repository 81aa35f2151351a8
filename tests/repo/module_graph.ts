import { join, toFileUrl } from "@std/path";
import { walkFiles } from "./walk_files.ts";

/** One module of `deno info --json`, as far as it is read here. */
interface ModuleInfo {
  readonly specifier: string;
  readonly dependencies?: readonly {
    readonly code?: { readonly specifier?: string };
    readonly type?: { readonly specifier?: string };
  }[];
}

/**
 * Reads which files below `src` import which, as `deno info --json` tells it: static and dynamic
 * imports, types, texts, re-exports. Paths are relative to `src`; imports that lead out of it are left out.
 */
export async function readModuleGraph(src: string): Promise<Map<string, Set<string>>> {
  const files = (await walkFiles(src)).filter((file) => file.endsWith(".ts"));
  const dir = await Deno.makeTempDir();
  const entry = join(dir, "all.ts");
  try {
    const imports = files.map((file) => `import ${JSON.stringify(toFileUrl(file).href)};`);
    await Deno.writeTextFile(entry, imports.join("\n"));
    const { stdout, stderr, success } = await new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", "--config", join(src, "../deno.json"), entry],
    }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as { modules: ModuleInfo[] };
    const root = toFileUrl(src).href;
    const own = modules.filter(({ specifier }) => specifier.startsWith(root));
    return new Map(own.map(({ specifier, dependencies = [] }) => {
      const targets = dependencies.flatMap(({ code, type }) => [code?.specifier, type?.specifier]);
      const inside = targets.filter((target) => target?.startsWith(root));
      return [
        specifier.slice(root.length),
        new Set(inside.map((target) => target!.slice(root.length))),
      ];
    }));
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}
