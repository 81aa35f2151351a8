// @ts-ignore: installed beside this file when it runs
import { toolDefinition } from "@tanstack/ai";
// @ts-ignore: installed beside this file when it runs
import { createCodeModeTool } from "@tanstack/ai-code-mode";
// @ts-ignore: installed beside this file when it runs
import { createNodeIsolateDriver } from "@tanstack/ai-isolate-node";
// @ts-ignore: installed beside this file when it runs
import { z } from "zod";
import { timePrograms } from "./time_programs.mjs";

const PROGRAMS = {
  trivial: "return 1 + 1;",
  "one call": "return await external_echo({ n: 1 });",
  "50 parallel calls":
    "return (await Promise.all(Array.from({ length: 50 }, (_, n) => external_echo({ n })))).length;",
};

await timePrograms((echo) => {
  const tool = toolDefinition({
    name: "echo",
    description: "Gives back what it was given",
    inputSchema: z.object({ n: z.number() }),
  }).server(echo);
  const codeMode = createCodeModeTool({ driver: createNodeIsolateDriver(), tools: [tool] });
  return Promise.resolve(async (name) => {
    const { success, result, error } = await codeMode.execute({ typescriptCode: PROGRAMS[name] });
    if (!success) throw new Error(error.message);
    return result;
  });
});
