import { parseConfig } from "../../src/config/config.ts";
import type { EncloseOptions, RunFolders } from "../../src/sandbox/tier.ts";

/** A worker's command. */
export const COMMAND = {
  command: "/opt/deno",
  args: ["run", "stub.js"],
  env: { DENO_DIR: "/dev/null" },
};

/** A run directory with mounts; its folders need not exist. */
export async function encloseOptions(targets: Partial<RunFolders> = {}): Promise<EncloseOptions> {
  const dir = "/tmp/run";
  return {
    runDir: {
      dir,
      servers: `${dir}/servers`,
      skills: `${dir}/skills`,
      workspace: `${dir}/workspace`,
      linked: `${dir}/linked`,
      show: "mounts",
      targets: {
        servers: "/data/servers",
        ...targets,
        workspace: targets.workspace ?? "/data/s1",
      },
    },
    guestDir: "/tmp/guest",
    modulesDir: "/tmp/modules",
    limits: (await parseConfig({})).limits,
  };
}
