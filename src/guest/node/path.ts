/**
 * `node:path` of a program, with the separators of POSIX. A program has no present folder to tell:
 * what is not absolute stays relative to the folder that its own file functions begin at.
 *
 * @module
 */
import { wrongType } from "./coded_error.ts";

interface ParsedPath {
  root: string;
  dir: string;
  base: string;
  ext: string;
  name: string;
}

export const sep = "/";
export const delimiter = ":";

export function normalize(path: string): string {
  check("path", path);
  if (path === "") return ".";
  const whole = segments(path, isAbsolute(path)).join("/");
  const end = path.endsWith("/") && whole !== "" ? "/" : "";
  if (isAbsolute(path)) return `/${whole}${end}`;
  return whole === "" ? (path.endsWith("/") ? "./" : ".") : whole + end;
}

export function join(...paths: string[]): string {
  for (const path of paths) check("path", path);
  return normalize(paths.filter((path) => path !== "").join("/"));
}

export function resolve(...paths: string[]): string {
  for (const path of paths) check("path", path);
  const first = paths.findLastIndex(isAbsolute);
  const whole = paths.slice(Math.max(0, first)).filter((path) => path !== "").join("/");
  const isRooted = first !== -1;
  return (isRooted ? "/" : "") + segments(whole, isRooted).join("/") || ".";
}

export function isAbsolute(path: string): boolean {
  check("path", path);
  return path.startsWith("/");
}

export function relative(from: string, to: string): string {
  const [here, there] = [resolve(from), resolve(to)].map((path) =>
    path.split("/").filter((part) => part !== "" && part !== ".")
  ) as [string[], string[]];
  let shared = 0;
  while (shared < here.length && shared < there.length && here[shared] === there[shared]) shared++;
  return [...here.slice(shared).map(() => ".."), ...there.slice(shared)].join("/");
}

export function dirname(path: string): string {
  check("path", path);
  const plain = withoutEnd(path);
  const at = plain.lastIndexOf("/");
  if (at === -1) return ".";
  return at === 0 ? "/" : withoutEnd(plain.slice(0, at));
}

export function basename(path: string, suffix = ""): string {
  check("path", path);
  check("suffix", suffix);
  const plain = withoutEnd(path);
  const base = plain === "/" ? "" : plain.slice(plain.lastIndexOf("/") + 1);
  return base !== suffix && base.endsWith(suffix)
    ? base.slice(0, base.length - suffix.length)
    : base;
}

export function extname(path: string): string {
  const base = basename(path);
  const at = base.lastIndexOf(".");
  return at <= 0 || base === ".." ? "" : base.slice(at);
}

export function parse(path: string): ParsedPath {
  const base = basename(path);
  const ext = extname(path);
  const dir = dirname(path);
  const name = ext === "" ? base : base.slice(0, -ext.length);
  const hasDir = withoutEnd(path).includes("/");
  return { root: isAbsolute(path) ? "/" : "", dir: hasDir ? dir : "", base, ext, name };
}

export function format(parts: Partial<ParsedPath>): string {
  if (typeof parts !== "object" || parts === null) {
    throw wrongType("pathObject", "of type object", parts);
  }
  const ext = parts.ext ? (parts.ext.startsWith(".") ? parts.ext : `.${parts.ext}`) : "";
  const base = parts.base || `${parts.name ?? ""}${ext}`;
  const dir = parts.dir || parts.root;
  if (!dir) return base;
  return dir === parts.root ? `${dir}${base}` : `${dir}/${base}`;
}

export function matchesGlob(path: string, pattern: string): boolean {
  const source = pattern.replaceAll(/\*\*\/?|\*|\?|[.+^${}()|[\]\\]/g, (sign) => {
    if (sign.startsWith("**")) return sign === "**" ? ".*" : "(?:.*/)?";
    if (sign === "*") return "[^/]*";
    return sign === "?" ? "[^/]" : `\\${sign}`;
  });
  return new RegExp(`^${source}$`).test(path);
}

/** Paths of POSIX have no other form. */
export function toNamespacedPath(path: string): string {
  return path;
}

const all = {
  ...{ sep, delimiter, normalize, join, resolve, isAbsolute, relative, dirname, basename, extname },
  ...{ parse, format, matchesGlob, toNamespacedPath },
};
export const posix: typeof all & { posix?: unknown } = all;
posix.posix = all;
export default posix;

function segments(path: string, isRooted: boolean): string[] {
  const kept: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") kept.push(part);
    else if (kept.length > 0 && kept.at(-1) !== "..") kept.pop();
    else if (!isRooted) kept.push("..");
  }
  return kept;
}

function withoutEnd(path: string): string {
  let end = path.length;
  while (end > 1 && path[end - 1] === "/") end--;
  return path.slice(0, end);
}

function check(name: string, value: unknown): void {
  if (typeof value !== "string") throw wrongType(name, "of type string", value);
}
