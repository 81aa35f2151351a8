import { userInfo } from "node:os";
import { join } from "@std/path";
import { openAuditLog } from "../audit/audit_log.ts";
import { AirlockError } from "../model/errors.ts";
import type { Approval, Decision, Scope } from "../model/approval.ts";
import { Approvals } from "../policy/approvals/approvals.ts";
import { visibleLine } from "../text/visible_text.ts";
import { createPrivacyService } from "../privacy/create_privacy_service.ts";
import { auditApprovals } from "../host/start_journal.ts";
import { openJournalDatabase } from "../storage/journal_database.ts";
import { describeApproval } from "./describe_approval.ts";
import { findConfig } from "./find_config.ts";
import { parseCommandLine, type ParsedCommandLine } from "./parse_command_line.ts";

const OPTIONS = {
  config: { type: "string" },
  scope: { type: "string" },
  "max-calls": { type: "string" },
  minutes: { type: "string" },
  reason: { type: "string" },
} as const;

const SCOPES: readonly string[] = ["once", "program", "session", "tool"] satisfies Scope[];
const MINUTE_MS = 60_000;
const MAX_LISTED_LENGTH = 200;

/**
 * Shows and decides what waits for a person, whichever process asks; gives the exit code.
 *
 * @throws {AirlockError} USAGE, and what deciding throws
 */
export async function runApprovals(args: readonly string[]): Promise<number> {
  const { positionals, values } = parseCommandLine(args, { positionals: "any", options: OPTIONS });
  const [verb = "list", id = ""] = positionals;
  if (positionals.length !== (verb === "list" ? Math.min(positionals.length, 1) : 2)) {
    throw usage("expected a verb and an id");
  }
  const complete = await findConfig(values.config);
  const { folders, audit, approvals: config } = complete;
  using database = await openJournalDatabase(join(folders.state, "journal.sqlite"));
  using log = audit.enabled ? await openAuditLog({ folder: folders.state }) : undefined;
  const record = log && auditApprovals({ approval: (kind, entry) => void log.append(kind, entry) });
  await using privacyService = createPrivacyService(complete);
  const redact = (text: string) => privacyService.redact(text);
  const approvals = new Approvals({ database, config, isShared: true, record, redact });
  switch (verb) {
    case "list":
      for (const approval of approvals.list()) console.log(summarize(approval));
      return 0;
    case "show": {
      const found = approvals.find(id);
      if (found === undefined) throw new AirlockError("NOT_FOUND", `Cannot show: no "${id}"`);
      console.log(`${describe(found, approvals)}\nstate: ${found.state}`);
      return 0;
    }
    case "approve": {
      // Whoever has not looked at it before sees at least what it was.
      const found = approvals.find(id);
      const decision = readDecision(verb, values);
      if (found?.state === "waiting") console.log(describe(found, approvals));
      console.log(summarize(approvals.decide(id, decision)));
      return 0;
    }
    case "reject":
      console.log(summarize(approvals.decide(id, readDecision(verb, values))));
      return 0;
    case "revoke":
      console.log(summarize(approvals.revoke(id)));
      return 0;
    default:
      throw usage(`there is no "${verb}"`);
  }
}

function describe(approval: Approval, approvals: Approvals): string {
  return describeApproval(approval, approvals.codeOf(approval), approvals.skillsOf(approval));
}

type Values = ParsedCommandLine<typeof OPTIONS>["values"];

function readDecision(verb: "approve" | "reject", values: Values): Decision {
  const { reason, scope = "once" } = values;
  if (verb === "reject") {
    return { decision: "reject", ...(reason !== undefined && { reason }), by: nameOfUser() };
  }
  if (!SCOPES.includes(scope)) throw usage(`"--scope" must be one of ${SCOPES.join(", ")}`);
  const maxCalls = readNumber(values, "max-calls");
  const minutes = readNumber(values, "minutes");
  return {
    decision: "approve",
    scope: scope as Scope,
    ...(maxCalls !== undefined && { maxCalls }),
    ...(minutes !== undefined && { until: Date.now() + minutes * MINUTE_MS }),
    by: nameOfUser(),
  };
}

/** Who has the terminal, by the word of the machine. */
function nameOfUser(): string {
  return `command (${userInfo().username})`;
}

function readNumber(values: Values, name: "max-calls" | "minutes"): number | undefined {
  const text = values[name];
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw usage(`"--${name}" must be a whole number from 1`);
}

function summarize(
  { approvalId, state, isRevoked, kind, runId, shown, usedCalls }: Approval,
): string {
  const what = shown.call === undefined
    ? `a program that can call ${shown.tools.length} tool(s)`
    : `${shown.call.server}.${shown.call.tool} ${beginningOf(shown.call.arguments)}`;
  const used = usedCalls === undefined ? "" : `, ${usedCalls} call(s) used`;
  return visibleLine(
    `${approvalId}  ${isRevoked ? "revoked" : state}  ${kind} of ${runId}  ` +
      `risk ${shown.level}  ${what}${used}`,
  );
}

/** A list names what waits; nobody decides by it. */
function beginningOf(text: string): string {
  if (text.length <= MAX_LISTED_LENGTH) return text;
  return `${text.slice(0, MAX_LISTED_LENGTH).toWellFormed()}… (all: approvals show)`;
}

function usage(problem: string): AirlockError {
  return new AirlockError("USAGE", `Cannot read command: ${problem}`);
}
