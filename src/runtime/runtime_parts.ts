import { join, toFileUrl } from "@std/path";
import { ensureDir } from "@std/fs";
import { ANOMALY_RULES } from "../audit/anomaly.ts";
import { type AuditTrail, NO_AUDIT } from "../audit/audit_trail.ts";
import { openPrivacyLog } from "../audit/privacy_log.ts";
import { privacyLogPath } from "../audit/privacy_log_path.ts";
import { createToolResults, type ToolResults } from "../cache/tool_results.ts";
import type { Config } from "../config.ts";
import { ToolIntegrity } from "../mcp/integrity/tool_integrity.ts";
import { createUpstreams, type Upstreams } from "../mcp/upstreams.ts";
import type { PrivacyEvent } from "../privacy/privacy_event.ts";
import { createDoors } from "../privacy/create_doors.ts";
import type { Doors } from "../privacy/doors.ts";
import { vaultsOf } from "../privacy/vaults_of.ts";
import type { HostMetrics } from "../metrics/host_metrics.ts";
import { createLogger, type Logger } from "../metrics/logger.ts";
import { checkRiskPolicy } from "../policy/risk/assess_risk.ts";
import { startReaper } from "../process/start_reaper.ts";
import { createTypeChecker, type TypeChecker } from "../policy/typecheck/type_checker.ts";
import { createWrapperPublisher } from "../program/publish_wrapper.ts";
import { createStripper, type Stripper } from "../program/stripper.ts";
import { createWrapperLibrary, type WrapperLibrary } from "../program/wrapper_library.ts";
import { createApprovalWebhook } from "../policy/approvals/approval_webhook.ts";
import { Approvals } from "../policy/approvals/approvals.ts";
import { createFolderGuard, type FolderGuard } from "../sandbox/folder_guard.ts";
import { findLaunchers } from "../process/find_launchers.ts";
import { writeGuestFiles } from "../sandbox/guest_files.ts";
import { openSandboxes, type Sandboxes } from "../sandbox/open_sandboxes.ts";
import { startStripChild } from "../sandbox/start_strip_child.ts";
import { type HostLock, takeHostLock } from "../store/host_lock.ts";
import { openDatabase } from "../store/open_database.ts";
import { RunStore } from "../store/run_store.ts";
import { createSessions, type SessionKeeper } from "../sessions/sessions.ts";
import { sweepSessions } from "../sessions/sweep_sessions.ts";
import { sweepDrafts } from "../skills/keep_drafts.ts";
import { createSkillLibrary, type SkillLibrary } from "../skills/skill_library.ts";
import { auditApprovals } from "./audit_approvals.ts";
import { auditGrantUse } from "./audit_grant_use.ts";
import { cancelWaitingRuns } from "./cancel_waiting_runs.ts";
import { openTrail } from "./open_trail.ts";
import { sealJournal } from "./seal_journal.ts";
import { OWNER } from "./caller.ts";
import { checkSkill, promisesOf } from "./check_skill.ts";
import { moduleOfRun } from "./module_of_run.ts";
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
  /** Answers of tools that are kept. */
  readonly results: ToolResults;
  readonly finder: ToolFinder;
  readonly stripper: Stripper;
  readonly wrappers: WrapperLibrary;
  readonly skills: SkillLibrary;
  readonly typeChecker: TypeChecker;
  readonly sandboxes: Sandboxes;
  readonly sessions: SessionKeeper;
  /** Where tokens become values, and values tokens. */
  readonly doors: Doors;
  /** What the host says of itself. */
  readonly logger: Logger;
  /** Where it is written down what happens. */
  readonly audit: AuditTrail;
  /** Looks through what is shared by all runs. */
  readonly folderGuard: FolderGuard;
  /** Runs, written down. */
  readonly store: RunStore;
  readonly hostLock: HostLock;
  readonly approvals: Approvals;
}

