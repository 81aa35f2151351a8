import { ensureDir } from "@std/fs";
import { join, toFileUrl } from "@std/path";
import type { Config } from "../config/config.ts";
import { OWNER, permittedAt } from "../model/permission.ts";
import { checkRiskPolicy } from "../policy/risk/assess_risk.ts";
import { SessionVaults } from "../privacy/vault/session_vaults.ts";
import { findLaunchers } from "../process/find_command.ts";
import { startReaper } from "../process/start_reaper.ts";
import { cancelWaitingRuns } from "../runs/waiting_runs.ts";
import { checkSkill, moduleOfRun, promisesOf } from "./check_skill.ts";
import type { RuntimeParts, ToolParts } from "../runs/runtime_parts.ts";
import { CpuShares } from "../sandbox/cpu_shares.ts";
import { writeGuestFiles } from "../sandbox/guest_files.ts";
import { createFolderGuard } from "../sandbox/measure_folder.ts";
import { openSandboxes } from "../sandbox/open_sandboxes.ts";
import { PrincipalCpu } from "../sandbox/principal_cpu.ts";
import { sweepDrafts } from "../skills/keep_drafts.ts";
import { createSkillLibrary } from "../skills/skill_library.ts";
import type { HostMetrics } from "../telemetry/host_metrics.ts";
import { openLocalStorage } from "../storage/local_storage.ts";
import type { Storage } from "../storage/ports.ts";
import { createLogger } from "../telemetry/logger.ts";
import { createWorkPool } from "../work/work_pool.ts";
import { createSessions, sweepSessions } from "../workspace/sessions.ts";
import { openPrivacy } from "./open_privacy.ts";
import { forgetOld, type Journal, startJournal } from "./start_journal.ts";
import { startTools } from "./start_tools.ts";

/** Starts what all runs share; what one part has begun is ended when a later one fails. */
export async function startParts(
  config: Config,
  { metrics, storage: given }: {
    readonly metrics: HostMetrics;
    readonly storage?: Storage | undefined;
  },
): Promise<RuntimeParts> {
  checkRiskPolicy(config.policy.risk);
  await using starting = new AsyncDisposableStack();
  const logger = createLogger(config.log);
  const dir = await Deno.makeTempDir({ prefix: "airlock-" });
  // The reaper removes the folder, also when this process is killed.
  const reaper = starting.use(await startReaper({ removeAtEnd: dir }));
  const finding = findLaunchers();
  const principalCpu = new PrincipalCpu({ maxMs: config.limits.principalCpuMs });
  const onCpu = (principal: string, ms: number) => principalCpu.add(principal, ms);
  const pool = starting.use(createWorkPool({ reaper, launchers: finding, onCpu }));
  const { journal: { keep }, folders: { state } } = config;
  const storage = given ?? starting.use(openLocalStorage(state, keep));
  const { privacyService, audit } = await openPrivacy(config, {
    ...{ starting, logger, metrics, pool, storage },
  });
  const journal = await startJournal(config, {
    ...{ starting, audit, privacyService, logger, storage },
  });
  const guestDir = join(dir, "guest");
  const modulesDir = join(dir, "modules");
  const { folders } = config;
  const [launchers] = await Promise.all([
    finding,
    writeGuestFiles(guestDir),
    Deno.mkdir(modulesDir),
    ...[folders.servers, folders.skills, folders.workspace].map(ensureDir),
  ]);
  const guestUrl = `${toFileUrl(guestDir).href}/`;
  const tools = await startTools(config, {
    ...{ starting, logger, metrics, reaper, launchers, pool, onCpu, guestUrl, modulesDir },
  });
  const sandboxes = starting.use(
    await openSandboxes({
      isolation: config.isolation,
      launchers,
      workers: { dir, guestDir, modulesDir, groups: reaper, limits: config.limits },
      pool: {
        ...config.pool,
        folders: { servers: folders.servers, access: permittedAt(config.policy.permission).files },
        onWorker: (event) => metrics.addWorker(event),
      },
    }),
  );
  const lasting = startLasting(config, { starting, tools, journal, audit, sandboxes });
  const parts = starting.move();
  return {
    dir,
    guestUrl,
    pool,
    ...tools,
    sandboxes,
    principalCpu,
    cpuShares: new CpuShares({ ...config.limits, principals: principalCpu }),
    ...lasting,
    privacyService,
    audit,
    logger,
    folderGuard: createFolderGuard(),
    store: journal.store,
    hostLock: journal.hostLock,
    approvals: journal.approvals,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

/** Options of {@linkcode startLasting}. */
interface StartLastingOptions extends Pick<RuntimeParts, "audit" | "sandboxes"> {
  /** Ends what is started. */
  readonly starting: AsyncDisposableStack;
  readonly tools: ToolParts;
  readonly journal: Journal;
}

/** Starts what outlives runs, and what ends it in its time. */
function startLasting(
  config: Config,
  { starting, tools, journal, audit, sandboxes }: StartLastingOptions,
): Pick<RuntimeParts, "skills" | "sessions"> {
  const { folders } = config;
  const { examiner, catalogue, finder } = tools;
  const skillParts = { ...tools, policy: config.policy.risk };
  const skills = starting.use(createSkillLibrary({
    dir: folders.skills,
    state: folders.state,
    check: (text, view) => checkSkill(text, view, skillParts),
    moduleOfRun: (runId, owner) => moduleOfRun(runId, { owner, examiner, store: journal.store }),
    promisesOf: (tools) => promisesOf(tools, { catalogue }),
  }));
  const prepared = skills.prepare(OWNER.name);
  starting.defer(() => prepared);
  const sessions = createSessions({
    workspace: folders.workspace,
    storage: journal.storage,
    config: config.sessions,
    async forget(id) {
      finder.forget(id);
      await cancelWaitingRuns(id, { ...journal, audit });
      await journal.approvals.forgetSession(id);
      sandboxes.forget(join(folders.workspace, id));
      if (config.privacy.enabled) await new SessionVaults(config, journal.storage).destroy(id);
    },
  });
  starting.use(sweepSessions({
    async sweep() {
      const gone = await sessions.sweep();
      await sweepDrafts(join(folders.state, "drafts"), Date.now() - config.sessions.runFilesMs);
      await forgetOld(config, journal);
      await audit.sweep();
      return gone;
    },
  }));
  return { skills, sessions };
}
