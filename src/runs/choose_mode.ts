import type { Config } from "../config/config.ts";
import { AirlockError } from "../model/errors.ts";
import { encodeBody } from "../model/frames.ts";
import type { RunRequest } from "../model/run_request.ts";
import { OWNER_NAME } from "../model/permission.ts";
import { mayHoldToken } from "../model/token.ts";
import { reachableTool, refuseUnapproved } from "../policy/approvals/approval_rules.ts";
import type { RiskLevel } from "../model/risk.ts";
import { hasBoundary } from "../privacy/protection.ts";
import { type ExaminedProgram, examineLookups } from "../program/examination.ts";
import type { SingleCall } from "../program/program.ts";
import type { ClassicCall } from "./call_tool.ts";
import type { RunHost } from "./run_scope.ts";
import type { ToolCatalogue } from "./tool_catalogue.ts";

/**
 * Up to where one call is worth making without a worker, as `deno task bench` and
 * `deno task bench:tokens` measure it ("one call, by its answer", "where the two cross").
 */
export const CLASSIC_BOUNDS = {
  /**
   * Of arguments and of the answer: up to it, a call without a worker takes less than two thirds of
   * the time; from four times as much on, nothing is gained any more.
   */
  bytes: 64 * 1024,
  /**
   * Of the definitions of all tools: above it, a model that made the call itself would have read more
   * than it reads to have a program make it.
   */
  definitionModelTokens: 1_000,
} as const;

/** How a request is carried out, and why. */
type ChosenMode =
  | { readonly mode: "classic"; readonly reason: string; readonly call: ClassicCall }
  | { readonly mode: "program"; readonly reason: string };

/** What is known before a run begins. */
interface ModeFacts {
  readonly config: Pick<Config, "privacy">;
  readonly catalogue: Pick<ToolCatalogue, "definitionModelTokens" | "expectedBytes">;
  /** Reads the program; rejects where it cannot be read. */
  examine(code: string): Promise<ExaminedCall>;
  /** Whether a person must approve the call, or the configuration blocks it. */
  needsPerson(call: SingleCall, level: RiskLevel): Promise<boolean>;
}

/** What is read of a program. */
type ExaminedCall = Pick<ExaminedProgram, "singleCall" | "risk">;

/** A program that is one call has the bytes of its arguments, and few more. */
const MAX_CODE_BYTES = CLASSIC_BOUNDS.bytes + 4 * 1024;

/**
 * Chooses, before a run begins, between a classic call and a run: by the number of tools and the
 * control flow, the expected size of the data, and the need of privacy. A rule of what was measured.
 */
export async function chooseMode(request: RunRequest, facts: ModeFacts): Promise<ChosenMode> {
  if (request.idempotencyKey !== undefined) return inProgram("its key must outlive the host");
  if (request.approve !== undefined) return inProgram("a person must approve it");
  if (request.fallback !== undefined) return inProgram("it has a fallback");
  const examined = await examine(request, facts);
  const call = examined?.singleCall;
  if (examined === undefined || call === undefined) {
    return inProgram("it is more than one call with plain arguments");
  }
  if (call.gives === "log") return inProgram("it logs the answer");
  const { privacy } = facts.config;
  if (privacy.enabled && hasBoundary(privacy)) {
    return inProgram("a worker keeps the real values that programs are given");
  }
  if (privacy.enabled && mayHoldToken(JSON.stringify(call.arguments))) {
    return inProgram("its arguments hold tokens, which a person may have to allow");
  }
  if (await facts.needsPerson(call, examined.risk.level)) {
    return inProgram("a person must approve it");
  }
  return await chooseBySize(call, facts.catalogue);
}

/** Undefined where the program is too long to be one call, or cannot be read. */
async function examine(
  { code }: RunRequest,
  { examine }: ModeFacts,
): Promise<ExaminedCall | undefined> {
  if (typeof code !== "string" || code.length > MAX_CODE_BYTES) return undefined;
  try {
    return await examine(code);
  } catch (error) {
    if (error instanceof AirlockError) return undefined;
    throw error;
  }
}

async function chooseBySize(
  { server, tool, arguments: args }: SingleCall,
  catalogue: ModeFacts["catalogue"],
): Promise<ChosenMode> {
  const { bytes, definitionModelTokens } = CLASSIC_BOUNDS;
  if (encodeBody(args).length > bytes) return inProgram("its arguments are large");
  const expected = await catalogue.expectedBytes({ server, tool });
  if (expected === undefined) return inProgram("the size of the answer is not known");
  if (expected > bytes) return inProgram(`the answer may have ${expected} bytes`);
  const definitions = await catalogue.definitionModelTokens();
  if (definitions > definitionModelTokens) {
    return inProgram(`the tools' definitions have ${definitions} model tokens`);
  }
  const reason = `one call, an answer of at most ${expected} bytes expected, ` +
    `definitions of ${definitions} model tokens`;
  return { mode: "classic", reason, call: { server, tool, arguments: { ...args } } };
}

function inProgram(reason: string): ChosenMode {
  return { mode: "program", reason };
}

/** The facts for a request, from what the runtime has. */
export function modeFacts(
  { principal: asker, signal }: RunRequest,
  { config, parts, judge }: Pick<RunHost, "config" | "parts" | "judge">,
): ModeFacts {
  const { catalogue, examiner, wrappers, skills, approvals } = parts;
  const principal = asker?.name ?? OWNER_NAME;
  return {
    config,
    catalogue,
    examine: (code) =>
      examiner.examine(
        { code, policy: config.policy.risk },
        examineLookups({
          wrappers,
          skills: skills.view(principal),
          tools: (capabilities) => judge.describe(capabilities),
        }),
        { principal, signal },
      ),
    async needsPerson({ server, tool }, level) {
      const tools = (await judge.describe([{ server, tool }])).map(reachableTool);
      try {
        refuseUnapproved({ tools, level, approvals });
        return false;
      } catch {
        return true;
      }
    },
  };
}
