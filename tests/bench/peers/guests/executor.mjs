import { startServer } from "./mcp_pipe.mjs";
import { ORDER, timePrograms } from "./time_programs.mjs";

const PROGRAMS = {
  trivial: "return 1 + 1;",
  "one call": "return (await tools.odd.org.main.echo({ n: 1 })).data.structuredContent;",
  "50 parallel calls": `return (await Promise.all(Array.from({ length: 50 },
  (_, n) => tools.odd.org.main.echo({ n })))).filter(({ ok }) => ok).length;`,
};

const [command, ...args] = ORDER.server;

/** It connects its servers itself, and is told of them by programs. */
const SET_UP = [
  `return await tools.executor.mcp.addServer(${
    JSON.stringify({ transport: "stdio", name: "odd", slug: "odd", command, args })
  });`,
  `return await tools.executor.coreTools.connections.create({ owner: "org", name: "main",
  integration: "odd", template: "none", from: { provider: "file", id: "none" } });`,
];

await timePrograms(async () => {
  const tool = startServer([
    "node_modules/.bin/executor",
    "mcp",
    "--scope",
    ".",
    "--elicitation-mode",
    "model",
  ]);
  const execute = async (code) => {
    const { status, executionId, result } = await tool("execute", { code });
    if (status === "completed") return result;
    return (await tool("resume", { executionId, action: "accept" })).result;
  };
  for (const code of SET_UP) {
    const { ok, error } = await execute(code);
    if (!ok) throw new Error(error.message);
  }
  return (name) => execute(PROGRAMS[name]);
});
