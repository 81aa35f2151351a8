import { join } from "@std/path";
import { findCommand } from "../process/find_command.ts";
import { bubblewrapArgs } from "./bubblewrap_args.ts";
import { findLibraries, type Library } from "./find_libraries.ts";
import { limitLaunchers } from "./prlimit_arguments.ts";
import { recordPath } from "./run_directory.ts";
import { SYSTEM_PATH } from "./system_path.ts";
import { isSeccompArch, seccompProgram } from "./seccomp_program.ts";
import type { Tier } from "./tier.ts";
import { type CreateTierOptions, requirement, type TierOffer } from "./tier_offer.ts";
import { offerIfItStarts } from "./offer_if_it_starts.ts";

/** The tier that shows a worker nothing of its machine but what the run needs. */
export async function offerBubblewrap(): Promise<TierOffer> {
  const { os, arch } = Deno.build;
  const filter = os === "linux" && isSeccompArch(arch) ? seccompProgram(arch) : undefined;
  const [bwrap, libraries] = await Promise.all([
    findCommand("bwrap", { path: SYSTEM_PATH, cwd: "/" }),
    findLibraries(Deno.execPath()),
  ]);
  const requirements = [
    requirement("Linux on x86_64 or aarch64", filter, `This is ${os} on ${arch}`),
    requirement("bwrap is installed", bwrap, "Install it: apt-get install bubblewrap"),
    requirement("ldd names Deno's libraries", libraries, "Install it: apt-get install libc-bin"),
  ];
  if (filter === undefined || bwrap === undefined || libraries === undefined) {
    return { requirements };
  }
  return await offerIfItStarts({
    requirements,
    create: (options) => createBubblewrapTier({ bwrap, libraries, filter }, options),
    howToAllow: HOW_TO_ALLOW,
  });
}

const HOW_TO_ALLOW =
  "Allow user namespaces (sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone=1, " +
  "kernel.apparmor_restrict_unprivileged_userns=0); in a container, by its seccomp profile";

interface Means {
  readonly bwrap: string;
  readonly libraries: readonly Library[];
  readonly filter: Uint8Array<ArrayBuffer>;
}

const SECCOMP_FD = 9;

async function createBubblewrapTier(
  { bwrap, libraries, filter }: Means,
  { dir, launchers }: CreateTierOptions,
): Promise<Tier> {
  const filterPath = join(dir, "seccomp.bpf");
  const [script] = await Promise.all([
    fetch(new URL("./bubblewrap.sh", import.meta.url)).then((response) => response.text()),
    Deno.writeFile(filterPath, filter, { mode: 0o600 }),
  ]);
  return {
    name: "bubblewrap",
    rooms: "mounts",
    holdable: true,
    record: "pipe",
    enclose(command, options) {
      const env = { ...command.env, DENO_AUDIT_PERMISSIONS: recordPath(options.room) };
      const [first, ...args] = [
        ...limitLaunchers(launchers, options.limits).flat(),
        ...["/bin/sh", "-c", script, filterPath, bwrap],
        ...bubblewrapArgs({ ...command, env }, { ...options, libraries, seccompFd: SECCOMP_FD }),
      ];
      return { command: first!, args, env: command.env };
    },
  };
}
