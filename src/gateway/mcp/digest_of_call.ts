import { sha256 } from "../../text/sha256.ts";

/** What a call is about: a program, or the run that it resumes. */
export interface CallSubject {
  readonly code?: string | undefined;
  readonly resume?: string | undefined;
}

/** SHA-256 of what a call is about. */
export function digestOfCall({ code, resume }: CallSubject): string {
  return sha256(JSON.stringify([code ?? null, resume ?? null]));
}
