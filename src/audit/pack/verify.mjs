// Verifies an evidence pack, with plain Node or Deno and nothing else:
//   node verify.mjs [--key BASE64]        deno run -R verify.mjs [--key BASE64]
// --key: the public key as the operator published it; without it the pack's own is believed.
import { createHash, createPublicKey, verify } from "node:crypto";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { Buffer } from "node:buffer";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";

if (process.argv[1] && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) {
  const known = keyOf(process.argv.slice(2));
  process.exitCode = known === null ? 2 : main(known);
}

/** Null where the words are not understood: the pack's own key is believed only where none is given. */
function keyOf(words) {
  if (words.length === 0) return undefined;
  const [option, key, ...more] = words[0].startsWith("--key=")
    ? ["--key", words[0].slice("--key=".length), ...words.slice(1)]
    : words;
  if (option === "--key" && key && more.length === 0) return key;
  console.error("Usage: verify.mjs [--key BASE64]");
  return null;
}

function main(known) {
  const read = (name) => {
    const path = fileURLToPath(new URL(name, import.meta.url));
    return existsSync(path) ? readFileSync(path, "utf8") : undefined;
  };
  const problems = verifyPack(read, known);
  for (const problem of problems) console.error(`WRONG: ${problem}`);
  if (problems.length > 0) return 1;
  const { runId, keyId, links } = JSON.parse(read("chain.json"));
  console.log(`OK: ${runId} is as it was written down (${links.length} links, key ${keyId})`);
  if (known === undefined) console.log("The key is the pack's own: compare it with the operator's");
  return 0;
}

/** Gives what is wrong with a pack; `read` gives the text of a file, or undefined. */
export function verifyPack(read, known) {
  let chain;
  try {
    chain = JSON.parse(read("chain.json"));
    if (known !== undefined && known !== chain.publicKey) return ["it is signed by another key"];
    return [...verifyChain(chain), ...verifyDocuments(chain, read)];
  } catch (error) {
    return [`it cannot be read: ${error.message}`];
  }
}

/** Every link follows the one before, every entry is what its link says, the last is signed. */
function verifyChain({ runId, previous, links, publicKey, keyId }) {
  const problems = [];
  const key = Buffer.from(publicKey, "base64");
  if (sha256(key).slice(0, 16) !== keyId) problems.push("the key is not the one that it names");
  let [before, seq] = [previous, links[0].seq - 1];
  links.forEach(({ seq: own, content, entry }, index) => {
    if (own !== seq + 1) problems.push(`link ${own} does not follow ${seq}`);
    if (entry !== undefined) {
      const { at, kind, runId: of, body } = entry;
      if (sha256(JSON.stringify([at, kind, of, body])) !== content) {
        problems.push(`entry ${own} was changed`);
      }
      if (of !== runId && index < links.length - 1) problems.push(`entry ${own} is another run's`);
    }
    if (index === links.length - 1) {
      problems.push(...verifySignature(entry, { upTo: seq, digest: before, key, keyId }));
    }
    before = sha256(JSON.stringify([own, before, content]));
    seq = own;
  });
  return problems;
}

function verifySignature(entry, { upTo, digest, key, keyId }) {
  if (entry?.kind !== "checkpoint") return ["the last link is not signed"];
  const said = JSON.parse(entry.body);
  if (said.upTo !== upTo || said.digest !== digest || said.keyId !== keyId) {
    return ["the signature is of other links"];
  }
  const text = JSON.stringify(["airlock audit checkpoint", upTo, digest, keyId]);
  const publicKey = createPublicKey({ key, format: "der", type: "spki" });
  const signature = Buffer.from(said.signature, "base64");
  return verify(null, Buffer.from(text), publicKey, signature) ? [] : ["the signature is wrong"];
}

function verifyDocuments({ links }, read) {
  const entries = links.slice(0, -1).flatMap(({ entry, seq }) => entry ? [{ seq, ...entry }] : []);
  const documents = documentsOf(entries);
  return Object.entries(documents).filter(([name, text]) => read(name) !== text)
    .map(([name]) => `${name} is not what the chain says`);
}

/** The files of a pack that say in a readable form what the entries of a run say. */
export function documentsOf(entries) {
  const all = entries.map(({ seq, at, kind, body }) => ({ seq, at, kind, ...parse(body) }));
  const of = (...kinds) => all.filter(({ kind }) => kinds.includes(kind));
  const [start = {}] = of("run_started");
  // Where a host died between an end and its journal, the run ended once more.
  const end = of("run_ended").at(-1) ?? null;
  const calls = of("call_started", "call_ended", "call_denied", "call_replayed");
  const pauses = of("run_waiting", "run_resumed").map(({ seq, at, kind }) => ({ seq, at, kind }));
  const approvals = all.filter(({ kind }) => kind.startsWith("approval_"));
  const { admission, warnings, risk, principal, session, programHash, versions } = start;
  const { capabilities, imports, program = "" } = start;
  const json = (value) => `${JSON.stringify(value, null, 2)}\n`;
  return {
    "program.ts": program,
    "journal.json": json({ calls, pauses, end }),
    "decisions.json": json({
      admission,
      warnings,
      risk,
      principal,
      session,
      programHash,
      versions,
      approvals,
    }),
    "permissions.json": json({
      capabilities,
      imports,
      granted: of("permissions_granted"),
      touched: of("permissions_touched"),
      denied: of("escape_attempt", "call_denied"),
    }),
  };
}

function parse(body) {
  const { seq: call, ...rest } = JSON.parse(body);
  return call === undefined ? rest : { call, ...rest };
}

function sha256(data) {
  return createHash("sha256").update(data).digest("hex");
}
