import { generateServer } from "../codegen/generate_server.ts";
import { nameServers } from "../codegen/names.ts";
import { writeServers } from "../codegen/write_servers.ts";
import type { Config } from "../config/config.ts";
import { AirlockError } from "../model/errors.ts";
import type { Tool } from "../model/tool.ts";
import { AcceptedWords, digestOfWords } from "../upstream/integrity/shown_tools.ts";
import { ToolIntegrity } from "../upstream/integrity/tool_integrity.ts";
import { createUpstreams, type Upstreams } from "../upstream/upstreams.ts";
import { defineCommand, findConfig, main } from "./command_line.ts";
import { heldTools, SHORT_DIGEST, showIntegrity } from "./show_integrity.ts";

const command = defineCommand({
  verb: "servers",
  options: { words: "DIGEST", config: "FILE" },
  forms: {
    "list [SERVER|SERVER/TOOL]": async ([wanted], { config }) =>
      await acceptTools(await findConfig(config), { mode: "list", wanted }),
    "accept [SERVER|SERVER/TOOL] [--words]": async ([wanted], { words, config }) =>
      await acceptTools(await findConfig(config), { mode: "accept", wanted, words }),
  },
});

/**
 * Shows changed tools and withheld descriptions, and accepts them as they are now; returns the exit
 * code. A description is accepted only for a tool that is named.
 */
export async function acceptTools(
  config: Config,
  { wanted, words, mode }: {
    /** `server` or `server/tool`; unset for all changed tools. */
    readonly wanted?: string | undefined;
    /** Digest of the description that the person has read; others are not accepted. */
    readonly words?: string | undefined;
    readonly mode: "accept" | "list";
  },
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
    const listed = await upstreams.listed(server, { fresh: true });
    const found = await integrity.check(server, listed);
    const withheld = await withheldIn(server, { listed, upstreams });
    showIntegrity([{ ...found, withheld }]);
    const isMeant = (tool: string) => wanted === undefined || isOf(wanted, server, tool);
    const accepted = found.changed.filter(({ tool }) => isMeant(tool)).map(({ tool }) => tool);
    const spoken = withheld.filter(({ name }) => wanted === `${server}/${name}`);
    if (mode === "list" || accepted.length + spoken.length === 0) continue;
    for (const tool of spoken) await acceptWords(tool, { server, stateFolder, words });
    const others = found.changed.filter(({ tool }) => !isMeant(tool));
    const tools = await upstreams.catalogue(server);
    const generated = generateServer({ server, tools, folder: folders.get(server)! });
    const held = heldTools([{ changed: others, suspicious: [] }]);
    await writeServers(serversFolder, [generated], { configured: enabled, held });
    await integrity.check(server, listed);
    const all = new Set([...accepted, ...spoken.map(({ name }) => name)]);
    for (const tool of all) console.log(`accepted: ${server}/${tool}`);
    count += all.size;
  }
  if (mode === "accept" && count === 0) console.error("There is nothing to accept");
  return 0;
}

/** The tools whose descriptions are withheld, as their server lists them. */
async function withheldIn(
  server: string,
  { listed, upstreams }: { listed: readonly Tool[]; upstreams: Upstreams },
): Promise<Tool[]> {
  await upstreams.catalogue(server);
  const names = new Set(upstreams.withheld(server));
  return listed.filter(({ name }) => names.has(name));
}

/** Checks the digest: the description may have changed since a person has read it. */
async function acceptWords(
  tool: Tool,
  { server, stateFolder, words }: {
    readonly server: string;
    readonly stateFolder: string;
    readonly words: string | undefined;
  },
): Promise<void> {
  const digest = digestOfWords(tool);
  const isRead = words === undefined || words.length >= SHORT_DIGEST && digest.startsWith(words);
  if (!isRead) {
    throw new AirlockError(
      "REQUEST_INVALID",
      "Cannot accept tool: its words are not those that the digest stands for",
      { hint: "Read them again: deno task servers list" },
    );
  }
  await new AcceptedWords(stateFolder).accept(server, tool);
}

/** A server's name may contain a slash. */
function isOf(wanted: string, server: string, tool?: string): boolean {
  if (wanted === server) return true;
  return tool === undefined ? wanted.startsWith(`${server}/`) : wanted === `${server}/${tool}`;
}

if (import.meta.main) await main(command);
