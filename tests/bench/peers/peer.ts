/** A system of its own that runs programs of agents, and how it is measured. */
export interface Peer {
  readonly name: string;
  /** What stands between a program and its host. */
  readonly isolation: string;
  /** What else its figures show. */
  readonly remark?: string;
  /** The file of `guests` that times its programs. */
  readonly script: string;
  /** npm packages with their versions, its own first. */
  readonly packages: readonly string[];
}

/** The Node that the peers run on: some need a later one than a machine may have. */
const NODE = `node-${Deno.build.os}-${Deno.build.arch === "aarch64" ? "arm64" : "x64"}@24.21.0`;

/** The peers that npm has. */
export const PEERS: readonly Peer[] = [
  {
    name: "Cloudflare code mode, workerd",
    isolation: "a new V8 isolate in a workerd process that all runs share",
    script: "cloudflare_code_mode.mjs",
    packages: ["@cloudflare/codemode@0.5.6", "miniflare@4.20260730.0", "esbuild@0.28.2", NODE],
  },
  {
    name: "TanStack code mode, isolated-vm",
    isolation: "a new V8 isolate in the host's own process",
    script: "tanstack_code_mode.mjs",
    packages: [
      "@tanstack/ai-code-mode@0.3.4",
      "@tanstack/ai-isolate-node@0.1.43",
      "@tanstack/ai@0.39.0",
      "isolated-vm@6.1.2",
      "zod@4.6.7",
      NODE,
    ],
  },
  {
    name: "executor, over its MCP endpoint",
    isolation: "QuickJS as WebAssembly in the host's own process",
    remark: "it starts a stdio server anew for each call",
    script: "executor.mjs",
    packages: ["executor@1.5.9", NODE],
  },
];

/** The folder that {@linkcode NODE} is installed as. */
export const NODE_FOLDER: string = NODE.slice(0, NODE.lastIndexOf("@"));
