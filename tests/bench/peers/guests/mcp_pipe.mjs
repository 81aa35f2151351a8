import { createInterface } from "node:readline";
import { spawn } from "node:child_process";

/**
 * Starts an MCP server and calls its tools over its pipes, with no more than the protocol needs.
 *
 * @param {readonly string[]} command
 * @returns {(name: string, args: unknown) => Promise<unknown>} calls a tool; gives its structured content
 */
export function startServer([command, ...args]) {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "ignore"] });
  const waiting = new Map();
  let id = 0;
  createInterface({ input: child.stdout }).on("line", (line) => {
    const message = JSON.parse(line);
    waiting.get(message.id)?.(message);
    waiting.delete(message.id);
  });
  const send = (message) =>
    child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  const ask = async (method, params) => {
    const answer = Promise.withResolvers();
    waiting.set(++id, answer.resolve);
    send({ id, method, params });
    const { result, error } = await answer.promise;
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  };
  const ready = ask("initialize", {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: "bench", version: "1.0.0" },
  }).then(() => send({ method: "notifications/initialized" }));
  return async (name, args) => {
    await ready;
    return (await ask("tools/call", { name, arguments: args })).structuredContent;
  };
}
