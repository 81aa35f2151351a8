import { join } from "@std/path";
import type { EncloseOptions } from "./tier.ts";

/** A file that a worker imports. */
export interface WorkerFile {
  /** Its name; all of them stand in one folder. */
  readonly path: string;
  readonly js: string;
}

/** The folder that one run lives in; its name tells nothing of the host. */
export interface Room {
  readonly dir: string;
  readonly servers: string;
  /** Empty, and the run's own: what a program writes there goes no further than a draft. */
  readonly skills: string;
  readonly workspace: string;
  /** Where the program and what it links stand. */
  readonly linked: string;
  /** The folders that `servers` and `workspace` lead to. */
  readonly targets: RoomFolders & { readonly workspace: string };
  /** Whether `servers` and `workspace` are links to them, or they are mounted there. */
  readonly show: "links" | "mounts";
}

/** Where the runtime writes down the permissions that a worker touches: no right covers it. */
export function recordPath({ dir }: Pick<Room, "dir">): string {
  return join(dir, "record");
}

/** The folders that a room leads to. */
export interface RoomFolders {
  readonly servers: string;
  /** Absent for one in the room itself, which goes with it. */
  readonly workspace?: string | undefined;
  /** What a worker may do with the files of its workspace and with drafts. Default: write them. */
  readonly access?: "read" | "write" | undefined;
}

/** Options of {@linkcode createRoom}. */
export interface CreateRoomOptions extends RoomFolders {
  /** Whether the folders are linked, or empty ones made that they are mounted on. */
  readonly show: "links" | "mounts";
}

/** Makes the room of one run in `dir`, which must not exist. */
export async function createRoom(
  dir: string,
  { show, ...folders }: CreateRoomOptions,
): Promise<Room> {
  const workspace = join(dir, "workspace");
  const room: Room = {
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
    Deno.mkdir(room.linked),
    Deno.mkdir(room.skills),
    ...(["servers", "workspace"] as const).map((name) => {
      const target = folders[name];
      const isLink = show === "links" && target !== undefined;
      return isLink ? Deno.symlink(target, room[name]) : Deno.mkdir(room[name]);
    }),
  ]);
  return room;
}

/** Puts the files of a program in the room; gives the URL of the first. */
export async function writeModules(room: Room, files: readonly WorkerFile[]): Promise<string> {
  await Promise.all(files.map(({ path, js }) => Deno.writeTextFile(join(room.linked, path), js)));
  return new URL(`file://${room.linked}/${files[0]!.path}`).href;
}

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
