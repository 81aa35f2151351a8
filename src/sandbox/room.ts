import { join } from "@std/path";

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
  readonly skills: string;
  readonly workspace: string;
  /** Where the program and what it links stand. */
  readonly linked: string;
  /** The folders that `servers`, `skills` and `workspace` lead to. */
  readonly targets: readonly string[];
  readonly writableTargets: readonly string[];
}

/** The folders that a room leads to. */
export interface RoomFolders {
  readonly servers: string;
  readonly skills: string;
  readonly workspace: string;
}

/** Makes the room of one run in `dir`, which must not exist. */
export async function createRoom(dir: string, folders: RoomFolders): Promise<Room> {
  const room: Room = {
    dir,
    servers: join(dir, "servers"),
    skills: join(dir, "skills"),
    workspace: join(dir, "workspace"),
    linked: join(dir, "linked"),
    targets: [folders.servers, folders.skills, folders.workspace],
    writableTargets: [folders.workspace],
  };
  await Deno.mkdir(dir, { mode: 0o700 });
  await Promise.all([
    Deno.mkdir(room.linked),
    Deno.symlink(folders.servers, room.servers),
    Deno.symlink(folders.skills, room.skills),
    Deno.symlink(folders.workspace, room.workspace),
  ]);
  return room;
}

/** Puts the files of a program in the room; gives the URL of the first. */
export async function furnishRoom(room: Room, files: readonly WorkerFile[]): Promise<string> {
  await Promise.all(files.map(({ path, js }) => Deno.writeTextFile(join(room.linked, path), js)));
  return new URL(`file://${room.linked}/${files[0]!.path}`).href;
}
