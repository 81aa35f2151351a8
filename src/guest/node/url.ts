/**
 * `node:url` of a program.
 *
 * @module
 */
import { codedError, wrongType } from "./coded_error.ts";
import { parse as parseQuery, type Query, stringify } from "./querystring.ts";

const { URL, URLSearchParams } = globalThis;
export { URL, URLSearchParams };

/** Protocols that are followed by two slashes. */
const SLASHED = new Set(["http:", "https:", "ftp:", "gopher:", "file:", "ws:", "wss:"]);
/** Protocol, slashes with what stands before the path, path, query, fragment. */
const PARTS = /^([a-z][a-z0-9.+-]*:)?(\/\/[^/?#\\]*)?([^?#]*)(\?[^#]*)?(#[^]*)?$/i;

export class Url {
  protocol: string | null = null;
  slashes: boolean | null = null;
  auth: string | null = null;
  host: string | null = null;
  port: string | null = null;
  hostname: string | null = null;
  hash: string | null = null;
  search: string | null = null;
  query: string | Query | null = null;
  pathname: string | null = null;
  path: string | null = null;
  href = "";
}

export function parse(text: string, parseQueryString = false, slashesDenoteHost = false): Url {
  if (typeof text !== "string") throw wrongType("url", "of type string", text);
  const [, protocol, authority, path = "", search, hash] =
    PARTS.exec(text.trim().replaceAll("\\", "/")) ?? [];
  const url = new Url();
  url.protocol = protocol?.toLowerCase() ?? null;
  const hasHost = authority !== undefined && (protocol !== undefined || slashesDenoteHost);
  if (hasHost) setAuthority(url, authority.slice(2));
  if (url.protocol === "mailto:") return mailTo(url, path);
  const isRooted = hasHost && SLASHED.has(url.protocol ?? "") && path === "";
  url.pathname = (hasHost ? "" : authority ?? "") + (isRooted ? "/" : path) || null;
  url.search = search ?? (parseQueryString ? "" : null);
  const query = search?.slice(1) ?? null;
  url.query = parseQueryString ? parseQuery(query ?? "") : query;
  url.hash = hash ?? null;
  url.path = url.pathname === null && !url.search
    ? null
    : (url.pathname ?? "") + (url.search ?? "");
  url.href = format(url);
  return url;
}

function mailTo(url: Url, address: string): Url {
  setAuthority(url, address);
  return Object.assign(url, { slashes: null, href: `mailto:${address}` });
}

function setAuthority(url: Url, authority: string): void {
  url.slashes = true;
  const at = authority.lastIndexOf("@");
  if (at !== -1) url.auth = decodeURIComponent(authority.slice(0, at));
  const host = authority.slice(at + 1).toLowerCase();
  const [, hostname = "", port] = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(host) ?? [undefined, host];
  url.port = port ? port : null;
  url.hostname = hostname.replaceAll(/^\[|\]$/g, "");
  url.host = url.port === null ? hostname : `${hostname}:${port}`;
}

interface FormatOptions {
  readonly auth?: boolean;
  readonly fragment?: boolean;
  readonly search?: boolean;
}

export function format(parts: string | URL | Partial<Url>, options: FormatOptions = {}): string {
  if (typeof parts === "string") return parse(parts).href;
  if (parts instanceof URL) return formatUrl(parts, options);
  const { auth, hostname, port, hash, query } = parts;
  const protocol = parts.protocol ? parts.protocol.replace(/:?$/, ":") : "";
  const shownName = hostname?.includes(":") ? `[${hostname}]` : hostname ?? "";
  const host = parts.host ?? (hostname ? shownName + (port ? `:${port}` : "") : null);
  const isSlashed = parts.slashes || (host !== null && (protocol === "" || SLASHED.has(protocol)));
  const signed = auth ? `${encodeURIComponent(auth).replace("%3A", ":")}@` : "";
  const authority = host === null ? "" : signed + host;
  const path = (parts.pathname ?? "").replaceAll(/[?#]/g, encodeURIComponent);
  const rooted = authority !== "" && path !== "" && !path.startsWith("/") ? `/${path}` : path;
  const asked = typeof query === "object" && query !== null ? stringify(query) : "";
  const search = parts.search ?? (asked === "" ? "" : asked);
  return protocol + (isSlashed ? "//" : "") + authority + rooted + prefixed("?", search) +
    prefixed("#", hash ?? "");
}

function formatUrl(
  url: URL,
  { auth = true, fragment = true, search = true }: FormatOptions,
): string {
  const shown = new URL(url);
  if (!auth) shown.username = shown.password = "";
  if (!fragment) shown.hash = "";
  if (!search) shown.search = "";
  return shown.href;
}

function prefixed(sign: string, text: string): string {
  return text === "" || text.startsWith(sign) ? text : sign + text;
}

export function resolve(from: string, to: string): string {
  const base = new URL(from, "resolve://");
  const target = new URL(to, base);
  if (target.protocol !== "resolve:") return target.href;
  const { pathname, search, hash } = target;
  const isRooted = from.startsWith("/") || to.startsWith("/");
  return (isRooted ? pathname : pathname.replace(/^\//, "")) + search + hash;
}

export function resolveObject(from: string, to: string): Url {
  return parse(resolve(from, to));
}

export function fileURLToPath(url: string | URL): string {
  const { protocol, hostname, pathname } = new URL(url);
  if (protocol !== "file:") {
    throw codedError(TypeError, "ERR_INVALID_URL_SCHEME", "The URL must be of scheme file");
  }
  if (hostname !== "" || /%2f/i.test(pathname)) {
    throw codedError(
      TypeError,
      "ERR_INVALID_FILE_URL_PATH",
      "File URL must hold a path of this host",
    );
  }
  return decodeURIComponent(pathname);
}

export function pathToFileURL(path: string): URL {
  const url = new URL("file:///");
  url.pathname = path.replaceAll("%", "%25").replaceAll("\\", "%5C").replaceAll("\n", "%0A")
    .replaceAll("\r", "%0D").replaceAll("\t", "%09").replaceAll("?", "%3F").replaceAll("#", "%23");
  return url;
}

export function domainToASCII(domain: string): string {
  try {
    return new URL(`ws://${domain}`).hostname;
  } catch {
    return "";
  }
}

export function urlToHttpOptions(url: URL): Record<string, unknown> {
  const { protocol, hostname, hash, search, pathname, href, port, username, password } = url;
  return {
    protocol,
    hostname: hostname.replaceAll(/^\[|\]$/g, ""),
    hash,
    search,
    pathname,
    path: pathname + search,
    href,
    ...(port !== "" && { port: Number(port) }),
    ...((username || password) &&
      { auth: `${decodeURIComponent(username)}:${decodeURIComponent(password)}` }),
  };
}

export default {
  ...{ URL, URLSearchParams, Url, parse, format, resolve, resolveObject, fileURLToPath },
  ...{ pathToFileURL, domainToASCII, urlToHttpOptions },
};
