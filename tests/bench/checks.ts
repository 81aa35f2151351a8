import { join } from "@std/path";
import { examine } from "../fixtures/examine.ts";
import { findCompiler } from "../../src/policy/typecheck/compiler_process.ts";
import { openAdmission } from "./open_admission.ts";
import { percentile, printTable, sample } from "./statistics.ts";

const COUNT = 200;
const TOOLS = {
  crm: ["list_leads", "get_lead", "update_lead", "search_leads", "send_email", "list_notes"],
  drive: ["list_files", "read_sheet", "write_sheet", "search_files", "read_document"],
};

/** A program that nobody has checked before; every third one imports other tools than the last. */
function newProgram(seed: number): string {
  const all = Object.entries(TOOLS).flatMap(([server, tools]) =>
    tools.map((tool) => ({ server, tool }))
  );
  const three = [0, 4, 7].map((step) => all[(Math.floor(seed / 3) * 5 + step) % all.length]!);
  const imports = three.map(({ server, tool }) =>
    `import { ${tool} } from "./servers/${server}/${tool}.ts";`
  );
  return `${imports.join("\n")}
const tools${seed} = [${three.map(({ tool }) => tool).join(", ")}];
const counts = new Map<string, number>();
for (const word of ["a", "b", "a${seed}"]) counts.set(word, (counts.get(word) ?? 0) + ${seed});
const sorted = [...counts].sort(([, a], [, b]) => b - a).map(([word, count]) => ({ word, count }));
console.log(tools${seed}.length, sorted[0]?.word);
return { sorted, total: sorted.reduce((sum, { count }) => sum + count, 0) };
`;
}

/** What the type check of a new program with three imports costs, beside a compiler started for it. */
export async function benchChecks(): Promise<void> {
  await using admission = await openAdmission(["crm", "drive"]);
  const { root, checker, reading } = admission;
  let seed = 0;
  const programs = await Promise.all(
    Array.from({ length: COUNT + 20 }, async (_, at) => {
      const code = newProgram(at);
      return { code, program: await examine(code, reading) };
    }),
  );
  const warm = await sample(async () => {
    await checker.check(programs[seed++ % programs.length]!.program);
  }, { count: COUNT, warmUp: 20 });
  const cold = await coldChecks(root, programs.map(({ code }) => code));
  printTable([
    ["type check of a new program, three imports, ms", "p50", "p95", "p99"],
    ["kept warm", ...[0.5, 0.95, 0.99].map((p) => percentile(warm, p))],
    ["a compiler started for it", ...[0.5, 0.95, 0.99].map((p) => percentile(cold, p))],
  ]);
}

/** The same compiler on the same programs, from a file, without anything kept. */
async function coldChecks(root: string, programs: readonly string[]): Promise<number[]> {
  const found = await findCompiler();
  if ("reason" in found) return [];
  let at = 0;
  const path = join(root, "bench_program.ts");
  const args = ["--noEmit", "--skipLibCheck", "--allowImportingTsExtensions", "--target", "esnext"];
  return await sample(async () => {
    await Deno.writeTextFile(path, programs[at++]!.replace(/^return/m, "export default"));
    await new Deno.Command(found.path, { args: [...args, "--module", "preserve", path] }).output();
  }, { count: 20, warmUp: 2 });
}

if (import.meta.main) await benchChecks();
