import { join } from "@std/path";
import { createUpstreams } from "../../src/upstream/upstreams.ts";
import { createToolJudge, type JudgedTool } from "../../src/policy/risk/judge_tool.ts";
import { createTypeChecker, type TypeChecker } from "../../src/policy/typecheck/type_checker.ts";
import { startReaper } from "../../src/process/start_reaper.ts";
import { linkWrapper } from "../../src/program/link_wrapper.ts";
import { createWrapperLibrary, createWrapperPublisher } from "../../src/program/wrapper_library.ts";
import { type Stripper, STRIPS_HERE } from "../../src/program/strip_types.ts";
import type { Capability } from "../../src/model/tool.ts";
import type { Skills, Wrappers } from "../../src/program/wrappers.ts";
import { writeGuestFiles } from "../../src/sandbox/guest_files.ts";
import { startTestRuntime } from "../fixtures/test_runtime.ts";

/** What a program is admitted with, of the sample servers. */
export interface Admission extends AsyncDisposable {
  /** A folder that goes with it. */
  readonly root: string;
  readonly checker: TypeChecker;
  readonly reading: {
    readonly stripper: Stripper;
    readonly wrappers: Wrappers;
    readonly skills: Skills;
  };
  /** What tools of the servers are. */
  judged(tools: readonly Capability[]): JudgedTool[];
}

/** Opens the parts that judge a program before it starts. */
export async function openAdmission(servers: readonly ("crm" | "drive")[]): Promise<Admission> {
  const opened = new AsyncDisposableStack();
  const runtime = opened.use(await startTestRuntime({ servers }));
  await runtime.tools();
  const { root, config } = runtime;
  const reaper = opened.use(await startReaper());
  const upstreams = opened.use(createUpstreams(config));
  const guestDir = join(root, "bench_guest");
  await writeGuestFiles(guestDir);
  const stripper = STRIPS_HERE;
  const modulesDir = join(root, "bench_modules");
  const wrappers = createWrapperLibrary({
    servers,
    dir: config.folders.servers,
    publish: createWrapperPublisher({
      modulesDir,
      guestUrl: `file://${guestDir}/`,
      link: (input) => linkWrapper(input, stripper),
    }),
    catalogue: (server) => upstreams.catalogue(server),
  });
  const skills = { read: () => Promise.resolve(undefined), names: () => Promise.resolve([]) };
  const checker = opened.use(
    createTypeChecker({ mode: "error", timeoutMs: 5_000, wrappers, reaper }),
  );
  const tools = new Map(
    await Promise.all(
      servers.map(async (server) => [server, await upstreams.catalogue(server)] as const),
    ),
  );
  const judge = createToolJudge(config.policy.risk);
  return {
    root,
    checker,
    reading: { stripper, wrappers, skills },
    judged: (capabilities) =>
      capabilities.map((capability) => {
        const { server, tool } = capability;
        const found = tools.get(server as typeof servers[number]);
        return judge(capability, found?.find(({ name }) => name === tool));
      }),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
