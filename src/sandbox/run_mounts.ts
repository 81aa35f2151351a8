import type { EncloseOptions } from "./tier.ts";

/** A folder of the host that is mounted for a worker. */
export interface RoomMount {
  readonly from: string;
  /** Where the worker sees it: at the path that it has in a room of links too. */
  readonly at: string;
  readonly access: "read" | "write";
}

/** What a tier of mounts shows a worker of its host, beside the run's socket. */
export function mountsOf(
  { room, guestDir, modulesDir }: Omit<EncloseOptions, "limits">,
): RoomMount[] {
  const { access = "write" } = room.targets;
  return [
    { from: guestDir, at: guestDir, access: "read" },
    { from: modulesDir, at: modulesDir, access: "read" },
    { from: room.linked, at: room.linked, access: "read" },
    { from: room.targets.servers, at: room.servers, access: "read" },
    { from: room.skills, at: room.skills, access },
    { from: room.targets.workspace, at: room.workspace, access },
  ];
}
