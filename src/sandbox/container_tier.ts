import { dirname, join } from "@std/path";
import { ensureDir, exists } from "@std/fs";
import { findCommand } from "../process/find_command.ts";
import { CONTAINER_RUNTIMES, type ContainerRuntime } from "./container_runtimes.ts";
import { findLibraries, type Library } from "./find_libraries.ts";
import type { Launchers } from "../process/find_launchers.ts";
import { PODMAN_STATE, podmanArgs } from "./podman_args.ts";
import { SYSTEM_PATH } from "./system_path.ts";
import { recordPath } from "./run_directory.ts";
import type { EncloseOptions, Tier } from "./tier.ts";
import { type CreateTierOptions, requirement, type TierOffer } from "./tier_offer.ts";
import { offerIfItStarts } from "./offer_if_it_starts.ts";
import type { WorkerCommand } from "./worker_command.ts";

/** The tier of containers, made by podman with the OCI runtime of that name. */
export async function offerContainer(runtime = "crun"): Promise<TierOffer> {
  const rules = CONTAINER_RUNTIMES[runtime];
  const known = Object.keys(CONTAINER_RUNTIMES).join(", ");
  const find = (command: string) => findCommand(command, { path: SYSTEM_PATH, cwd: "/" });
  const [podman, runtimePath, unshare, libraries] = await Promise.all([
    find("podman"),
    find(runtime),
    find("unshare"),
    findLibraries(Deno.execPath()),
  ]);
  const requirements = [
    requirement("podman is installed", podman, HOW_TO_GET_PODMAN),
    requirement(`the runtime ${runtime} is known`, rules, `Known are ${known}`),
    requirement(
      `the runtime ${runtime} is installed`,
      runtimePath,
      `Install it: ${rules?.install ?? "it must be in the system's path"}`,
    ),
    requirement("unshare is installed", unshare, "Install it: apt-get install util-linux"),
    requirement("ldd names Deno's libraries", libraries, "Install it: apt-get install libc-bin"),
  ];
  if (!podman || !rules || !runtimePath || !unshare || !libraries) return { requirements };
  const means = { unshare, podman, runtime: runtimePath, rules, libraries };
  return await offerIfItStarts({
    requirements,
    create: (options) => createContainerTier(means, options),
    howToAllow: HOW_TO_ALLOW,
  });
}

/** Docker has no way to run a folder: it would need an image in its store, and a daemon. */
const HOW_TO_GET_PODMAN = "Install it: apt-get install podman (docker alone does not do)";

/** Whoever is not root first becomes it, in a namespace where that means nothing outside. */
function namespaces(): string[] {
  return [
    ...(Deno.uid() === 0 ? [] : ["--user", "--map-root-user"]),
    "--mount",
    "--pid",
    "--fork",
    "--kill-child=KILL",
    "--mount-proc",
  ];
}

const HOW_TO_ALLOW =
  "Allow user namespaces (sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone=1); " +
  "in a container, start that with --privileged; runsc, and any runtime where both generations of " +
  "control groups are mounted, want root";

interface Means {
  readonly unshare: string;
  readonly podman: string;
  readonly runtime: string;
  readonly rules: ContainerRuntime;
  readonly libraries: readonly Library[];
}

async function createContainerTier(
  { unshare, podman, libraries, ...means }: Means,
  { dir, launchers }: CreateTierOptions,
): Promise<Tier> {
  const rootDir = join(dir, "root");
  const settingsPath = join(dir, "containers.conf");
  const [script, isHybrid] = await Promise.all([
    fetch(new URL("./container.sh", import.meta.url)).then((response) => response.text()),
    exists("/sys/fs/cgroup/unified"),
    writeRoot(rootDir, libraries),
    Deno.writeTextFile(settingsPath, SETTINGS),
  ]);
  const start = [
    unshare,
    ...namespaces(),
    "/bin/sh",
    "-c",
    script,
    isHybrid ? "hybrid" : "plain",
    podman,
  ];
  const recordOf = ({ room }: EncloseOptions) =>
    means.rules.record === "pipe" ? recordPath(room) : "/dev/stderr"; // which podman passes on
  const unlimited = withoutLimits(launchers).flat();
  return {
    name: "container",
    rooms: "mounts",
    holdable: means.rules.holdable,
    record: means.rules.record,
    memoryFile: means.rules.memoryFile,
    enclose(command, options) {
      const [first, ...args] = [
        ...unlimited,
        ...start,
        ...podmanArgs(recorded(command, recordOf(options)), { ...options, ...means, rootDir }),
      ];
      const env = { PATH: SYSTEM_PATH, HOME: PODMAN_STATE, CONTAINERS_CONF: settingsPath };
      return { command: first!, args, env };
    },
  };
}

/** Deno writes down every permission that is touched. */
function recorded(command: WorkerCommand, record: string): WorkerCommand {
  return { ...command, env: { ...command.env, DENO_AUDIT_PERMISSIONS: record } };
}

/** A worker's limits would be podman's own; the container sets them where they belong. */
function withoutLimits(launchers: Launchers): Launchers {
  return launchers.filter(([path]) => !path!.endsWith("/prlimit"));
}

/** Nothing of the machine's own settings is read, and locks are of the run alone. */
const SETTINGS = `[engine]
events_logger = "none"
lock_type = "file"
`;

/** The root file system of all containers: the libraries, and where things are mounted. */
async function writeRoot(rootDir: string, libraries: readonly Library[]): Promise<void> {
  await Promise.all(
    ["dev", "proc", "sys", "etc", "run", "tmp"].map((name) => ensureDir(join(rootDir, name))),
  );
  await Promise.all(libraries.map(async ({ path, file }) => {
    await ensureDir(dirname(join(rootDir, path)));
    await Deno.copyFile(file, join(rootDir, path));
  }));
}
