import { createToolResults } from "../calls/tool_results.ts";
import type { Config } from "../config/config.ts";
import { ToolIntegrity } from "../upstream/integrity/tool_integrity.ts";
import { createUpstreams } from "../upstream/upstreams.ts";
import type { Logger } from "../telemetry/logger.ts";
import type { HostMetrics } from "../telemetry/host_metrics.ts";
import { createToolJudge } from "../policy/risk/judge_tool.ts";
import { createTypeChecker } from "../policy/typecheck/type_checker.ts";
import type { findLaunchers } from "../process/find_command.ts";
import type { startReaper } from "../process/start_reaper.ts";
import { createWrapperLibrary, createWrapperPublisher } from "../program/wrapper_library.ts";
import type { WorkPool } from "../work/work_pool.ts";
import type { ToolParts } from "../runs/runtime_parts.ts";
import { createProgramExaminer } from "../runs/program_examiner.ts";
import { createToolCatalogue } from "../runs/tool_catalogue.ts";
import { createToolFinder } from "../discovery/tool_finder.ts";

/** Options of {@linkcode startTools}. */
interface StartToolsOptions {
  /** Ends what is started. */
  readonly starting: AsyncDisposableStack;
  readonly logger: Logger;
  readonly metrics: HostMetrics;
  readonly reaper: Awaited<ReturnType<typeof startReaper>>;
  readonly launchers: Awaited<ReturnType<typeof findLaunchers>>;
  readonly pool: WorkPool;
  /** Hears what checking types took. */
  onCpu(principal: string, ms: number): void;
  readonly guestUrl: string;
  readonly modulesDir: string;
}

/** Starts what programs find, import and call tools by. */
export async function startTools(config: Config, options: StartToolsOptions): Promise<ToolParts> {
  const { starting, logger, metrics, reaper, launchers, pool, onCpu, guestUrl, modulesDir } =
    options;
  const { folders, policy } = config;
  const integrity = new ToolIntegrity({
    serversFolder: folders.servers,
    stateFolder: folders.state,
  });
  const upstreams = createUpstreams(config, {
    reaper,
    onShown({ server, tools, withheld }) {
      integrity.look(server, tools);
      if (withheld.length > 0) warnOfWithheld(logger, { server, count: withheld.length });
    },
  });
  starting.defer(() => upstreams.close());
  starting.use(integrity);
  const examiner = createProgramExaminer(pool);
  upstreams.onCatalogueChange(({ server, tools }) => integrity.look(server, tools));
  const wrappers = createWrapperLibrary({
    servers: config.servers.filter(({ disabled }) => !disabled).map(({ name }) => name),
    dir: folders.servers,
    publish: createWrapperPublisher({ modulesDir, guestUrl, link: examiner.linkWrapper }),
    catalogue: (server) => upstreams.catalogue(server),
  });
  const typeChecker = starting.use(createTypeChecker({
    mode: policy.check,
    timeoutMs: policy.checkTimeoutMs,
    wrappers,
    reaper,
    onCpu,
    prlimit: launchers.find(([path]) => path?.endsWith("/prlimit"))?.[0],
  }));
  starting.defer(() => wrappers.settled());
  const results = createToolResults({
    servers: config.servers,
    maxBytes: config.cache.maxBytes,
  });
  starting.defer(upstreams.onCatalogueChange(({ server }) => results.forget({ server })));
  const catalogue = createToolCatalogue({
    upstreams,
    wrappers,
    integrity,
    results,
    judge: createToolJudge(policy.risk),
    onLookup: (called, outcome) => metrics.addLookup(called, outcome),
    learnTypes: policy.learnTypes,
  });
  const finder = starting.use(
    await createToolFinder({
      config,
      upstreams,
      modulesOf: catalogue.modulesOf,
      wrapperText: wrappers.text,
    }),
  );
  return {
    upstreams,
    examiner,
    wrappers,
    typeChecker,
    results,
    catalogue,
    finder,
  };
}

/** Names of tools may say what is withheld, and are told by `deno task servers list` alone. */
function warnOfWithheld(
  logger: Logger,
  { server, count }: { server: string; count: number },
): void {
  logger.log("warn", "words of tools are withheld: they give a model orders", {
    server,
    tools: count,
    hint: "deno task servers list",
  });
}
