import { resolve } from "@std/path";
import { AUDIT_KINDS, type AuditKind } from "../audit/audit_entry.ts";
import { type AuditLog, openAuditLog } from "../audit/audit_log.ts";
import { openOriginals } from "../audit/sealed_originals.ts";
import { showOriginals } from "../audit/show_originals.ts";
import { makePack } from "../audit/pack/make_pack.ts";
import { reportMarkdown, reportPage } from "../audit/report.ts";
import { summarize } from "../audit/summarize.ts";
import { BEGINNING, HEAD, type Verification, verifyLog } from "../audit/verify_log.ts";
import { createPrivacyService } from "../privacy/create_privacy_service.ts";
import { terminalJson } from "../text/visible_text.ts";
import {
  defineCommand,
  findConfig,
  main,
  readChoice,
  readReason,
  startFolder,
  usageError,
} from "./command_line.ts";

const FORMATS = ["markdown", "json", "html"] as const;

const command = defineCommand({
  verb: "audit",
  options: {
    head: "SEQ:DIGEST",
    json: true,
    run: "ID",
    kind: "KIND",
    from: "DAY",
    to: "DAY",
    format: FORMATS.join("|"),
    out: "FILE",
    reason: "TEXT",
    config: "FILE",
  },
  forms: {
    async "verify [--head] [--json]"(_words, { head, json, config }) {
      const { folders } = await findConfig(config);
      const verification = await verifyAudit(folders.state, readHead(head));
      console.log(json ? terminalJson(verification) : showVerification(verification));
      return verification.problems.length === 0 ? 0 : 1;
    },
    async "query [--run] [--kind] [--from] [--to]"(_words, values) {
      using log = await openLog(values.config);
      const kinds = Object.keys(AUDIT_KINDS) as AuditKind[];
      const kind = readChoice("--kind", values.kind, kinds);
      for (const { body, ...entry } of log.read({ runId: values.run, kind, ...readSpan(values) })) {
        console.log(terminalJson({ ...entry, body: JSON.parse(body) }));
      }
      return 0;
    },
    async "export RUN [--out]"([runId = ""], { out = `${runId}.zip`, config }) {
      using log = await openLog(config);
      await writeOut(await makePack(log, runId), out);
      return 0;
    },
    async "originals RUN --reason"([runId = ""], values) {
      const config = await findConfig(values.config);
      const { folders: { state: folder }, audit: { originals: { keyEnv } } } = config;
      using log = await openAuditLog({ folder });
      await using privacyService = createPrivacyService(config);
      const originals = await showOriginals(log, {
        runId,
        by: { way: "command", user: Deno.env.get("USER") ?? null, uid: Deno.uid() },
        // A reason may name a person.
        reason: privacyService.redact(readReason(values.reason)),
        open: () => openOriginals({ folder, keyEnv }),
      });
      for (const original of originals) console.log(terminalJson(original));
      return 0;
    },
    async "report [--from] [--to] [--format] [--out]"(_words, values) {
      using log = await openLog(values.config);
      const format = readChoice("--format", values.format, FORMATS) ?? "markdown";
      const text = makeReport(log, { ...readSpan(values), format });
      if (values.out === undefined) console.log(text);
      else await writeOut(new TextEncoder().encode(text), values.out);
      return 0;
    },
  },
});

async function openLog(file: string | undefined): Promise<AuditLog> {
  const { folders } = await findConfig(file);
  return await openAuditLog({ folder: folders.state });
}

function makeReport(
  log: AuditLog,
  { from = log.read().next().value?.at ?? Date.now(), to = Date.now() + 1, format }:
    & ReturnType<typeof readSpan>
    & { readonly format: typeof FORMATS[number] },
): string {
  const summary = summarize(log, { from, to });
  switch (format) {
    case "markdown":
      return reportMarkdown(summary);
    case "json":
      return JSON.stringify(summary, null, 2);
    case "html":
      return reportPage(summary);
  }
}

async function writeOut(data: Uint8Array, name: string): Promise<void> {
  const path = resolve(startFolder(), name);
  await Deno.writeFile(path, data, { mode: 0o600 });
  console.error(`Written: ${path}`);
}

/** Reads an earlier end of the audit log, as `audit verify` prints it. */
function readHead(text: string | undefined): string | undefined {
  if (text === undefined || HEAD.test(text)) return text;
  throw usageError('"--head" is not the number of an entry, ":" and its digest of 64 characters');
}

/** Reads a span of time, in milliseconds since the epoch. */
function readSpan(
  values: { readonly from?: string | undefined; readonly to?: string | undefined },
): { readonly from: number | undefined; readonly to: number | undefined } {
  const [from, to] = [readDay("--from", values.from), readDay("--to", values.to)];
  if (from === undefined || to === undefined || from < to) return { from, to };
  throw usageError(`"--from" (${values.from}) is not before "--to" (${values.to})`);
}

function readDay(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2}))?$/.test(text)
    ? Date.parse(text)
    : NaN;
  if (!Number.isNaN(time)) return time;
  throw usageError(
    `"${name}" (${text}) is not a day, such as 2026-11-20, or a time with its zone`,
  );
}

/**
 * Verifies the audit log of a folder; a database that cannot be opened counts as damaged.
 *
 * @param known an earlier head, which must still be in the log
 * @throws {AirlockError} CONFIG_INVALID where the system does not let it be read
 */
export async function verifyAudit(folder: string, known?: string): Promise<Verification> {
  try {
    using log = await openAuditLog({ folder });
    const found = verifyLog(log, known);
    const damage = log.store.damage().map((text) => ({
      seq: 0,
      message: `the database is damaged: ${text.replaceAll("\n", " ")}`,
    }));
    return { ...found, problems: [...damage, ...found.problems] };
  } catch (error) {
    const damage = damageOf(error);
    if (damage === undefined) throw error;
    const { seq, digest } = BEGINNING;
    return {
      ...{ entries: 0, checkpoints: 0, removed: 0, head: `${seq}:${digest}` },
      ...{ keyId: "unknown", publicKey: "unknown" },
      problems: [{ seq: 0, message: `the database is damaged and cannot be opened: ${damage}` }],
    };
  }
}

/** SQLite errors of a file that may be whole. */
const NOT_DAMAGED = /locked|readonly|read-only|full|I\/O|unable to open/i;

function damageOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as { readonly code?: unknown };
  const isDamage = code === "ERR_SQLITE_ERROR" && !NOT_DAMAGED.test(error.message);
  return isDamage ? error.message : damageOf(error.cause);
}

function showVerification(found: Verification): string {
  const { entries, checkpoints, removed, head, keyId, publicKey, problems } = found;
  return [
    problems.length === 0 ? "The audit is whole." : "The audit was tampered with or damaged:",
    ...problems.map(({ seq, message }) => seq === 0 ? `  ${message}` : `  entry ${seq} ${message}`),
    `${entries} entries, ${checkpoints} signed checkpoints, key ${keyId}`,
    ...removed === 0 ? [] : [`${removed} entries were removed because of their age`],
    `head: ${head}`,
    `public key: ${publicKey}`,
  ].join("\n");
}

if (import.meta.main) await main(command);
