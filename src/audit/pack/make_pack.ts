import { strToU8, zipSync } from "fflate";
import { AirlockError } from "../../model/errors.ts";
import { type AuditEntry, contentDigest } from "../audit_entry.ts";
import type { AuditLog } from "../audit_log.ts";
import { documentsOf } from "./verify.mjs";
import type { AuditKeys } from "../audit_keys.ts";

/** More of others' entries between the first and the last of a run are not looked through. */
const MAX_LINKS = 1_000_000;

/**
 * Makes the evidence pack of a run: a zip that a third party can verify with nothing but Node or
 * Deno. That it was taken is written down too.
 *
 * @throws {AirlockError} NOT_FOUND, or TOO_LARGE
 */
export async function makePack(log: AuditLog, runId: string): Promise<Uint8Array> {
  const entries = [...log.read({ runId })].filter(({ kind }) => kind !== "exported");
  const [first] = entries;
  if (first === undefined) {
    throw new AirlockError("NOT_FOUND", `Cannot export run: the audit has none by "${runId}"`);
  }
  log.append("exported", { runId: "", body: { runId } });
  const checkpoint = log.checkpoint();
  if (checkpoint.seq - first.seq > MAX_LINKS) {
    throw new AirlockError("TOO_LARGE", `Cannot export run: its proof has over ${MAX_LINKS} links`);
  }
  const files = {
    "README.md": packReadme({ runId, keys: log.keys }),
    ...documentsOf(entries) as Record<string, string>,
    "chain.json": `${JSON.stringify(proofOf(log, { runId, first, checkpoint }), null, 1)}\n`,
    "verify.mjs": await readOwn("verify.mjs"),
  };
  const zipped = Object.entries(files).map(([name, text]) => [name, strToU8(text)]);
  return zipSync(Object.fromEntries(zipped), { mtime: first.at });
}

/** Entries of others are passed over: of them there is no more than the digest of their content. */
function proofOf(
  log: AuditLog,
  { runId, first, checkpoint }: { runId: string; first: AuditEntry; checkpoint: AuditEntry },
) {
  const { keyId, publicKey } = log.keys;
  const links = [];
  for (const entry of log.read({ fromSeq: first.seq, toSeq: checkpoint.seq })) {
    const isShown = entry.runId === runId || entry.seq === checkpoint.seq;
    const { seq, at, kind, body } = entry;
    const shown = { entry: { at, kind, runId: entry.runId, body } };
    links.push({ seq, content: contentDigest(entry), ...(isShown && shown) });
  }
  return { runId, keyId, publicKey, previous: first.previous, links };
}

/** Read rather than imported, for it goes out as it is. */
async function readOwn(name: string): Promise<string> {
  return await (await fetch(new URL(name, import.meta.url))).text();
}

/** README of a pack. */
function packReadme(
  { runId, keys: { keyId, publicKey } }: {
    runId: string;
    keys: Pick<AuditKeys, "keyId" | "publicKey">;
  },
): string {
  return `# Evidence of ${runId}

| file | what |
| --- | --- |
| \`program.ts\` | the program, personal data in it replaced |
| \`journal.json\` | each call before and after it was made, and the end of the run |
| \`decisions.json\` | who asked, what the checks said, who approved |
| \`permissions.json\` | what the worker might touch, what it touched, and what it tried beyond |
| \`chain.json\` | the entries, the links between them and the signature over them |
| \`verify.mjs\` | verifies all of that |

Verify it with \`node verify.mjs\` or \`deno run -R verify.mjs\`, best with the public key that the
operator published: \`--key ${publicKey}\` (key ${keyId}). It shows that the files say what was
written down, that nothing was added, changed or left out between the first entry of the run and the
signature, and whose signature it is. Entries of other runs between them are there as digests only.
The digests of arguments and results are keyed: equal values have equal ones, and they tell nothing
else.
`;
}
