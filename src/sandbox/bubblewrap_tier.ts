import { join } from "@std/path";
import { recordPath } from "./run_directory.ts";
import { isSeccompArch, seccompProgram } from "./seccomp_program.ts";
import type { CreateTierOptions, Tier, TierOffer } from "./tier.ts";
import {
  findLibraries,
  findSystemCommand,
  type Library,
  offerIfItStarts,
  requirement,
} from "./tier_requirements.ts";
import { limitLaunchers } from "./worker_command.ts";
import { bubblewrapArgs } from "./bubblewrap_args.ts";

/** Offers the tier that shows a worker nothing of its machine but what the run needs. */
export async function offerBubblewrap(): Promise<TierOffer> {
  const { os, arch } = Deno.build;
  const filter = os === "linux" && isSeccompArch(arch) ? seccompProgram(arch) : undefined;
  const [bwrap, libraries] = await Promise.all([findSystemCommand("bwrap"), findLibraries()]);
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

async function createBubblewrapTier(
  { bwrap, libraries, filter }: {
    readonly bwrap: string;
    readonly libraries: readonly Library[];
    readonly filter: Uint8Array<ArrayBuffer>;
  },
  { dir, launchers }: CreateTierOptions,
): Promise<Tier> {
  const filterPath = join(dir, "seccomp.bpf");
  const [script] = await Promise.all([
    fetch(new URL("./bubblewrap.sh", import.meta.url)).then((response) => response.text()),
    Deno.writeFile(filterPath, filter, { mode: 0o600 }),
  ]);
  return {
    name: "bubblewrap",
    folders: "mounts",
    holdable: true,
    record: "pipe",
    enclose(command, options) {
      const env = { ...command.env, DENO_AUDIT_PERMISSIONS: recordPath(options.runDir) };
      const [first, ...args] = [
        ...limitLaunchers(launchers, options.limits).flat(),
        ...["/bin/sh", "-c", script, filterPath, bwrap],
        ...bubblewrapArgs({ ...command, env }, { ...options, libraries }),
      ];
      return { command: first!, args, env: command.env };
    },
  };
}
