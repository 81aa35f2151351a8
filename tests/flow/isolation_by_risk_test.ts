import { assert, assertEquals, assertRejects } from "@std/assert";
import { parseConfig } from "../../src/config/config.ts";
import { AirlockError } from "../../src/model/errors.ts";
import { createRuntime } from "../../src/host/create_runtime.ts";
import { offerTier } from "../../src/sandbox/open_tier.ts";
import { startTestRuntime } from "../fixtures/test_runtime.ts";
import { descendants } from "../process/descendants.ts";

const { create } = await offerTier({ tier: "bubblewrap" });
if (create === undefined) console.log("isolation by risk is not run here: there is no bubblewrap");

/** Names of the programs that run below this process. */
async function programsBelow(): Promise<string[]> {
  const names = (await descendants(Deno.pid)).map((pid) =>
    Deno.readTextFile(`/proc/${pid}/comm`).catch(() => "")
  );
  return (await Promise.all(names)).map((name) => name.trim());
}

Deno.test({
  name: "a program of high risk runs in the tier for it, one of low risk in that for all",
  ignore: create === undefined,
  async fn() {
    await using runtime = await startTestRuntime({
      servers: ["crm"],
      isolation: { byRisk: { high: "bubblewrap" } },
    });
    const tierOf = async (code: string) => {
      let below: Promise<string[]> | undefined;
      const { status, error } = await runtime.run({
        code,
        onEvent: ({ type }) => {
          if (type === "log") below ??= programsBelow();
        },
      });
      assertEquals([status, error], ["completed", null]);
      return (await below)?.includes("bwrap") ? "bubblewrap" : "process";
    };
    const waits = `console.log("here"); await new Promise((done) => setTimeout(done, 300));`;
    assertEquals(await tierOf(waits), "process");
    const high =
      `import { delete_lead } from "./servers/crm/delete_lead.ts"; delete_lead;\n${waits}`;
    assertEquals(await tierOf(high), "bubblewrap");
    assertEquals(await tierOf(waits), "process");
  },
});

Deno.test("a tier that only programs of high risk need is missed at start, not at the first of them", async () => {
  const root = await Deno.makeTempDir();
  const isolation = { byRisk: { critical: "container" }, runtime: "nonesuch" };
  const config = await parseConfig({ isolation }, { root });
  const error = await assertRejects(() => createRuntime(config), AirlockError);
  assertEquals(error.code, "TIER_UNAVAILABLE");
  assert(error.message.includes("nonesuch"));
  await Deno.remove(root, { recursive: true });
});
