import { join } from "@std/path";
import { limitsSection } from "../config/limits.ts";
import { findCommand, findLaunchers } from "../process/find_command.ts";
import { createRunDirectory, recordPath, socketPath } from "./run_directory.ts";
import type { Requirement, TierOffer, WorkerCommand } from "./tier.ts";

/** Where a system keeps its commands; the environment's own PATH is ignored. */
export const SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Resolves to the path of one of the system's commands, if it is installed. */
export function findSystemCommand(command: string): Promise<string | undefined> {
  return findCommand(command, { path: SYSTEM_PATH, cwd: "/" });
}

/** Returns the requirement, met where `found` is defined. */
export function requirement(name: string, found: unknown, remedy: string): Requirement {
  return found !== undefined
    ? { name, state: "met", remedy: "" }
    : { name, state: "missing", remedy };
}

/** A library at the path where a program looks for it, which may be a link, and its file. */
export interface Library {
  readonly path: string;
  readonly file: string;
}

/** Finds the libraries that a program loads, its loader included; undefined where `ldd` fails. */
export async function findLibraries(program = Deno.execPath()): Promise<Library[] | undefined> {
  try {
    const { success, stdout } = await new Deno.Command("ldd", {
      args: [program],
      stdin: "null",
      stderr: "null",
    }).output();
    if (!success) return undefined;
    const paths = libraryPaths(new TextDecoder().decode(stdout));
    return await Promise.all(
      paths.map(async (path) => ({ path, file: await Deno.realPath(path) })),
    );
  } catch {
    return undefined;
  }
}

/** Reads paths from what `ldd` prints: `name => /path (0x…)`, and `/path (0x…)` for the loader. */
function libraryPaths(text: string): string[] {
  const lines = text.matchAll(/^\s*(?:\S+ => )?(\/\S+) \(0x[0-9a-f]+\)$/gm);
  return [...new Set(lines.map(([, path]) => path!))];
}

/**
 * Offers a tier if Deno starts in it, as the last requirement: what is installed may be forbidden.
 *
 * @param howToAllow the remedy where the system refuses it
 */
export async function offerIfItStarts(
  { requirements, create, howToAllow }: Required<TierOffer> & { readonly howToAllow: string },
): Promise<TierOffer> {
  const refusal = await tryTier(create);
  const remedy = `It says "${refusal}". ${howToAllow}`;
  const starts = requirement("Deno starts in it", refusal === undefined || undefined, remedy);
  const all = [...requirements, starts];
  return refusal === undefined ? { requirements: all, create } : { requirements: all };
}

/** Starts Deno once within a tier, as a worker is started; returns the complaint of a failure. */
async function tryTier(create: Required<TierOffer>["create"]): Promise<string | undefined> {
  const dir = await Deno.makeTempDir({ prefix: "airlock-" });
  try {
    const [guestDir, modulesDir, servers] = ["guest", "modules", "servers"].map(
      (name) => join(dir, name),
    ) as [string, string, string];
    await Promise.all([guestDir, modulesDir, servers].map((path) => Deno.mkdir(path)));
    const tier = await create({ dir, launchers: await findLaunchers() });
    const runDir = await createRunDirectory(join(dir, "run"), { servers, show: tier.folders });
    // What is mounted must exist.
    const mounted = [socketPath(runDir), recordPath(runDir)];
    await Promise.all(mounted.map((path) => Deno.writeTextFile(path, "")));
    const deno = { command: Deno.execPath(), args: ["--version"], env: { DENO_DIR: "/dev/null" } };
    const limits = limitsSection.parse({});
    return await tryCommand(tier.enclose(deno, { runDir, guestDir, modulesDir, limits }));
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

const TIMEOUT_MS = 10_000;

/** Runs a command once; returns the last line of its complaint if it fails. */
async function tryCommand({ command, args, env }: WorkerCommand): Promise<string | undefined> {
  try {
    const { success, code, stderr } = await new Deno.Command(command, {
      args: [...args],
      env: { ...env },
      clearEnv: true,
      stdin: "null",
      stdout: "null",
      stderr: "piped",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).output();
    if (success) return undefined;
    return new TextDecoder().decode(stderr).trim().split("\n").at(-1) || `exit code ${code}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