/** Starts what all runs share; what one part has begun is ended when a later one fails. */
export async function startParts(
  config: Config,
  { metrics }: { metrics: HostMetrics },
): Promise<RuntimeParts> {
  checkRiskPolicy(config.policy.risk);
  await using starting = new AsyncDisposableStack();
  const logger = createLogger(config.log);
  const { doors, audit } = await openDoors(config, { starting, logger, metrics });
  const dir = await Deno.makeTempDir({ prefix: "airlock-" });
  // The reaper removes the folder, also when this process is killed.
  const reaper = starting.use(await startReaper({ removeAtEnd: dir }));
  const upstreams = createUpstreams(config, { reaper });
  starting.defer(() => upstreams.close());

  const journal = await startJournal(config, { starting, audit, doors });
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
  const typeChecker = starting.use(createTypeChecker({
    mode: config.policy.check,
    timeoutMs: config.policy.checkTimeoutMs,
    wrappers,
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
      folders: { servers: folders.servers },
      ...config.pool,
      onWorker: (event) => metrics.addWorker(event),
    }),
  );
  const results = createToolResults({
    servers: config.servers,
    maxBytes: config.cache.maxBytes,
  });
  starting.defer(upstreams.onCatalogueChange(({ server }) => results.forget(server)));
  const catalogue = createToolCatalogue({
    upstreams,
    wrappers,
    integrity,
    results,
    onLookup: (called, outcome) => metrics.addLookup(called, outcome),
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
  const skillParts = { stripper, wrappers, typeChecker, catalogue, policy: config.policy.risk };
  const skills = starting.use(createSkillLibrary({
    dir: folders.skills,
    state: folders.state,
    check: (code, view) => checkSkill(code, view, skillParts),
    moduleOfRun: (runId, owner) => moduleOfRun(runId, { owner, stripper, store: journal.store }),
    promisesOf: (tools) => promisesOf(tools, { catalogue }),
  }));
  const prepared = skills.prepare(OWNER.name);
  starting.defer(() => prepared);
  const sessions = starting.use(createSessions({
    workspace: folders.workspace,
    state: folders.state,
    config: config.sessions,
    async forget(id) {
      finder.forget(id);
      cancelWaitingRuns(id, { ...journal, audit });
      journal.approvals.forgetSession(id);
      sandboxes.forget(join(folders.workspace, id));
      if (config.privacy.enabled) await vaultsOf(config).destroy(id);
    },
  }));
  starting.use(sweepSessions({
    async sweep() {
      const gone = await sessions.sweep();
      await sweepDrafts(join(folders.state, "drafts"), Date.now() - config.sessions.runFilesMs);
      journal.store.forgetBefore(Date.now() - config.journal.days * DAY_MS);
      await audit.sweep();
      return gone;
    },
  }));
  const parts = starting.move();
  return {
    dir,
    guestUrl,
    upstreams,
    catalogue,
    results,
    finder,
    stripper,
    wrappers,
    skills,
    typeChecker,
    sandboxes,
    sessions,
    doors,
    audit,
    logger,
    folderGuard: createFolderGuard(),
    ...journal,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

/** The doors, and what writes down what they and the runs do. */
async function openDoors(
  config: Config,
  { starting, logger, metrics }: {
    starting: AsyncDisposableStack;
    logger: Logger;
    metrics: HostMetrics;
  },
): Promise<Pick<RuntimeParts, "doors" | "audit">> {
  const { privacy, folders: { state } } = config;
  const events = privacy.enabled && privacy.audit
    ? starting.use(await openPrivacyLog(privacyLogPath(state)))
    : undefined;
  let audit = NO_AUDIT;
  const heard = {
    write(happened: readonly PrivacyEvent[]) {
      events?.write(happened);
      audit.count(happened);
      metrics.addPrivacy(happened);
    },
    settled: async () => await events?.settled(),
  };
  const doors = starting.use(createDoors(config, { audit: heard }));
  audit = starting.use(
    await openTrail(config, {
      doors,
      onAnomaly({ rule, ...anomaly }) {
        metrics.addAnomaly(rule);
        const { level, says } = ANOMALY_RULES[rule];
        logger.log(level, `anomaly.${rule}`, { ...anomaly, says });
      },
    }),
  );
  return { doors, audit };
}

const DAY_MS = 24 * 3_600_000;

/** Opens what is written down of runs, and forgets what is old. */
async function startJournal(
  config: Config,
  { starting, audit, doors }: {
    starting: AsyncDisposableStack;
    audit: AuditTrail;
    doors: Doors;
  },
) {
  const folder = config.journal.keep === "file" ? config.folders.state : undefined;
  const database = await openDatabase(folder && join(folder, "journal.sqlite"));
  starting.defer(() => database.close());
  const hostLock = starting.use(await takeHostLock(folder && join(folder, "hosts")));
  const seal = folder === undefined ? undefined : await sealJournal(config);
  const store = new RunStore(database, { hostId: hostLock.hostId, seal });
  store.forgetBefore(Date.now() - config.journal.days * DAY_MS);
  const isShared = folder !== undefined;
  const approvals = new Approvals({
    database,
    config: config.approvals,
    isShared,
    record: auditApprovals(audit),
    recordUse: auditGrantUse(audit),
    redact: (text) => doors.redact(text),
  });
  if (config.approvals.webhook !== undefined) {
    const webhook = starting.use(createApprovalWebhook(config.approvals.webhook));
    approvals.onAsk((approval) => webhook.send(approval));
  }
  return { store, hostLock, approvals };
}
