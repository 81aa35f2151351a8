import { join } from "@std/path";

/** What is wrong with a machine when a command starts. */
export interface StartUpFault {
  readonly name: string;
  /** Makes it so, in a folder that a run has left; gives what the command gets beside its words. */
  make(root: string): Promise<Surroundings | void>;
}

/** What a command is started in. */
export interface Surroundings {
  readonly env?: Readonly<Record<string, string>>;
  /** Shell words before the command, with the folder as `$ROOT`. */
  readonly shell?: string;
}

const PAGE = 4_096;

/** What can befall a file. */
const FILE_FAULTS: Readonly<Record<string, (path: string) => Promise<void>>> = {
  "is empty": (path) => Deno.truncate(path, 0),
  "is a folder": async (path) => {
    await Deno.remove(path);
    await Deno.mkdir(path);
  },
  "is noise": async (path) => {
    const bytes = crypto.getRandomValues(new Uint8Array(3 * PAGE));
    await Deno.writeFile(path, bytes);
  },
  "has damaged pages": async (path) => {
    const bytes = await Deno.readFile(path);
    const from = bytes.length > 2 * PAGE ? PAGE : Math.min(16, bytes.length >> 1);
    for (let i = from; i < bytes.length; i++) if (i % 3 === 0) bytes[i] = 0xa5;
    await Deno.writeFile(path, bytes);
  },
  "is cut off": async (path) => {
    await Deno.truncate(path, ((await Deno.stat(path)).size * 2) / 3 | 0);
  },
  "is a link to nothing": async (path) => {
    await Deno.remove(path);
    await Deno.symlink("/nowhere/at/all", path);
  },
};

const STATE_FILES = [
  ...["audit.db", "audit.key", "journal.sqlite", "journal.key", "privacy.sqlite", "privacy.key"],
  ...["sessions.sqlite", "gateway-token"],
];

const READ_ONLY = (folder: string) =>
  `mount --bind "$ROOT/${folder}" "$ROOT/${folder}" && mount -o remount,ro,bind "$ROOT/${folder}" && `;

/** What can befall a folder. */
const FOLDER_FAULTS: Readonly<
  Record<string, (root: string, folder: string) => Promise<Surroundings | void>>
> = {
  "is a file": async (root, folder) => {
    await Deno.remove(join(root, folder), { recursive: true });
    await Deno.writeTextFile(join(root, folder), "");
  },
  "is a link to nothing": async (root, folder) => {
    await Deno.remove(join(root, folder), { recursive: true });
    await Deno.symlink("/nowhere/at/all", join(root, folder));
  },
  "can only be read": (_root, folder) => Promise.resolve({ shell: READ_ONLY(folder) }),
  "is on a full disk": (_root, folder) =>
    Promise.resolve({
      shell: `mount -t tmpfs -o size=8k,mode=700 none "$ROOT/${folder}" && ` +
        `(cat /dev/zero > "$ROOT/${folder}/full" 2>/dev/null; true) && `,
    }),
};

const FOLDERS = [".airlock", "servers", "skills", "workspace"];

const CONFIGS: Readonly<Record<string, string>> = {
  "is empty": "",
  "is no JSON": '{ "mcpServers": ',
  "is no object": "[7]",
  "is null": "null",
  "has an unknown key": '{ "mcpSrvers": {} }',
  "has a wrong value": '{ "limits": { "timeoutMs": "long" } }',
  "names a tier that is not there": '{ "isolation": { "tier": "container", "runtime": "kata" } }',
  "refers to a variable that is not there":
    '{ "gateway": { "principals": { "a": { "token": "${env:NOT_THERE_AT_ALL}" } } } }',
  "refers to a file that is not there":
    '{ "gateway": { "principals": { "a": { "token": "${file:./none}" } } } }',
  "names a folder under a file": '{ "folders": { "state": "./airlock.json/state" } }',
  "names a folder with a zero": '{ "folders": { "state": "./a\\u0000b" } }',
  "names a path that is too long": `{ "folders": { "state": "./${"a".repeat(300)}" } }`,
};

/** All faults: of each file and folder of the state, of the configuration, of the machine. */
export const START_UP_FAULTS: readonly StartUpFault[] = [
  ...STATE_FILES.flatMap((file) =>
    Object.entries(FILE_FAULTS).map(([what, make]) => ({
      name: `${file} ${what}`,
      make: (root: string) => make(join(root, ".airlock", file)),
    }))
  ),
  ...FOLDERS.flatMap((folder) =>
    Object.entries(FOLDER_FAULTS).map(([what, make]) => ({
      name: `${folder} ${what}`,
      make: (root: string) => make(root, folder),
    }))
  ),
  ...Object.entries(CONFIGS).map(([what, text]) => ({
    name: `airlock.json ${what}`,
    make: (root: string) => Deno.writeTextFile(join(root, "airlock.json"), text),
  })),
  ...Object.entries(FILE_FAULTS).map(([what, make]) => ({
    name: `airlock.json itself ${what}`,
    make: (root: string) => make(join(root, "airlock.json")),
  })),
  ...["none", "airlock.json"].map((name) => ({
    name: `TMPDIR is ${name}`,
    make: (root: string) => Promise.resolve({ env: { TMPDIR: join(root, name) } }),
  })),
  { name: "PATH is empty", make: () => Promise.resolve({ shell: "PATH=/nowhere; " }) },
  { name: "there are 30 descriptors", make: () => Promise.resolve({ shell: "ulimit -n 30; " }) },
];

/** One use of each command, in such a folder. */
export const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  serve: ["--port", "0"],
  run: ["program.ts"],
  mcp: [],
  audit: ["verify"],
  approvals: ["list"],
  skills: ["list"],
  sessions: ["list"],
  servers: ["list"],
  privacy: ["report"],
  workspace: ["list"],
  doctor: [],
  generate: ["--check"],
  search: ["leads"],
};
