import { join } from "@std/path";
import type { RunAudit } from "../audit/audit_trail.ts";
import { permittedAt } from "../model/permission.ts";
import type { Risk } from "../model/risk.ts";
import type { PrivacyLease } from "../privacy/privacy_service.ts";
import type { RunPrivacy } from "../privacy/run_privacy.ts";
import { tracePositions } from "../program/source_positions.ts";
import { createPathHider, createRedactor } from "../result/redactor.ts";
import type { RunResult } from "../model/run_result.ts";
import { shapeResult } from "../result/shape_result.ts";
import type { RunFolders } from "../sandbox/tier.ts";
import type { Reservation, Worker } from "../sandbox/sandbox.ts";
import { FolderWatch } from "../sandbox/watch_folders.ts";
import { keepDrafts } from "../skills/keep_drafts.ts";
import { moveFolder, openWorkspace } from "../workspace/workspace.ts";
import { admitProgram } from "./admit_program.ts";
import type { BegunRun } from "./begin_run.ts";
import { chooseMode } from "./choose_mode.ts";
import { resultWithoutWorker } from "./result_without_worker.ts";
import type { RunServices } from "./run_services.ts";
import { runSingleCall } from "./run_single_call.ts";
import { startOfProgram } from "./run_start.ts";
import { type AdmittedProgram, serveProgram } from "./serve_program.ts";

/** The way of a program from its request to its result, or to where a person must decide. */
export async function runProgram(
  run: BegunRun,
  services: RunServices & { audit: RunAudit },
): Promise<RunResult> {
  const { config, parts, privacySessions, audit } = services;
  const { isResumed } = run;
  using used = run.session === undefined ? undefined : await parts.sessions.use(run.session);
  const { files: access } = permittedAt(run.permission);
  const room = { servers: config.folders.servers, workspace: used?.folder, access };
  // Opened while the program is read, and there before anything is written down.
  const opening = privacySessions.open(run);
  opening.catch(() => {});
  await using _closing = { [Symbol.asyncDispose]: () => releasePrivacy(opening) };
  const folders = new FolderWatch(room, { guard: parts.folderGuard, limits: run.limits });
  // Most programs are of low risk: their worker starts while they are read, if they need one.
  using reservation = run.request.mode === "auto"
    ? undefined
    : parts.sandboxes.at("low").reserve(room);
  const program = await admitProgram(run, { ...services, folders, opening });
  const { privacy } = await opening;
  const isAuto = run.request.mode === "auto" && !("refused" in program);
  const chosen = isAuto ? await chooseMode(program, parts.catalogue) : undefined;
  const start = startOfProgram(program, { run, config, mode: chosen?.mode });
  await audit.started({ ...start, isResumed });
  if ("refused" in program) {
    return await resultWithoutWorker(program.refused, { run, privacy, parts });
  }
  if (chosen?.mode === "classic") {
    const session = used?.folder;
    const result = await runSingleCall(program, chosen.call, {
      ...services,
      run,
      privacy,
      session,
    });
    return { ...result, mode: chosen.mode, modeReason: chosen.reason };
  }
  const worker = await run.trace.stage(
    "worker",
    () => takeWorker(program.risk, { reservation, room, services }),
  );
  const result = await execute(program, { run, worker, room, folders, privacy, services });
  countSkills(program.skills, { run, result, services });
  return chosen === undefined
    ? result
    : { ...result, mode: chosen.mode, modeReason: chosen.reason };
}

/** Whoever waits for it hears why it could not be opened. */
async function releasePrivacy(opening: Promise<PrivacyLease>): Promise<void> {
  const lease = await opening.catch(() => undefined);
  await lease?.[Symbol.asyncDispose]();
}

/** A worker that is ready is of no use to a program that needs a stronger tier. */
async function takeWorker(
  { level }: Risk,
  { reservation, room, services: { parts: { sandboxes } } }: {
    /** Absent where it was not known whether the program needs one. */
    reservation: Reservation | undefined;
    room: RunFolders;
    services: RunServices;
  },
): Promise<Worker> {
  const sandbox = sandboxes.at(level);
  if (reservation !== undefined && sandbox === sandboxes.at("low")) return await reservation.take();
  using later = sandbox.reserve(room);
  return await later.take();
}

interface ExecuteOptions {
  readonly run: BegunRun;
  readonly worker: Worker;
  readonly room: RunFolders;
  readonly folders: FolderWatch;
  readonly privacy: RunPrivacy;
  readonly services: RunServices & { readonly audit: RunAudit };
}

async function execute(program: AdmittedProgram, options: ExecuteOptions): Promise<RunResult> {
  const { run, worker, room, folders, privacy, services } = options;
  const { config, parts, judge, audit } = services;
  try {
    const workspace = await openWorkspace(worker.workspace, {
      isNew: room.workspace === undefined,
    });
    const hidePaths = createPathHider({
      room: worker.dir,
      folders: shownFolders(worker, services),
      toSource: tracePositions(program.positions),
    });
    const redactor = createRedactor({ privacy, principal: run.principal, hidePaths });
    const { permission } = run;
    const served = await run.trace.stage(
      "execute",
      () =>
        serveProgram(program, {
          ...{ parts, config, run, worker, folders, privacy, redactor, hidePaths, audit },
          purpose: services.trials.has(run.request) ? "trial" : "run",
          checkTool: (tool) => judge.check([tool], { permission, action: "Cannot call tool" }),
        }),
    );
    const { warnings } = program;
    const servers = served.ending.kind === "thrown" ? await parts.wrappers.folders() : [];
    const shown = {
      ...{ ...run.record(), ...served, workspace, hidePaths, redactor, warnings, servers },
      async measureLeft() {
        await folders.check(worker);
        return folders.left();
      },
    };
    const result = await run.trace.stage("result", () => shapeResult(shown));
    // What waits is run again from the start, and writes its files again.
    return result.status === "waiting" ? result : await keepFiles(result, options);
  } finally {
    // Nobody needs to wait until the process is gone and its room is cleared.
    services.track(Promise.resolve(worker[Symbol.asyncDispose]()));
  }
}

/** Keeps what the program wrote, where it does not lie in a session already. */
async function keepFiles(
  result: RunResult,
  { worker, room, services: { config: { folders } } }: ExecuteOptions,
): Promise<RunResult> {
  const { runId } = result;
  const drafted = await keepDrafts(worker.drafts, { drafts: join(folders.state, "drafts"), runId });
  if (room.workspace === undefined && result.files.length > 0) {
    await moveFolder(worker.workspace, join(folders.workspace, runId));
  }
  return { ...result, files: [...result.files, ...drafted] };
}

/** Folders of the host that a program's texts may name, and what they are to the program. */
function shownFolders(
  { workspace }: Worker,
  { config, parts }: RunServices,
): Record<string, string> {
  return {
    [workspace]: "./workspace",
    [config.folders.servers]: "./servers",
    [parts.dir]: "airlock",
  };
}

/** A run that somebody cancelled, or that waits, says nothing of what it used. */
function countSkills(
  names: readonly string[],
  { run, result: { status }, services: { parts, trials } }: {
    run: BegunRun;
    result: RunResult;
    services: RunServices;
  },
): void {
  const saysNothing = status === "cancelled" || status === "waiting";
  if (names.length === 0 || saysNothing || trials.has(run.request)) return;
  const succeeded = status === "completed";
  parts.skills.used(names, { caller: run.caller.name, succeeded });
}
