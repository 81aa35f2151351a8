import { join, toFileUrl } from "@std/path";
import { ensureDir } from "@std/fs";
import type { AuditTrail } from "../../audit/audit_trail.ts";
import type { ToolResults } from "../../cache/tool_results.ts";
import type { Config } from "../../config.ts";
import type { Upstreams } from "../../mcp/upstreams.ts";
import type { Doors } from "../../privacy/doors.ts";
import type { HostMetrics } from "../../metrics/host_metrics.ts";
import { createLogger, type Logger } from "../../metrics/logger.ts";
import { openDoors } from "./open_doors.ts";
import { startJournal } from "./start_journal.ts";
import { startLasting } from "./start_lasting.ts";
import { startTools } from "./start_tools.ts";
import { permittedAt } from "../../policy/permission.ts";
import { checkRiskPolicy } from "../../policy/risk/assess_risk.ts";
import { startReaper } from "../../process/start_reaper.ts";
import type { TypeChecker } from "../../policy/typecheck/type_checker.ts";
import type { WrapperLibrary } from "../../program/wrapper_library.ts";
import type { Approvals } from "../../policy/approvals/approvals.ts";
import { CpuShares } from "../../sandbox/cpu_shares.ts";
import { PrincipalCpu } from "../../sandbox/principal_cpu.ts";
import { createFolderGuard, type FolderGuard } from "../../sandbox/folder_guard.ts";
import { findLaunchers } from "../../process/find_launchers.ts";
import { writeGuestFiles } from "../../sandbox/guest_files.ts";
import { openSandboxes, type Sandboxes } from "../../sandbox/open_sandboxes.ts";
import { createWorkPool, type WorkPool } from "../../work/work_pool.ts";
import type { HostLock } from "../../store/host_lock.ts";
import type { RunStore } from "../../store/run_store.ts";
import type { SessionKeeper } from "../../sessions/sessions.ts";
import type { SkillLibrary } from "../../skills/skill_library.ts";
import type { ProgramExaminer } from "../tools/program_examiner.ts";
import type { ToolCatalogue } from "../tools/tool_catalogue.ts";
import type { ToolFinder } from "../tools/tool_finder.ts";

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
  readonly examiner: ProgramExaminer;
  readonly wrappers: WrapperLibrary;
  readonly skills: SkillLibrary;
  readonly typeChecker: TypeChecker;
  readonly sandboxes: Sandboxes;
  /** CPU time of the principals: whatever is done for one is added there. */
  readonly principalCpu: PrincipalCpu;
  readonly cpuShares: CpuShares;
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
  /** Does what grows with a caller's bytes in processes of their own. */
  readonly pool: WorkPool;
}

/** Starts what all runs share; what one part has begun is ended when a later one fails. */
export async function startParts(
  config: Config,
  { metrics }: { metrics: HostMetrics },
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
  const { doors, audit } = await openDoors(config, { starting, logger, metrics, pool });
  const journal = await startJournal(config, { starting, audit, doors, logger });
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
      dir,
      launchers,
      guestDir,
      modulesDir,
      groups: reaper,
      limits: config.limits,
      folders: { servers: folders.servers, access: permittedAt(config.policy.permission).files },
      ...config.pool,
      onWorker: (event) => metrics.addWorker(event),
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
    doors,
    audit,
    logger,
    folderGuard: createFolderGuard(),
    ...journal,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}
