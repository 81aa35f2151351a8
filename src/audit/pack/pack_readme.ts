import type { AuditKeys } from "../audit_keys.ts";

/** What a pack says of itself. */
export function packReadme(
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
