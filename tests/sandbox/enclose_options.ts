import { parseConfig } from "../../src/config/config.ts";
import type { RoomFolders } from "../../src/sandbox/run_directory.ts";
import type { EncloseOptions } from "../../src/sandbox/tier.ts";

/** A worker's command. */
export const COMMAND = {
  command: "/opt/deno",
  args: ["run", "stub.js"],
  env: { DENO_DIR: "/dev/null" },
};

/** A room that is mounted; its folders need not be there. */
export async function encloseOptions(targets: Partial<RoomFolders> = {}): Promise<EncloseOptions> {
  const dir = "/tmp/room";
  return {
    room: {
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
