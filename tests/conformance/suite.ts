/**
 * `deno task conformance`: the official conformance suite, both of its generations, and the official
 * Inspector, against the endpoint as it is. They are downloaded, so this is no part of the tests.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { startTestRuntime } from "../fixtures/test_runtime.ts";
import { createDiagnosticServer } from "./diagnostic_tools.ts";
import { runCommand } from "./run_command.ts";
import { serveWithToken } from "./serve_with_token.ts";

const HANDSHAKE_SUITE = "npm:@modelcontextprotocol/conformance@0.1.16";
const STATELESS_SUITE = "npm:@modelcontextprotocol/conformance@0.2.0-alpha.12";
const EXPECTED_FAILURES = new URL("expected_failures.yml", import.meta.url).pathname;

/** What must pass, against the endpoint without any diagnostic tool: suite, revision, scenario. */
const REQUIRED = [
  [HANDSHAKE_SUITE, "2025-11-25", "server-initialize"],
  [HANDSHAKE_SUITE, "2025-11-25", "ping"],
  [HANDSHAKE_SUITE, "2025-11-25", "tools-list"],
  [HANDSHAKE_SUITE, "2025-11-25", "server-sse-multiple-streams"],
  [HANDSHAKE_SUITE, "2025-11-25", "dns-rebinding-protection"],
  [STATELESS_SUITE, "2025-11-25", "server-session-lifecycle"],
  [STATELESS_SUITE, "2026-07-28", "http-header-validation"],
  [STATELESS_SUITE, "2026-07-28", "tools-list"],
  [STATELESS_SUITE, "2026-07-28", "caching"],
] as const;

/** Runs the suite with arguments in a folder that has no configuration of Deno. */
async function runSuite(suite: string, args: readonly string[]): Promise<void> {
  const cwd = await Deno.makeTempDir();
  const { code, text } = await runCommand(
    [Deno.execPath(), "run", "-A", "--no-config", suite, "server", ...args],
    { cwd },
  );
  await Deno.remove(cwd, { recursive: true });
  assertEquals(code, 0, text);
}

for (const [suite, revision, scenario] of REQUIRED) {
  Deno.test(`the endpoint passes ${scenario} of ${revision}`, async () => {
    await using runtime = await startTestRuntime({ servers: ["crm"] });
    await using server = serveWithToken(runtime);
    const wanted = ["--spec-version", revision, "--scenario", scenario];
    await runSuite(suite, ["--url", server.url, ...wanted]);
  });
}

Deno.test("the endpoint passes server-stateless of 2026-07-28, and of all others those it can", async () => {
  await using runtime = await startTestRuntime({ servers: ["crm"] });
  await using server = serveWithToken(runtime, { createServer: createDiagnosticServer });
  const wanted = ["--suite", "all", "--spec-version", "2026-07-28"];
  const expected = ["--expected-failures", EXPECTED_FAILURES];
  await runSuite(STATELESS_SUITE, ["--url", server.url, ...wanted, ...expected]);
});
