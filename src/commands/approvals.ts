import { userInfo } from "node:os";
import { openAuditLog } from "../audit/audit_log.ts";
import { auditApprovals } from "../host/start_journal.ts";
import type { Approval, Decision, Scope } from "../model/approval.ts";
import { AirlockError } from "../model/errors.ts";
import { Approvals } from "../policy/approvals/approvals.ts";
import { createPrivacyService } from "../privacy/create_privacy_service.ts";
import { openLocalStorage } from "../storage/local_storage.ts";
import { visibleLine } from "../text/visible_text.ts";
import { describeApproval } from "./ask_on_terminal.ts";
import { defineCommand, findConfig, main, readChoice, readWhole } from "./command_line.ts";

const SCOPES: readonly Scope[] = ["once", "program", "session", "tool"];
const MINUTE_MS = 60_000;
const MAX_LISTED_LENGTH = 200;
const COUNT = { least: 1, most: 999_999_999 };

/** Shows and decides approvals, whichever process asks for them. */
export const command = defineCommand({
  verb: "approvals",
  options: {
    scope: SCOPES.join("|"),
    "max-calls": "N",
    minutes: "N",
    reason: "TEXT",
    config: "FILE",
  },
  forms: {
    "[list]": (_words, { config }) =>
      withApprovals(config, async (approvals) => {
        for (const approval of await approvals.list()) console.log(summarize(approval));
      }),
    "show ID": ([id = ""], { config }) =>
      withApprovals(config, async (approvals) => {
        const found = await approvals.find(id);
        if (found === undefined) throw new AirlockError("NOT_FOUND", `Cannot show: no "${id}"`);
        console.log(`${await describe(found, approvals)}\nstate: ${found.state}`);
      }),
    "approve ID [--scope] [--max-calls] [--minutes]": ([id = ""], values) =>
      withApprovals(values.config, async (approvals) => {
        // Shown again: the decision must not rest on an approval that was never looked at.
        const found = await approvals.find(id);
        const maxCalls = readWhole("--max-calls", values["max-calls"], COUNT);
        const minutes = readWhole("--minutes", values.minutes, COUNT);
        const decision: Decision = {
          decision: "approve",
          scope: readChoice("--scope", values.scope, SCOPES) ?? "once",
          ...(maxCalls !== undefined && { maxCalls }),
          ...(minutes !== undefined && { until: Date.now() + minutes * MINUTE_MS }),
          by: nameOfUser(),
        };
        if (found?.state === "waiting") console.log(await describe(found, approvals));
        console.log(summarize(await approvals.decide(id, decision)));
      }),
    "reject ID [--reason]": ([id = ""], { reason, config }) =>
      withApprovals(config, async (approvals) => {
        const about = reason === undefined ? {} : { reason };
        const decision: Decision = { decision: "reject", ...about, by: nameOfUser() };
        console.log(summarize(await approvals.decide(id, decision)));
      }),
    "revoke ID": ([id = ""], { config }) =>
      withApprovals(
        config,
        async (approvals) => console.log(summarize(await approvals.revoke(id))),
      ),
  },
});

async function withApprovals(
  file: string | undefined,
  use: (approvals: Approvals) => Promise<void>,
): Promise<number> {
  const complete = await findConfig(file);
  const { folders, audit, approvals: config } = complete;
  await using storage = openLocalStorage(folders.state);
  using log = audit.enabled ? await openAuditLog({ folder: folders.state }) : undefined;
  const record = log && auditApprovals({
    approval: async (kind, entry) => void await log.append(kind, entry),
  });
  await using privacyService = createPrivacyService(complete);
  const redact = (text: string) => privacyService.redact(text);
  await use(new Approvals({ storage, config, record, redact }));
  return 0;
}

async function describe(approval: Approval, approvals: Approvals): Promise<string> {
  const [code, skills] = [await approvals.codeOf(approval), await approvals.skillsOf(approval)];
  return describeApproval(approval, code, skills);
}

/** The user of the terminal, as the system names it. */
function nameOfUser(): string {
  return `command (${userInfo().username})`;
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

/** A list only names approvals; "show" has all of them. */
function beginningOf(text: string): string {
  if (text.length <= MAX_LISTED_LENGTH) return text;
  return `${text.slice(0, MAX_LISTED_LENGTH).toWellFormed()}… (all: approvals show)`;
}

if (import.meta.main) await main(command);
