import type { Verification } from "../audit/verify_log.ts";

/** What was found of a log, for a person. */
export function showVerification(found: Verification): string {
  const { entries, checkpoints, removed, head, keyId, publicKey, problems } = found;
  const counts = `${entries} entries, ${checkpoints} signed checkpoints, key ${keyId}`;
  const gone = removed === 0 ? [] : [`${removed} entries were removed because of their age`];
  const verdict = problems.length === 0
    ? "The audit is whole."
    : "The audit was tampered with or damaged:";
  const wrong = problems.map(({ seq, message }) =>
    seq === 0 ? `  ${message}` : `  entry ${seq} ${message}`
  );
  return [verdict, ...wrong, counts, ...gone, `head: ${head}`, `public key: ${publicKey}`].join(
    "\n",
  );
}
