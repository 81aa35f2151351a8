/**
 * `deno task audit verify [--head SEQ:DIGEST]`, `query [--run ID] [--kind K] [--from D] [--to D]`,
 * `export RUN [--out FILE]`, `originals RUN --reason TEXT`, `report [--from D] [--to D] [--format markdown|json|html] [--out FILE]`
 *
 * @module
 */
import { resolve } from "@std/path";
import { type AuditLog, openAuditLog } from "../audit/audit_log.ts";
import { makePack } from "../audit/pack/make_pack.ts";
import { reportMarkdown, reportPage } from "../audit/report.ts";
import { summarize } from "../audit/summarize.ts";
import { exitWithUsage } from "./exit_with_usage.ts";
import { findConfig } from "./find_config.ts";
import { readHead } from "./read_head.ts";
import { readKind } from "./read_kind.ts";
import { readOriginals } from "./read_originals.ts";
import { readReason } from "./read_reason.ts";
import { parseCommandLine } from "./parse_command_line.ts";
import { readSpan, type SpanWords } from "./read_span.ts";
import { showVerification } from "./show_verification.ts";
import { startFolder } from "./start_folder.ts";
import { verifyAudit } from "./verify_audit.ts";
import { AirlockError } from "../model/errors.ts";
import { guardConsole } from "./guard_console.ts";
import { terminalJson } from "../text/terminal_json.ts";

const USAGE = `Usage: deno task audit verify [--head SEQ:DIGEST] [--json] [--config FILE]
       deno task audit query [--run ID] [--kind KIND] [--from DAY] [--to DAY] [--config FILE]
       deno task audit export RUN [--out FILE] [--config FILE]
       deno task audit originals RUN --reason TEXT [--config FILE]
       deno task audit report [--from DAY] [--to DAY] [--format markdown|json|html] [--out FILE]`;

const OPTIONS = {
  head: { type: "string" },
  json: { type: "boolean" },
  run: { type: "string" },
  kind: { type: "string" },
  from: { type: "string" },
  to: { type: "string" },
  format: { type: "string" },
  out: { type: "string" },
  reason: { type: "string" },
  config: { type: "string" },
} as const;

if (import.meta.main) {
  guardConsole();
  Deno.exitCode = await main(Deno.args).catch((error) => exitWithUsage(error, USAGE));
}

async function main(args: readonly string[]): Promise<number> {
  const { positionals: [command, ...words], values } = parseCommandLine(args, {
    positionals: "any",
    options: OPTIONS,
  });
  const config = await findConfig(values.config);
  if (command === "verify" && words.length === 0) {
    const verification = await verifyAudit(config.folders.state, readHead(values.head));
    console.log(values.json ? terminalJson(verification) : showVerification(verification));
    return verification.problems.length === 0 ? 0 : 1;
  }
  using log = await openAuditLog({ folder: config.folders.state });
  switch (`${command} ${words.length}`) {
    case "query 0": {
      const filter = { runId: values.run, kind: readKind(values.kind), ...readSpan(values) };
      for (const { body, ...entry } of log.read(filter)) {
        console.log(terminalJson({ ...entry, body: JSON.parse(body) }));
      }
      return 0;
    }
    case "export 1":
      return await writeOut(await makePack(log, words[0]!), values.out ?? `${words[0]}.zip`);
    case "originals 1": {
      const reason = readReason(values.reason);
      for (const original of await readOriginals(log, { config, runId: words[0]!, reason })) {
        console.log(terminalJson(original));
      }
      return 0;
    }
    case "report 0": {
      const text = report(log, values);
      if (values.out !== undefined) {
        return await writeOut(new TextEncoder().encode(text), values.out);
      }
      console.log(text);
      return 0;
    }
    default:
      throw new AirlockError("USAGE", "Cannot read command: there is no such one");
  }
}

interface ReportWords extends SpanWords {
  readonly format?: string | undefined;
}

function report(log: AuditLog, { format = "markdown", ...words }: ReportWords): string {
  const first = log.read().next().value?.at ?? Date.now();
  const { from = first, to = Date.now() + 1 } = readSpan(words);
  const span = { from, to };
  const summary = summarize(log, span);
  switch (format) {
    case "markdown":
      return reportMarkdown(summary);
    case "json":
      return JSON.stringify(summary, null, 2);
    case "html":
      return reportPage(summary);
    default:
      throw new AirlockError("USAGE", 'Cannot read command: "--format" is markdown, json or html');
  }
}

async function writeOut(data: Uint8Array, name: string): Promise<number> {
  const path = resolve(startFolder(), name);
  await Deno.writeFile(path, data, { mode: 0o600 });
  console.error(`Written: ${path}`);
  return 0;
}
