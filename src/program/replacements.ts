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
