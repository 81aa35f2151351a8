import { generateServer } from "../codegen/generate_server.ts";
import { nameServers } from "../codegen/name_servers.ts";
import { writeServers } from "../codegen/write_servers.ts";
import type { Config } from "../config.ts";
import { AirlockError } from "../errors.ts";
import { ToolIntegrity } from "../mcp/integrity/tool_integrity.ts";
import { createUpstreams } from "../mcp/upstreams.ts";
import { heldTools } from "./held_tools.ts";
import { showIntegrity } from "./show_integrity.ts";

/** Options of {@linkcode acceptTools}. */
export interface AcceptToolsOptions {
  /** `server` or `server/tool`; all that have changed where there is none. */
  readonly wanted?: string | undefined;
  /** Whether to accept, or only to show. */
  readonly mode: "accept" | "list";
}

/** Shows tools that have changed, and takes them for what they are now; gives the exit code. */
export async function acceptTools(
  config: Config,
  { wanted, mode }: AcceptToolsOptions,
): Promise<number> {
  const enabled = config.servers.filter(({ disabled }) => !disabled).map(({ name }) => name);
  const names = wanted === undefined ? enabled : enabled.filter((name) => isOf(wanted, name));
  if (names.length === 0) {
    throw new AirlockError("USAGE", `Cannot accept tools: there is no server "${wanted}"`);
  }
  const { servers: serversFolder, state: stateFolder } = config.folders;
  const integrity = new ToolIntegrity({ serversFolder, stateFolder });
  const folders = nameServers(enabled);
  let count = 0;
  await using upstreams = createUpstreams(config);
  for (const server of names) {
    const tools = await upstreams.catalogue(server, { fresh: true });
    const found = await integrity.check(server, tools);
    showIntegrity([found]);
    const isMeant = (tool: string) => wanted === undefined || isOf(wanted, server, tool);
    const accepted = found.changed.filter(({ tool }) => isMeant(tool));
    if (mode === "list" || accepted.length === 0) continue;
    const others = found.changed.filter(({ tool }) => !isMeant(tool));
    const generated = generateServer({ server, tools, folder: folders.get(server)! });
    const held = heldTools([{ changed: others, suspicious: [] }]);
    await writeServers(serversFolder, [generated], { configured: enabled, held });
    await integrity.check(server, tools);
    for (const { tool } of accepted) console.log(`accepted: ${server}/${tool}`);
    count += accepted.length;
  }
  if (mode === "accept" && count === 0) console.error("Nothing has changed that could be accepted");
  return 0;
}

/** A server's name may itself have a slash. */
function isOf(wanted: string, server: string, tool?: string): boolean {
  if (wanted === server) return true;
  return tool === undefined ? wanted.startsWith(`${server}/`) : wanted === `${server}/${tool}`;
}
