import { join } from "@std/path";
import { limitsSection } from "../config/limits.ts";
import { findLaunchers } from "../process/find_command.ts";
import { createRoom, recordPath } from "./run_directory.ts";
import { requirement, type TierOffer } from "./tier.ts";
import type { WorkerCommand } from "./worker_command.ts";

/** Options of {@linkcode offerIfItStarts}. */
export interface OfferIfItStartsOptions extends Required<TierOffer> {
  /** What to do where the system refuses it. */
  readonly howToAllow: string;
}

/** Offers a tier where it does start, as a last requirement: what is installed may be forbidden. */
export async function offerIfItStarts(
  { requirements, create, howToAllow }: OfferIfItStartsOptions,
): Promise<TierOffer> {
  const refusal = await tryTier(create);
  const remedy = `It says "${refusal}". ${howToAllow}`;
  const starts = requirement(STARTS, refusal === undefined ? true : undefined, remedy);
  const all = [...requirements, starts];
  return refusal === undefined ? { requirements: all, create } : { requirements: all };
}

const STARTS = "Deno starts in it";

/** Starts Deno within a tier once, as a worker is started; gives the complaint where it fails. */
async function tryTier(create: Required<TierOffer>["create"]): Promise<string | undefined> {
  const dir = await Deno.makeTempDir({ prefix: "airlock-" });
  try {
    const [guestDir, modulesDir, servers] = ["guest", "modules", "servers"].map(
      (name) => join(dir, name),
    ) as [string, string, string, string];
    await Promise.all([guestDir, modulesDir, servers].map((path) => Deno.mkdir(path)));
    const tier = await create({ dir, launchers: await findLaunchers() });
    const room = await createRoom(join(dir, "room"), { servers, show: tier.rooms });
    // What is mounted must be there.
    await Promise.all(
      [join(room.dir, "rpc"), recordPath(room)].map((path) => Deno.writeTextFile(path, "")),
    );
    const deno = { command: Deno.execPath(), args: ["--version"], env: { DENO_DIR: "/dev/null" } };
    const limits = limitsSection.parse({});
    return await tryCommand(tier.enclose(deno, { room, guestDir, modulesDir, limits }));
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

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

const TIMEOUT_MS = 10_000;

/** Runs a command once; gives the last line of its complaint where it fails. */
export async function tryCommand(
  { command, args, env }: WorkerCommand,
): Promise<string | undefined> {
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

/** Where a system keeps its commands; what the environment says is not asked. */
export const SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
