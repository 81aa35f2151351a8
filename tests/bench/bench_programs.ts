/** A program that is timed, and what it must give. */
export interface BenchProgram {
  readonly name: string;
  readonly code: string;
  readonly value: unknown;
}

/** The programs that everything is measured by; `odd` is the server of the tests. */
export const BENCH_PROGRAMS: readonly BenchProgram[] = [
  { name: "trivial", code: "return 1 + 1;", value: 2 },
  {
    name: "one call",
    code: `import { echo } from "./servers/odd/echo.ts";
return await echo({ n: 1 });`,
    value: { arguments: { n: 1 } },
  },
  {
    name: "50 parallel calls",
    code: `import { echo } from "./servers/odd/echo.ts";
return (await Promise.all(Array.from({ length: 50 }, (_, n) => echo({ n })))).length;`,
    value: 50,
  },
];
