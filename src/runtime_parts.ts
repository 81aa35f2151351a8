import { join, toFileUrl } from "@std/path";
import { ensureDir } from "@std/fs";
import { openPrivacyLog } from "./audit/privacy_log.ts";
import { privacyLogPath } from "./audit/privacy_log_path.ts";
import type { Config } from "./config.ts";
import { ToolIntegrity } from "./mcp/integrity/tool_integrity.ts";
import { createUpstreams, type Upstreams } from "./mcp/upstreams.ts";
import { createDoors, type Doors } from "./privacy/doors.ts";
import { checkRiskPolicy } from "./policy/risk/assess_risk.ts";
import { startReaper } from "./process/start_reaper.ts";
import { createTypeChecker, type TypeChecker } from "./policy/typecheck/type_checker.ts";
import { createWrapperPublisher } from "./program/publish_wrapper.ts";
import { createStripper, type Stripper } from "./program/stripper.ts";
import { createWrapperLibrary, type WrapperLibrary } from "./program/wrapper_library.ts";
import type { Skills } from "./program/wrappers.ts";
import { createApprovalWebhook } from "./policy/approvals/approval_webhook.ts";
import { Approvals } from "./policy/approvals/approvals.ts";
import { loadTokenizer } from "./result/count_model_tokens.ts";
import { createFolderGuard, type FolderGuard } from "./sandbox/folder_guard.ts";
import { findLaunchers } from "./process/find_launchers.ts";
import { writeGuestFiles } from "./sandbox/guest_files.ts";
import { openSandboxes, type Sandboxes } from "./sandbox/open_sandboxes.ts";
import { startStripChild } from "./sandbox/start_strip_child.ts";
import { createSkillFolder } from "./skills/skill_folder.ts";
import { type HostLock, takeHostLock } from "./store/host_lock.ts";
import { openDatabase } from "./store/open_database.ts";
import { RunStore } from "./store/run_store.ts";
import { createToolCatalogue, type ToolCatalogue } from "./tool_catalogue.ts";
import { createToolFinder, type ToolFinder } from "./tool_finder.ts";

/** What all runs of a runtime share. */
export interface RuntimeParts extends AsyncDisposable {
  /** The runtime's private folder; whatever is in it goes with the runtime. */
  readonly dir: string;
  /** URL of the folder of the guest's files, with a slash at its end. */
  readonly guestUrl: string;
  readonly upstreams: Upstreams;
  readonly catalogue: ToolCatalogue;
  readonly finder: ToolFinder;
  readonly stripper: Stripper;
  readonly wrappers: WrapperLibrary;
  readonly skills: Skills;
  readonly typeChecker: TypeChecker;
  readonly sandboxes: Sandboxes;
  /** Where tokens become values, and values tokens. */
  readonly doors: Doors;
  /** Looks through what is shared by all runs. */
  readonly folderGuard: FolderGuard;
  /** Runs, written down. */
  readonly store: RunStore;
  readonly hostLock: HostLock;
  readonly approvals: Approvals;
}

/** Starts what all runs share; what one part has begun is ended when a later one fails. */
export async function startParts(config: Config): Promise<RuntimeParts> {
  checkRiskPolicy(config.policy.risk);
  await using starting = new AsyncDisposableStack();
  const { privacy, folders: { state } } = config;
  const audit = privacy.enabled && privacy.audit
    ? starting.use(await openPrivacyLog(privacyLogPath(state)))
    : undefined;
  const doors = starting.use(createDoors(config, {
    audit: audit && {
      write: (events) => audit.write(events),
      settled: () => audit.settled(),
    },
  }));
  const dir = await Deno.makeTempDir({ prefix: "airlock-" });
  // The reaper removes the folder, also when this process is killed.
  const reaper = starting.use(await startReaper({ removeAtEnd: dir }));
  const upstreams = createUpstreams(config, { reaper });
  starting.defer(() => upstreams.close());

  const journal = await startJournal(config, starting);
  await doors.forgetAllBut((runId) => {
    const run = journal.store.find(runId);
    return run !== undefined && run.state !== "finished";
  });
  const guestDir = join(dir, "guest");
  const modulesDir = join(dir, "modules");
  const { folders } = config;
  const [launchers] = await Promise.all([
    findLaunchers(),
    writeGuestFiles(guestDir),
    Deno.mkdir(modulesDir),
    ...[folders.servers, folders.skills, folders.workspace].map(ensureDir),
  ]);
  const guestUrl = `${toFileUrl(guestDir).href}/`;
  const stripper = starting.use(
    createStripper({ start: () => startStripChild(guestDir, launchers) }),
  );
  const integrity = starting.use(
    new ToolIntegrity({ serversFolder: folders.servers, stateFolder: folders.state }),
  );
  upstreams.onCatalogueChange(({ server, tools }) => integrity.look(server, tools));
  const wrappers = createWrapperLibrary({
    servers: config.servers.filter(({ disabled }) => !disabled).map(({ name }) => name),
    dir: folders.servers,
    publish: createWrapperPublisher({ modulesDir, guestUrl, stripper }),
    catalogue: (server) => upstreams.catalogue(server),
  });
  const skills = createSkillFolder(folders.skills);
  const typeChecker = starting.use(createTypeChecker({
    mode: config.policy.check,
    timeoutMs: config.policy.checkTimeoutMs,
    wrappers,
    skills,
    reaper,
    prlimit: launchers.find(([path]) => path?.endsWith("/prlimit"))?.[0],
  }));
  starting.defer(() => wrappers.settled());
  const sandboxes = starting.use(
    await openSandboxes({
      isolation: config.isolation,
      dir,
      launchers,
      guestDir,
      modulesDir,
      groups: reaper,
      limits: config.limits,
      folders: { servers: folders.servers, skills: folders.skills },
      ...config.pool,
    }),
  );
  const catalogue = createToolCatalogue({
    upstreams,
    wrappers,
    integrity,
    learnTypes: config.policy.learnTypes,
  });
  const finder = starting.use(
    await createToolFinder({
      config,
      upstreams,
      modulesOf: catalogue.modulesOf,
      wrapperText: wrappers.text,
    }),
  );
  loadTokenizer();
  const parts = starting.move();
  return {
    dir,
    guestUrl,
    upstreams,
    catalogue,
    finder,
    stripper,
    wrappers,
    skills,
    typeChecker,
    sandboxes,
    doors,
    folderGuard: createFolderGuard(),
    ...journal,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

const DAY_MS = 24 * 3_600_000;

/** Opens what is written down of runs, and forgets what is old. */
async function startJournal(config: Config, starting: AsyncDisposableStack) {
  const folder = config.journal.keep === "file" ? config.folders.state : undefined;
  const database = await openDatabase(folder && join(folder, "journal.sqlite"));
  starting.defer(() => database.close());
  const hostLock = starting.use(await takeHostLock(folder && join(folder, "hosts")));
  const store = new RunStore(database, hostLock.hostId);
  store.forgetBefore(Date.now() - config.journal.days * DAY_MS);
  const isShared = folder !== undefined;
  const approvals = new Approvals({ database, config: config.approvals, isShared });
  if (config.approvals.webhook !== undefined) {
    const webhook = starting.use(createApprovalWebhook(config.approvals.webhook));
    approvals.onAsk((approval) => webhook.send(approval));
  }
  return { store, hostLock, approvals };
}
