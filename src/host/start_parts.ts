import { join, toFileUrl } from "@std/path";
import { ensureDir } from "@std/fs";
import type { Config } from "../config/config.ts";
import type { HostMetrics } from "../telemetry/host_metrics.ts";
import { createLogger } from "../telemetry/logger.ts";
import { openPrivacy } from "./open_privacy.ts";
import { startJournal } from "./start_journal.ts";
import { startLasting } from "./start_lasting.ts";
import { startTools } from "./start_tools.ts";
import { permittedAt } from "../model/permission.ts";
import { checkRiskPolicy } from "../policy/risk/assess_risk.ts";
import { startReaper } from "../process/start_reaper.ts";
import { CpuShares } from "../sandbox/cpu_shares.ts";
import { PrincipalCpu } from "../sandbox/principal_cpu.ts";
import { createFolderGuard } from "../sandbox/measure_folder.ts";
import { findLaunchers } from "../process/find_command.ts";
import { writeGuestFiles } from "../sandbox/guest_files.ts";
import { openSandboxes } from "../sandbox/open_sandboxes.ts";
import { createWorkPool } from "../work/work_pool.ts";
import type { RuntimeParts } from "../runs/runtime_parts.ts";

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
  const { privacyService, audit } = await openPrivacy(config, { starting, logger, metrics, pool });
  const journal = await startJournal(config, { starting, audit, privacyService, logger });
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
    ...journal,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}
