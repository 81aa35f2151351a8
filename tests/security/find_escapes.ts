import { aimedAt, type AttackProgram } from "./attack_programs.ts";
import { type Canaries, CANARY, plantCanaries } from "./canaries.ts";
import type { WayIn } from "./ways_in.ts";

const VARIABLE = "ESCAPE_CANARY_ENV";

/** Where Deno's debugger would listen. */
const DEBUGGER_PORT = 9229;

/** Options of {@linkcode findEscapes}. */
export interface FindEscapesOptions {
  readonly wayIn: WayIn;
  /** How many run at once. */
  readonly atOnce: number;
}

/** Runs programs, each with canaries of its own; gives the names of those that got out. */
export async function findEscapes(
  programs: readonly AttackProgram[],
  { wayIn, atOnce }: FindEscapesOptions,
): Promise<string[]> {
  const escaped: string[] = [];
  const waiting = [...programs];
  const runNext = async () => {
    for (let program; (program = waiting.shift()) !== undefined;) {
      await using canaries = await plantCanaries();
      if (await escapes(program, { wayIn, canaries })) escaped.push(program.name);
    }
  };
  Deno.env.set(VARIABLE, `${CANARY}-env`);
  await Promise.all(Array.from({ length: atOnce }, runNext));
  Deno.env.delete(VARIABLE);
  return escaped.sort();
}

/** Runs one program; whether it got out. */
export async function escapes(
  program: AttackProgram,
  { wayIn, canaries }: { wayIn: WayIn; canaries: Canaries },
): Promise<boolean> {
  const session = program.name.replaceAll(/\W/g, "-");
  if (program.needsLink) {
    const folder = wayIn.workspaceOf(session);
    await Deno.mkdir(folder, { recursive: true });
    await Deno.symlink(canaries.folder, `${folder}/link-out`);
  }
  for (let round = 0; round < (program.twice ? 2 : 1); round++) {
    const checks: Promise<boolean>[] = [];
    // The program sent a signal; whether that opened anything is what the port says.
    const onOutput = () => {
      if (checks.length < 10) checks.push(answers(DEBUGGER_PORT));
    };
    const text = await wayIn.run({ code: aimedAt(program, canaries), session, onOutput });
    if (saysEscaped(text) || (await Promise.all(checks)).includes(true)) return true;
  }
  return canaries.touched().length > 0;
}

function saysEscaped(text: string): boolean {
  return text.includes(CANARY) || /ESCAPED:(?!sigusr1-sent)/.test(text) ||
    /Download https?:/.test(text);
}

async function answers(port: number): Promise<boolean> {
  try {
    (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    return true;
  } catch {
    return false;
  }
}
