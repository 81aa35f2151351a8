import type { RunAudit } from "../audit/audit_trail.ts";
import type { Redactor } from "../result/redactor.ts";
import type { Worker } from "../sandbox/sandbox.ts";

/** Whose rights they are, and where they are written down. */
export interface TellRightsOptions {
  readonly worker: Pick<Worker, "tier" | "flags" | "attempts">;
  readonly audit: RunAudit;
  readonly redactor: Redactor;
  /** Takes the host's paths out of a text. */
  hidePaths(text: string): string;
}

/** Writes down what a worker may touch, before it gets the program. */
export function tellGranted(
  { worker: { tier, flags }, audit, hidePaths }: TellRightsOptions,
): void {
  audit.granted({ tier, flags: flags.map(hidePaths) });
}

/** Writes down what a worker has touched: names of files are the program's words. */
export async function tellTouched(
  { worker: { attempts }, audit, redactor }: TellRightsOptions,
): Promise<void> {
  await audit.touched(async () => {
    const { permissions, ...counts } = attempts.touched();
    const shown = permissions.map(async ({ value, ...touched }) => ({
      ...touched,
      value: await redactor.text(value),
    }));
    return { permissions: await Promise.all(shown), ...counts };
  });
}
