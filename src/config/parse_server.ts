import { invalidConfig } from "./invalid_config.ts";
import { parseSection } from "./parse_section.ts";
import { resolveReferences } from "./resolve_references.ts";
import { npmServer, remoteServer, SERVER_KEYS, stdioServer } from "./server_schemas.ts";
import type { ServerConfig } from "./servers.ts";

/**
 * Completes one entry of `mcpServers`.
 *
 * @throws {AirlockError} CONFIG_INVALID with the path in it and what was expected
 */
export async function parseServer(
  name: string,
  entry: unknown,
  { source, root }: { source: string; root: string },
): Promise<ServerConfig> {
  const place = { source, path: ["mcpServers", name] };
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) {
    throw invalidConfig(place, "expected an object");
  }
  const found = SERVER_KEYS.filter((key) => key in entry);
  if (found.length !== 1) {
    throw invalidConfig(place, 'expected exactly one of "command", "npm" and "url"');
  }
  // A disabled server's secrets need not be there.
  const resolved = (entry as { disabled?: unknown }).disabled === true
    ? entry
    : await resolveReferences(entry, { place, root });
  switch (found[0]) {
    case "command":
      return { name, kind: "stdio", ...parseSection(stdioServer, resolved, place) };
    case "npm":
      return { name, kind: "npm", ...parseSection(npmServer, resolved, place) };
    default:
      return { name, kind: "remote", ...parseSection(remoteServer, resolved, place) };
  }
}
