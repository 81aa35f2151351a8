import { describeNames, nearestNames } from "../discovery/nearest_names.ts";

/** What a program has in the place of what other hosts have, in one line each. */
const REPLACEMENTS: Readonly<Record<string, string>> = {
  fetch: "There is no network: call a tool, imported from " +
    '"./servers/<server>/<tool>.ts"; searchTools of "airlock" finds one',
  require: 'There is no require: import { … } from "./servers/<server>/<tool>.ts"',
  module: "There is no CommonJS: return the value, or export it by default",
  process: "There is no process: no environment, no arguments; give what is needed in the program",
  fs: 'There is no fs: files are read with Deno.readTextFile("./workspace/…")',
  env: "There is no environment: secrets stay with the servers, and tools use them",
  Command: "No program can be started: call a tool",
  connect: "There is no network: call a tool",
  WebSocket: "There is no network: call a tool",
  XMLHttpRequest: "There is no network: call a tool",
  axios: "There is no network: call a tool",
  Bun: "There is no Bun: files are read with Deno.readTextFile, tools are imported",
  window: "There is no page: use globalThis for globals",
  document: "There is no page: a tool may read one",
  localStorage: "Keep values in files: ./workspace/… stays within a session",
  alert: "Nobody reads along: use console.log, or return the value",
  prompt: "Nobody can answer: return what is known, and ask afterwards",
  Worker: "A program has one thread: start calls together with Promise.all",
  __dirname: "Paths start at the program: ./workspace/…",
  __filename: "Paths start at the program: ./workspace/…",
  callMCPTool: 'Import the tool from "./servers/<server>/<tool>.ts"',
  callTool: 'import { callTool } from "airlock"',
  searchTools: 'import { searchTools } from "airlock"',
  sleep: 'import { sleep } from "airlock"',
};

for (const name of ["http", "https", "net", "tls", "dgram", "undici", "node-fetch", "ws", "got"]) {
  Object.assign(REPLACEMENTS, { [name]: REPLACEMENTS.connect });
}
for (const name of ["fs/promises", "fs-extra"]) {
  Object.assign(REPLACEMENTS, { [name]: REPLACEMENTS.fs });
}
Object.assign(REPLACEMENTS, { child_process: REPLACEMENTS.Command });

/** What to use instead of a name that other hosts have; undefined for any other name. */
export function replacementFor(name: string): string | undefined {
  const plain = name.replace(/^node:/, "");
  return Object.hasOwn(REPLACEMENTS, plain) ? REPLACEMENTS[plain] : undefined;
}

/** What every program has without importing it, in one line. */
export const AVAILABLE =
  "Available are the language, console, Deno.readTextFile and its like for " +
  "./workspace/…, crypto, URL, TextEncoder, setTimeout, structuredClone; tools come from " +
  '"./servers/<server>/<tool>.ts", and searchTools, callTool, readTool, sleep from "airlock"';

const MAX_NEAR = 3;
const MAX_LISTED = 20;

/** The names that an unknown one was probably meant to be, nearest first. */
export function nearNames(name: string, names: readonly string[]): string[] {
  const same = names.find((each) => lettersOf(each) === lettersOf(name));
  if (same !== undefined) return [same];
  const tools = names.map((tool) => ({ server: "", tool }));
  return nearestNames(name, describeNames([], tools), MAX_NEAR).tools.map(({ tool }) => tool);
}

/** One line: what an unknown name was probably meant to be, else what names there are. */
export function suggestNames(name: string, names: readonly string[]): string {
  const near = nearNames(name, names).map((each) => `"${each}"`);
  if (near.length > 0) {
    const last = near.pop();
    return `Did you mean ${near.length === 0 ? last : `${near.join(", ")} or ${last}`}?`;
  }
  if (names.length === 0) return "There are none";
  const more = names.length > MAX_LISTED ? ", …" : "";
  return `There are ${names.slice(0, MAX_LISTED).join(", ")}${more}`;
}

/** `getLead`, `get_lead` and `get-lead` are written with the same letters. */
function lettersOf(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}

/** The candidate that `name` was probably meant to be; undefined where none is near. */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.ceil(name.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Levenshtein's distance of the first 64 characters. */
function editDistance(a: string, b: string): number {
  const from = a.slice(0, 64);
  const to = b.slice(0, 64);
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replace = row[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replace, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[to.length]!;
}
