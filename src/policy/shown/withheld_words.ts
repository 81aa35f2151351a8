import type { ApprovalShown } from "../../model/approval.ts";

/** Says of the tools whose words are withheld why a person is asked, and how to be asked no more. */
export function withheldWordLines({ tools }: Pick<ApprovalShown, "tools">): string[] {
  const suspicious = tools.filter(({ isSuspicious }) => isSuspicious === true);
  return suspicious.map(({ server, tool }) =>
    `Warning: the words of ${server}.${tool} give a model orders and are withheld from it, so a ` +
    `person approves each call of it; read them: deno task servers list; accept them: deno task ` +
    `servers accept "${server}/${tool}" --words DIGEST, as the list tells it`
  );
}
