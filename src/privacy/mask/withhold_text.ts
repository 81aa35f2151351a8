import type { MaskContext, MaskSession } from "./mask_context.ts";

/** What stands in the place of a text that was not searched to its end, by why it was not. */
export const WITHHELD = { late: "[WITHHELD:TIME]", failed: "[WITHHELD:DETECTOR]" } as const;

/** Options of {@linkcode withholdText}. */
export interface WithholdTextOptions {
  readonly session: MaskSession;
  readonly context: MaskContext;
  /** How long the text was. */
  readonly length: number;
}

/** Nobody knows what is in a text that was not searched to its end, and so nobody may see it. */
export function withholdText(
  why: keyof typeof WITHHELD,
  { session, context, length }: WithholdTextOptions,
): string {
  session.log.add({
    ...context,
    path: "",
    kind: "ANY",
    detector: "masker",
    confidence: 1,
    action: "withheld",
    length,
  });
  session.log.flush();
  return WITHHELD[why];
}
