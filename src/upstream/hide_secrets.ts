import type { ServerConfig } from "../config/servers.ts";

/** Shorter values are no secrets, but words that would be hidden everywhere. */
const MIN_SECRET_LENGTH = 6;

/** Gives `text` without any value that is configured for the server alone. */
export function hideSecrets(text: string, server: ServerConfig): string {
  const secrets = findSecrets(server)
    .filter((secret) => secret.length >= MIN_SECRET_LENGTH)
    .sort((one, other) => other.length - one.length);
  return secrets.reduce((hidden, secret) => hidden.replaceAll(secret, "[hidden]"), text);
}

function findSecrets(server: ServerConfig): string[] {
  if (server.kind === "remote") {
    const url = new URL(server.url);
    return [
      ...Object.values(server.headers).flatMap((value) => [value, value.replace(/^\S+\s+/, "")]),
      ...url.searchParams.values(),
      url.search.slice(1),
      url.username,
      url.password,
    ];
  }
  return [...Object.values(server.env), ...server.args.flatMap(findInArgument)];
}

/** `--key=value`, or an argument that reads like a key: no path, no package, no word. */
function findInArgument(argument: string): string[] {
  const value = /^--?[\w-]+=(.+)$/s.exec(argument)?.[1];
  if (value !== undefined) return [value];
  return /^(?=.*\d)[\w.~+=-]{20,}$/.test(argument) ? [argument] : [];
}
