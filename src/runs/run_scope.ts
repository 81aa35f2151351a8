import type { Config } from "../config/config.ts";
import type { Capability } from "../model/tool.ts";
import { permittedAt } from "../model/permission.ts";
import type { RiskLevel } from "../model/risk.ts";
import type { RunPrivacy } from "../privacy/run_privacy.ts";
import type { RunFolders } from "../sandbox/tier.ts";
import type { Worker } from "../sandbox/sandbox.ts";
import { FolderWatch } from "../sandbox/watch_folders.ts";
import type { Recorder } from "./recorder.ts";
import type { Run } from "./run.ts";
import type { RuntimeParts } from "./runtime_parts.ts";
import type { ToolJudge } from "./tool_catalogue.ts";

/** What the runs of a runtime are carried out with. */
export interface RunHost {
  readonly config: Config;
  readonly parts: RuntimeParts;
  readonly judge: ToolJudge;
  readonly recorder: Recorder;
  /** Lets the end of the runtime wait for work that no run waits for. */
  readonly track: <T>(work: Promise<T>) => Promise<T>;
}

/** All that one attempt of a run works with; disposing of it gives everything back. */
export interface RunScope extends RunHost, AsyncDisposable {
  readonly run: Run;
  /** Folder of its session; absent for a run without one. */
  readonly sessionFolder: string | undefined;
  /** Resolves when personal data can be masked, which is needed before anything is written down. */
  readonly privacy: Promise<RunPrivacy>;
  /** Refuses a call for what its tool is now; throws what the program is to see. */
  checkTool(tool: Capability): Promise<void>;
}

/** The scope of a program, with its folders and a worker. */
export interface ProgramScope extends RunScope {
  readonly folders: RunFolders;
  readonly watch: FolderWatch;
  /** Takes the reserved worker, or one of a stronger tier. */
  takeWorker(level: RiskLevel): Promise<Worker>;
}

/** Opens the scope of an attempt: its session and its privacy session. */
export async function openScope(run: Run, host: RunHost): Promise<RunScope> {
  const { sessions, privacyService } = host.parts;
  const opened = new AsyncDisposableStack();
  const used = run.session === undefined ? undefined : opened.use(await sessions.use(run.session));
  const privacy = openPrivacy(run, { privacyService, opened });
  // The caller that awaits it is told why it could not be opened.
  privacy.catch(() => {});
  return {
    ...host,
    run,
    sessionFolder: used?.folder,
    privacy,
    checkTool: ({ server, tool }) =>
      host.judge.check([{ server, tool }], {
        permission: run.permission,
        action: "Cannot call tool",
      }),
    async [Symbol.asyncDispose]() {
      await privacy.catch(() => {});
      await opened.disposeAsync();
    },
  };
}

/** Opens the scope of a program: beside the rest a watch of its folders and a reserved worker. */
export async function openProgramScope(run: Run, host: RunHost): Promise<ProgramScope> {
  const { config, parts: { sandboxes, folderGuard: guard } } = host;
  await using opening = new AsyncDisposableStack();
  const scope = opening.use(await openScope(run, host));
  const folders = {
    servers: config.folders.servers,
    workspace: scope.sessionFolder,
    access: permittedAt(run.permission).files,
  };
  // Most programs are of low risk: their worker starts while they are read.
  const reservation = opening.use(sandboxes.at("low").reserve(folders));
  const opened = opening.move();
  return {
    ...scope,
    folders,
    watch: new FolderWatch(folders, { guard, limits: run.limits }),
    async takeWorker(level) {
      const sandbox = sandboxes.at(level);
      if (sandbox === sandboxes.at("low")) return await reservation.take();
      using stronger = sandbox.reserve(folders);
      return await stronger.take();
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** A run without a session keeps its privacy session until it is over, across attempts. */
async function openPrivacy(
  run: Run,
  { privacyService, opened }: {
    privacyService: RuntimeParts["privacyService"];
    opened: AsyncDisposableStack;
  },
): Promise<RunPrivacy> {
  if (run.session === undefined) {
    run.lease ??= await privacyService.open(run);
    return run.lease.privacy;
  }
  const lease = await privacyService.open(run);
  opened.use(lease);
  return lease.privacy;
}
