import { join } from "@std/path";
import { generateServer } from "../codegen/generate_server.ts";
import { nameServers } from "../codegen/names.ts";
import { readObserved } from "../codegen/observed/type_observer.ts";
import { writeServers } from "../codegen/write_servers.ts";
import type { Config } from "../config/config.ts";
import { AirlockError } from "../model/errors.ts";
import type { Tool } from "../model/tool.ts";
import { ToolIntegrity } from "../upstream/integrity/tool_integrity.ts";
import { createUpstreams } from "../upstream/upstreams.ts";
import { defineCommand, findConfig, main } from "./command_line.ts";
import { heldTools, showIntegrity } from "./show_integrity.ts";

const command = defineCommand({
  verb: "generate",
  options: { check: true, config: "FILE" },
  forms: {
    "[SERVER…] [--check]": async (servers, { check = false, config }) =>
      await generateWrappers(await findConfig(config), { servers, check }),
  },
});

/** Writes the wrappers of servers from their current catalogues; returns the exit code. */
export async function generateWrappers(
  config: Config,
  { servers: asked, check }: {
    /** Names of servers; none for all that are configured. */
    readonly servers: readonly string[];
    /** Whether to write nothing, and to fail where files are stale. */
    readonly check: boolean;
  },
): Promise<number> {
  const enabled = config.servers.filter(({ disabled }) => !disabled).map(({ name }) => name);
  const unknown = asked.find((name) => !enabled.includes(name));
  if (unknown !== undefined) {
    throw new AirlockError("USAGE", `Cannot generate wrappers: there is no server "${unknown}"`);
  }
  const names = asked.length > 0 ? asked : enabled;
  const folders = nameServers(enabled);
  await using upstreams = createUpstreams(config);
  const catalogues = await Promise.allSettled(
    names.map((server) => upstreams.listed(server, { fresh: true })),
  );
  const failed = catalogues.some(({ status }) => status === "rejected");
  const made = await Promise.all(catalogues.map(async (catalogue, index) => {
    const server = names[index]!;
    if (catalogue.status === "fulfilled") {
      const folder = folders.get(server)!;
      const observed = await readObserved(join(config.folders.servers, folder));
      const tools = await upstreams.catalogue(server);
      return [generateServer({ server, tools, folder, observed })];
    }
    console.error(`error: ${catalogue.reason.message}`);
    return [];
  }));
  const generated = made.flat();
  const problems = [
    ...upstreams.status().flatMap((status) => status.problems),
    ...generated.flatMap((server) => server.problems),
  ];
  for (const { server, tool, message } of problems) console.error(`${server}.${tool}: ${message}`);
  const { servers: serversFolder, state: stateFolder } = config.folders;
  const integrity = new ToolIntegrity({ serversFolder, stateFolder });
  const found = await Promise.all(
    catalogues.flatMap((catalogue, index) =>
      catalogue.status === "fulfilled" ? [look(names[index]!, catalogue.value)] : []
    ),
  );
  async function look(server: string, tools: readonly Tool[]) {
    const withheld = new Set(upstreams.withheld(server));
    const integrityOf = await integrity.check(server, tools);
    return { ...integrityOf, withheld: tools.filter(({ name }) => withheld.has(name)) };
  }
  showIntegrity(found);
  const held = heldTools(found);
  const mode = check ? "check" : "all";
  const stale = await writeServers(config.folders.servers, generated, {
    mode,
    configured: enabled,
    held,
  });
  for (const path of stale) console.log(`${check ? "stale" : "written"}: ${path}`);
  return failed || (check && (stale.length > 0 || held.size > 0)) ? 1 : 0;
}

if (import.meta.main) await main(command);
