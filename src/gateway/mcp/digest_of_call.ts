import { createHash } from "node:crypto";

/** What a call is about: a program, or the run that it resumes. */
export interface CallSubject {
  readonly code?: string | undefined;
  readonly resume?: string | undefined;
}

/** SHA-256 of what a call is about. */
export function digestOfCall({ code, resume }: CallSubject): string {
  return createHash("sha256").update(JSON.stringify([code ?? null, resume ?? null])).digest("hex");
}
