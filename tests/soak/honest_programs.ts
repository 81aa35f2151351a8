import type { SoakProgram } from "./soak_program.ts";

const LOG_LINES = 200;

/** What agents do: calls, files that stay in a session, logs, large values, errors of their own. */
export const HONEST_PROGRAMS: readonly SoakProgram[] = [
  {
    name: "computes",
    code: `enum Colour { Red = 7 }
const double = (n: number): number => n * 2;
return double(Colour.Red);`,
    workspace: "its own",
    fits: ({ value }) => value === 14,
  },
  {
    name: "calls one tool",
    code: `import { list_leads } from "./servers/crm/list_leads.ts";
const { leads } = await list_leads({ limit: 100 });
return leads.length;`,
    workspace: "its own",
    fits: ({ value, calls }) => value === 100 && calls.length === 1,
  },
  {
    name: "calls one tool twenty times at once",
    code: `import { get_lead } from "./servers/crm/get_lead.ts";
const ids = Array.from({ length: 20 }, (_, i) => \`lead-\${String(i + 1).padStart(5, "0")}\`);
return (await Promise.all(ids.map((lead_id) => get_lead({ lead_id })))).map(({ id }) => id);`,
    workspace: "its own",
    fits: ({ value }) => Array.isArray(value) && value.length === 20 && value[19] === "lead-00020",
  },
  {
    name: "reads a document of 200,000 characters",
    code: `import { read_document } from "./servers/drive/read_document.ts";
const { text, characters } = await read_document({ document_id: "doc-transcript" });
return text.length > 100_000 && characters > 100_000;`,
    workspace: "its own",
    fits: ({ value, usage }) => value === true && usage.intermediateBytes > 200_000,
  },
  {
    name: "counts on in a file of its session",
    code: `const path = "./workspace/count.txt";
const before = await Deno.readTextFile(path).then(Number, () => 0);
await Deno.writeTextFile(path, String(before + 1));
return Number(await Deno.readTextFile(path)) - before;`,
    workspace: "of the lane",
    fits: ({ value }) => value === 1,
  },
  {
    name: "logs many lines",
    code: `for (let i = 0; i < ${LOG_LINES}; i++) console.log("line", i, "of many");
return "logged";`,
    workspace: "of the lane",
    fits: ({ value, logs }) => value === "logged" && logs.length === LOG_LINES,
  },
  {
    name: "returns more than a model reads",
    code: `return Array.from({ length: 20_000 }, (_, i) => ({ i, text: "a row of it" }));`,
    workspace: "its own",
    fits: ({ status, files }) => status === "completed" && files.length === 1,
  },
  {
    name: "throws an error of its own",
    code: `throw new TypeError("as it must");`,
    workspace: "its own",
    fits: ({ status, error }) => status === "failed" && error?.code === "PROGRAM_THREW",
  },
];
