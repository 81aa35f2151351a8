import { ensureDir, exists } from "@std/fs";
import { dirname, join } from "@std/path";
import { recordPath } from "./run_directory.ts";
import type { CreateTierOptions, Tier, TierOffer } from "./tier.ts";
import {
  findLibraries,
  findSystemCommand,
  type Library,
  offerIfItStarts,
  requirement,
  SYSTEM_PATH,
} from "./tier_requirements.ts";
import { PODMAN_STATE, podmanArgs, type RuntimeRules } from "./podman_args.ts";

/** Rules of a runtime that shares the host's kernel. */
const SHARES_KERNEL = {
  options: [],
  runOptions: [
    // The user namespace of a container has one user: the user of the host.
    ...["--uidmap", "0:0:1", "--gidmap", "0:0:1"],
    // Control groups need rights that a user seldom has; limits of processes need none.
    "--cgroups=disabled",
  ],
  record: "pipe",
  holdable: true,
} as const;

const RUNTIMES: Readonly<Record<string, RuntimeRules>> = {
  crun: { ...SHARES_KERNEL, install: "apt-get install crun" },
  runc: { ...SHARES_KERNEL, install: "apt-get install runc" },
  runsc: {
    options: [
      "--runtime-flag=ignore-cgroups",
      "--runtime-flag=network=none",
      "--runtime-flag=host-uds=open", // the run's socket is reached by its path
      "--runtime-flag=platform=ptrace", // needs no right to the machine's virtualisation
    ],
    runOptions: [],
    memoryFile: "runsc-memory",
    record: "stderr",
    holdable: false,
    install: "apt-get install runsc",
  },
  kata: {
    options: [],
    runOptions: [],
    record: "stderr",
    holdable: false,
    install: "see katacontainers.io; it needs /dev/kvm",
  },
};

/** Offers the tier of containers, made by podman with the OCI runtime of that name. */
export async function offerContainer(runtime = "crun"): Promise<TierOffer> {
  const rules = RUNTIMES[runtime];
  const [podman, runtimePath, unshare, libraries] = await Promise.all([
    findSystemCommand("podman"),
    findSystemCommand(runtime),
    findSystemCommand("unshare"),
    findLibraries(),
  ]);
  const requirements = [
    requirement("podman is installed", podman, HOW_TO_GET_PODMAN),
    requirement(
      `the runtime ${runtime} is known`,
      rules,
      `Known are ${Object.keys(RUNTIMES).join(", ")}`,
    ),
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

/** Docker cannot run a folder: it needs an image in its store, and a daemon. */
const HOW_TO_GET_PODMAN = "Install it: apt-get install podman (docker alone does not do)";

const HOW_TO_ALLOW =
  "Allow user namespaces (sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone=1); " +
  "in a container, start that with --privileged; runsc, and any runtime where both generations of " +
  "control groups are mounted, want root";

async function createContainerTier(
  { unshare, podman, libraries, ...means }: {
    readonly unshare: string;
    readonly podman: string;
    readonly runtime: string;
    readonly rules: RuntimeRules;
    readonly libraries: readonly Library[];
  },
  { dir, launchers }: CreateTierOptions,
): Promise<Tier> {
  const { holdable, record, memoryFile } = means.rules;
  const rootDir = join(dir, "root");
  const settingsPath = join(dir, "containers.conf");
  const [script, isHybrid] = await Promise.all([
    fetch(new URL("./container.sh", import.meta.url)).then((response) => response.text()),
    exists("/sys/fs/cgroup/unified"),
    writeRoot(rootDir, libraries),
    Deno.writeTextFile(settingsPath, SETTINGS),
  ]);
  const start = [
    // Limits here would be podman's own; the container sets those of the worker.
    ...launchers.filter(([path]) => !path!.endsWith("/prlimit")).flat(),
    ...[unshare, ...namespaces()],
    ...["/bin/sh", "-c", script, isHybrid ? "hybrid" : "plain", podman],
  ];
  const settings = { PATH: SYSTEM_PATH, HOME: PODMAN_STATE, CONTAINERS_CONF: settingsPath };
  return {
    name: "container",
    folders: "mounts",
    holdable,
    record,
    memoryFile,
    enclose(command, options) {
      // Podman passes on standard error.
      const recordedIn = record === "pipe" ? recordPath(options.runDir) : "/dev/stderr";
      const env = { ...command.env, DENO_AUDIT_PERMISSIONS: recordedIn };
      const podmanOptions = { ...options, ...means, rootDir };
      const [first, ...args] = [...start, ...podmanArgs({ ...command, env }, podmanOptions)];
      return { command: first!, args, env: settings };
    },
  };
}

/** A user who is not root becomes it in a namespace where that means nothing outside. */
function namespaces(): string[] {
  return [
    ...(Deno.uid() === 0 ? [] : ["--user", "--map-root-user"]),
    ...["--mount", "--pid", "--fork", "--kill-child=KILL", "--mount-proc"],
  ];
}

/** The machine's own settings are not read, and locks are of the run alone. */
const SETTINGS = `[engine]
events_logger = "none"
lock_type = "file"
`;

/** Writes the root file system of all containers: the libraries, and the mount points. */
async function writeRoot(rootDir: string, libraries: readonly Library[]): Promise<void> {
  await Promise.all(
    ["dev", "proc", "sys", "etc", "run", "tmp"].map((name) => ensureDir(join(rootDir, name))),
  );
  await Promise.all(libraries.map(async ({ path, file }) => {
    await ensureDir(dirname(join(rootDir, path)));
    await Deno.copyFile(file, join(rootDir, path));
  }));
}
