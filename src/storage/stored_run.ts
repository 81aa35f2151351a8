import type { PermissionLevel } from "../model/permission.ts";

/** What is asked of a run, as far as it outlives the process that was asked. */
export interface StoredRequest {
  readonly code: string;
  readonly session?: string | undefined;
  readonly timeoutMs?: number | undefined;
  /** What its program might call at most when it was begun. */
  readonly permission: PermissionLevel;
  /** Name of the principal; absent in what earlier versions stored. */
  readonly principal?: string | undefined;
  /** Whether a person must approve it whatever its risk is. */
  readonly approve?: "always" | undefined;
  /** Whether the host might carry it out without a worker; absent in what was stored before it was. */
  readonly mode?: "program" | "auto" | undefined;
}

/** A run as it is begun. */
export interface NewRun {
  readonly runId: string;
  readonly request: StoredRequest;
  readonly programHash: string;
  /** 32 bytes in hexadecimal: what the program takes for random comes from it. */
  readonly seed: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly idempotencyKey?: string | undefined;
  /** Of all that was asked. */
  readonly requestDigest: string;
}

/** A run that was begun, by this host or another. */
export interface StoredRun extends NewRun {
  /** It was under way when it was last heard of, waits for a person, or has its result. */
  readonly state: "running" | "waiting" | "finished";
  /** The host that runs it or ran it. */
  readonly owner: string;
  /** As JSON; also where it waits. */
  readonly result?: string | undefined;
}

/** A call as it is about to be made. */
export interface NewCall {
  readonly runId: string;
  /** Of server, tool and arguments. */
  readonly callKey: string;
  /** From 1, counting the calls of one key. */
  readonly occurrence: number;
  readonly server: string;
  readonly tool: string;
  /** The beginning of its arguments, for people. */
  readonly arguments: string;
  readonly isEffect: boolean;
  /** How many calls of the run were settled before it. */
  readonly settledBefore: number;
  /** How long its program had been running; absent in what was stored before it was. */
  readonly begunMs?: number | undefined;
}

/** What became of a call: the body of the answer, or of the refusal; or it was too large to keep. */
export interface CallOutcome {
  readonly kind: "answer" | "refusal" | "unkept";
  readonly body: Uint8Array;
}

/** A call that was begun; the outcome of one that is not settled is unknown. */
export interface StoredCall extends NewCall {
  readonly id: number;
  readonly settled?: CallOutcome & {
    /** From 1: the order in which calls were settled. */
    readonly order: number;
  };
}

/** All that a run needs to be run again. */
export interface StoredRecord {
  readonly calls: readonly StoredCall[];
  /** What the program's clock said: pairs of a time and how often it was read. */
  readonly clockReads: readonly number[];
}

/** Seals programs and answers against a reader who has the file and not the key. */
export interface JournalSeal {
  /** Whether answers need it: they do where they are not masked by then. */
  readonly answers: "masked" | "raw";
  seal(bytes: Uint8Array): Uint8Array;
  /** Gives what was sealed. */
  open(sealed: Uint8Array): Uint8Array;
}

/** Of a journal that is there to be read. */
export const OPEN: JournalSeal = {
  answers: "masked",
  seal: (bytes) => bytes,
  open: (bytes) => bytes,
};
