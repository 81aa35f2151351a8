import type { Launchers } from "../process/find_launchers.ts";

/** The heap of a child; a text of the greatest length takes a fraction of it. */
const HEAP_MIB = 512;
/** V8 reserves room that counts as data without ever being in memory. */
const DATA_BYTES = 2 * 1024 * 1024 * 1024;

/** Where the runtime finds the modules that the host was started from. */
const PASSED_ON = ["HOME", "DENO_DIR", "XDG_CACHE_HOME", "NPM_CONFIG_REGISTRY", "JSR_URL"];

/** A command line and all of its environment. */
export interface ChildCommand {
  readonly line: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The command of a child: Deno without any right, on this project's own modules. What is in its
 * static graph it may load; nothing else. Limits and niceness are there where the system has them.
 */
export function workChildCommand(
  launchers: Launchers,
  entry = new URL("../host/work_child.ts", import.meta.url),
): ChildCommand {
  // None of files: what it writes is the runtime's cache of compiled modules, which may be large.
  const limits = [`--data=${DATA_BYTES}`, "--nofile=64"];
  return {
    line: [
      ...launchers.flatMap((line) => line[0]!.endsWith("/prlimit") ? [...line, ...limits] : line),
      Deno.execPath(),
      "run",
      "--quiet",
      "--no-prompt",
      "--cached-only",
      // From a registry its own modules are remote ones.
      ...(entry.protocol === "file:" ? ["--no-remote", "--deny-import"] : []),
      `--v8-flags=--max-old-space-size=${HEAP_MIB}`,
      entry.href,
    ],
    env: {
      NO_COLOR: "1",
      DENO_NO_UPDATE_CHECK: "1",
      ...Object.fromEntries(PASSED_ON.flatMap((name) => {
        const value = readVariable(name);
        return value === undefined ? [] : [[name, value]];
      })),
    },
  };
}

/** An embedder need not give the right to read it. */
function readVariable(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch {
    return undefined;
  }
}
