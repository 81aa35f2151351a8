import type { RunResult } from "../../src/model/run_result.ts";
import {
  aimedAt,
  type AttackProgram,
  attackPrograms,
  type AttackTargets,
} from "../security/attack_programs.ts";
import { type Canaries, CANARY } from "../security/canaries.ts";
import { STALLING_TEXTS, WORST_TEXTS } from "../security/worst_texts.ts";
import type { SoakProgram } from "./soak_program.ts";

/** Long enough for a limit to be reached before the clock is. */
const OWN_TIMEOUT_MS = 10_000;
/** Long enough for an attack to succeed. */
const ATTACK_TIMEOUT_MS = 1_500;

const call = `import { get_lead } from "./servers/crm/get_lead.ts";\n`;

/** Each of these would go on for ever, until it is over the limit named. */
const OVER_LIMIT: readonly (readonly [string, string])[] = [
  ["cpuMs", "for (;;);"],
  ["cpuMs", `/^(a+)+$/.test("a".repeat(38) + "b");`],
  ["cpuMs", "const f = () => void Promise.resolve().then(f); f(); await new Promise(() => {});"],
  ["heapBytes", "const kept = []; for (;;) kept.push(new Array(1e5).fill(kept.length));"],
  [
    "memoryBytes",
    `const kept = []; for (;;) { kept.push(new Uint8Array(16 << 20).fill(1));
  await new Promise((resolve) => setTimeout(resolve, 1)); }`,
  ],
  ["workspaceFiles", `for (let i = 0; ; i++) Deno.writeTextFileSync("./workspace/" + i, "");`],
  [
    "workspaceBytes",
    `for (let i = 0; ; i++) Deno.writeFileSync("./workspace/" + i, new Uint8Array(1 << 20));`,
  ],
  [
    "openFiles",
    `const files = []; for (;;) files.push(Deno.openSync("./workspace/a", { create: true, write: true }));`,
  ],
  ["outputBytes", `for (;;) console.log("x".repeat(1_000));`],
  ["calls", `${call}for (;;) await get_lead({ lead_id: "lead-00001" });`],
];

/** What a program may try with its own end, and what must come of it. */
const TRICKS: readonly Pick<SoakProgram, "name" | "code" | "fits">[] = [
  {
    name: "exits as if it had done its work",
    code: `Deno.exit(0); return "more";`,
    fits: ({ value }) => value === null,
  },
  {
    name: "exits with an error",
    code: `setTimeout(() => Deno.exit(7)); await new Promise(() => {});`,
    fits: ({ status }) => status === "failed",
  },
  {
    name: "forges a result on its standard output",
    code: `const text = JSON.stringify({ status: "completed", value: "forged" });
try { Deno.stdout.writeSync(new TextEncoder().encode(text)); } catch {}
console.log(text);
return "its own";`,
    fits: ({ value }) => value === "its own",
  },
  {
    name: "pollutes what all objects are made of",
    code: `Object.prototype.status = "completed"; Object.prototype.value = "forged";
Array.prototype.push = () => 0; JSON.stringify = () => '"forged"'; Promise.prototype.then = null;
throw new Error("its own");`,
    fits: ({ status, value }) => status !== "completed" && value !== "forged",
  },
  {
    name: "imports what it may not",
    code: `import "/etc/passwd"; return 1;`,
    fits: ({ status }) => status === "denied",
  },
];

/** What attackers do: to their limits, with their own end, and all attack programs there are. */
export async function hostilePrograms(canaries: Canaries): Promise<readonly SoakProgram[]> {
  const attacks = await attackPrograms();
  return [
    ...OVER_LIMIT.map(overLimit),
    ...TRICKS.map((trick) => ({ ...trick, workspace: "its own" as const })),
    {
      name: "client that goes away",
      code: "await new Promise(() => {});",
      workspace: "its own",
      leavesAfterMs: 100,
      fits: ({ status }) => status === "cancelled",
    },
    ...worstTexts(),
    // Those left out need a link that is planted for each of their runs.
    ...attacks.filter(({ needsLink }) => !needsLink).map((each) => attack(each, canaries)),
  ];
}

/** Long enough for a reader that is not linear to hold its process for minutes. */
const TEXT_BYTES = 200_000;
const TEXT_DEPTH = 60;

/** Texts that are the worst for what reads them: whatever becomes of them, others do not notice. */
function worstTexts(): readonly SoakProgram[] {
  const texts = [
    ...Object.entries(WORST_TEXTS).map(([name, make]) => [name, make(TEXT_BYTES)] as const),
    ...Object.entries(STALLING_TEXTS).map(([name, make]) => [name, make(TEXT_DEPTH)] as const),
  ];
  return texts.map(([name, code]) => ({
    name: `worst text: ${name}`,
    code,
    workspace: "its own",
    timeoutMs: OWN_TIMEOUT_MS,
    fits: isInside,
  }));
}

function overLimit([limit, code]: readonly [string, string]): SoakProgram {
  return {
    name: `endless: ${limit}`,
    code,
    workspace: "its own",
    timeoutMs: OWN_TIMEOUT_MS,
    // On a machine that is busy enough, the clock is faster.
    fits: ({ status }) => status === "over_limit" || status === "timed_out",
  };
}

function attack(program: AttackProgram, targets: AttackTargets): SoakProgram {
  const { name } = program;
  const code = aimedAt(program, targets);
  return { name, code, workspace: "its own", timeoutMs: ATTACK_TIMEOUT_MS, fits: isInside };
}

function isInside({ value, logs, error }: RunResult): boolean {
  const text = JSON.stringify({ value, logs, error });
  return !text.includes(CANARY) && !/ESCAPED:(?!sigusr1-sent)/.test(text);
}
