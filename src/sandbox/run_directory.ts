import { join } from "@std/path";
import type { EncloseOptions, RunDirectory, RunFolders } from "./tier.ts";

export interface WorkerFile {
  /** Its name; all of them are in one folder. */
  readonly path: string;
  readonly js: string;
}

/** Makes the directory of one run at `dir`, which must not exist. */
export async function createRunDirectory(
  dir: string,
  { show, ...folders }: RunFolders & Pick<RunDirectory, "show">,
): Promise<RunDirectory> {
  const workspace = join(dir, "workspace");
  const runDir: RunDirectory = {
    dir,
    servers: join(dir, "servers"),
    skills: join(dir, "skills"),
    workspace,
    linked: join(dir, "linked"),
    targets: { ...folders, workspace: folders.workspace ?? workspace },
    show,
  };
  await Deno.mkdir(dir, { mode: 0o700 });
  await Promise.all([
    Deno.mkdir(runDir.linked),
    Deno.mkdir(runDir.skills),
    ...(["servers", "workspace"] as const).map((name) => {
      const target = folders[name];
      const isLink = show === "links" && target !== undefined;
      return isLink ? Deno.symlink(target, runDir[name]) : Deno.mkdir(runDir[name]);
    }),
  ]);
  return runDir;
}

export function socketPath({ dir }: RunDirectory): string {
  return join(dir, "rpc");
}

/** The file in which the runtime records the permissions that a worker touches: no right covers it. */
export function recordPath({ dir }: RunDirectory): string {
  return join(dir, "record");
}

/** Writes the files of a program; returns the URL of the first. */
export async function writeModules(
  { linked }: RunDirectory,
  files: readonly WorkerFile[],
): Promise<string> {
  await Promise.all(files.map(({ path, js }) => Deno.writeTextFile(join(linked, path), js)));
  return new URL(`file://${linked}/${files[0]!.path}`).href;
}

/** Returns the host's folders that are mounted for a worker, each at the path that a link would have. */
export function mountsOf({ runDir, guestDir, modulesDir }: Omit<EncloseOptions, "limits">): {
  readonly from: string;
  readonly at: string;
  readonly access: "read" | "write";
}[] {
  const { access = "write" } = runDir.targets;
  return [
    { from: guestDir, at: guestDir, access: "read" },
    { from: modulesDir, at: modulesDir, access: "read" },
    { from: runDir.linked, at: runDir.linked, access: "read" },
    { from: runDir.targets.servers, at: runDir.servers, access: "read" },
    { from: runDir.skills, at: runDir.skills, access },
    { from: runDir.targets.workspace, at: runDir.workspace, access },
  ];
}
