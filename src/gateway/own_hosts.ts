/** Names by which a machine calls itself, whatever its network. */
const LOOPBACK = ["localhost", "127.0.0.1", "::1"];

/** Addresses that stand for all of a machine's own. */
const ANY_ADDRESS = ["0.0.0.0", "::"];

/** Options of {@linkcode ownHosts}. */
export interface OwnHostsOptions {
  /** The name or address that the gateway listens on. */
  readonly host: string;
  readonly port: number;
}

/** What a request may give as its host: names and addresses with the port, the first to be shown. */
export function ownHosts({ host, port }: OwnHostsOptions): ReadonlySet<string> {
  const names = ANY_ADDRESS.includes(host)
    ? [...LOOPBACK, ...Deno.networkInterfaces().map(({ address }) => address)]
    : [host, ...LOOPBACK];
  return new Set(names.map((name) => authority(name, port)));
}

/** As a browser writes it: in lower case, and without a port that goes without saying. */
function authority(name: string, port: number): string {
  const host = name.includes(":") ? `[${name}]` : name;
  return URL.parse(`http://${host}:${port}`)?.host ?? `${host}:${port}`;
}
