/** `deno task bench:attacks`: how many attack programs each tier contains, and bare Deno. */
import { offerTier } from "../../src/sandbox/open_tier.ts";
import type { Isolation } from "../../src/config/limits.ts";
import { type AttackProgram, attackPrograms } from "../security/attack_programs.ts";
import { findEscapes } from "../security/find_escapes.ts";
import { byBareDeno, byLibrary, type WayIn } from "../security/ways_in.ts";
import { printTable } from "./statistics.ts";

const TIERS: Readonly<Record<string, Isolation>> = {
  process: { tier: "process" },
  bubblewrap: { tier: "bubblewrap" },
  "container, crun": { tier: "container", runtime: "crun" },
  "container, runsc": { tier: "container", runtime: "runsc" },
};

/** Some fill all the memory that they are left. */
const AT_ONCE = 3;

/** Prints the table, one column for each origin of programs. */
export async function benchAttacks(): Promise<void> {
  const programs = await attackPrograms();
  const origins = Map.groupBy(programs, ({ origin }) => origin);
  const heads = [...origins].map(([origin, { length }]) => `${origin}, of ${length}`);
  const rows: string[][] = [["attacks contained", ...heads]];
  const add = async (name: string, open: () => Promise<WayIn>) => {
    const cells: string[] = [];
    for (const [, group] of origins) cells.push(String(await contained(group, open)));
    rows.push([name, ...cells]);
  };
  await add("bare deno run, least flags", byBareDeno);
  for (const [name, isolation] of Object.entries(TIERS)) {
    const { create } = await offerTier(isolation);
    if (create === undefined) rows.push([name, ...heads.map(() => "not here")]);
    else await add(name, () => byLibrary(isolation));
  }
  printTable(rows);
}

async function contained(
  programs: readonly AttackProgram[],
  open: () => Promise<WayIn>,
): Promise<number> {
  await using wayIn = await open();
  const escaped = await findEscapes(programs, { wayIn, atOnce: AT_ONCE });
  if (escaped.length > 0) console.error(`${escaped.length} got out: ${escaped.join(" ")}\n`);
  return programs.length - escaped.length;
}

if (import.meta.main) await benchAttacks();
