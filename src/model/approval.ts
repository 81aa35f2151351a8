import type { ToolAnnotations } from "./tool.ts";
import type { FileUse, RiskLevel } from "./risk.ts";

/** What is known of a program's risk before it runs. */
export interface ProgramRisk {
  /** That of its worst finding. */
  readonly level: RiskLevel;
  /** What it does that a person should look at. */
  readonly findings: readonly ApprovalFinding[];
  /** At most so many calls that write; null where that cannot be told. */
  readonly estimatedWrites: number | null;
  /** Files of the workspace that it names; absent where that was not looked for. */
  readonly files?: readonly Readonly<FileUse>[] | undefined;
}

/** Whether what a tool changes can be undone, by its server's word. */
export type Undoing = "yes" | "no" | "unknown";

/** One thing in a program that a person should look at. */
export interface ApprovalFinding {
  /** A sentence. */
  readonly message: string;
  /** Line of the program, from 1. */
  readonly line?: number | undefined;
}

/** A tool that a program can call. */
export interface ReachableTool {
  /** The server's name in the configuration. */
  readonly server: string;
  /** The tool's name as its server knows it. */
  readonly tool: string;
  /** What it says of itself. */
  readonly annotations?: ToolAnnotations | undefined;
  /** What of that is believed; absent in what was asked before that was kept. */
  readonly hints?: ToolAnnotations | undefined;
  /** The effect of a call, as the policy judges it. */
  readonly effect: "reads" | "writes" | "destroys";
  /** Whether what it does goes to people. Default: no. */
  readonly sends?: boolean | undefined;
  /** Default: unknown. */
  readonly reversible?: Undoing | undefined;
  /** Whether a person must approve each call of it, whatever it does. Default: no. */
  readonly isSuspicious?: boolean | undefined;
}

/** The text of a skill that a program imports, as a person is shown it. */
export interface ShownSkill {
  /** What the program imports it by. */
  readonly name: string;
  /** Its text, masked. */
  readonly code: string;
}

/** What a person is shown of a program, or of one call of it. */
export interface ApprovalShown extends ProgramRisk {
  /** All that the program can call. */
  readonly tools: readonly ReachableTool[];
  /** The call that waits; absent where the program as a whole does. */
  readonly call?: {
    /** The server's name in the configuration. */
    readonly server: string;
    /** The tool's name as its server knows it. */
    readonly tool: string;
    /** Its arguments, as JSON. */
    readonly arguments: string;
    /** Whether these are all of them; absent in what was asked before that was kept. */
    readonly isWhole?: boolean | undefined;
    /** What it takes where, where the policy asks about that; absent where the call itself waits. */
    readonly flows?: readonly ShownFlow[] | undefined;
  } | undefined;
  /**
   * Why not all of it can be shown, in sentences; then it cannot be approved. Default: none.
   */
  readonly unseen?: readonly string[] | undefined;
}

/** A value that goes from one place to another. */
export interface ShownFlow {
  /** Stands for the value. */
  readonly token: string;
  /** Of the value, such as EMAIL. */
  readonly kind: string;
  /** Servers that it came from; empty where the program's author wrote it. */
  readonly from: readonly string[];
  /** The argument that takes it. */
  readonly path: string;
}

/** What became of what a person was asked. */
export type ApprovalState = "waiting" | "approved" | "rejected" | "expired" | "withdrawn";

/** Something that a person is asked, or was. */
export interface Approval {
  /** Begins with `apr_`. */
  readonly approvalId: string;
  /** The run that waits for it. */
  readonly runId: string;
  /** Whether the program as a whole waits, or one call of it. */
  readonly kind: "run" | "call";
  /** What became of it. */
  readonly state: ApprovalState;
  /** SHA-256 of the program with its skills: no decision is good for another. */
  readonly programHash: string;
  /** Whose run it is; absent in what was asked before that was kept. */
  readonly principal?: string | undefined;
  /** The session of the run. */
  readonly session?: string | undefined;
  /** What there is to decide about. */
  readonly shown: ApprovalShown;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** What was decided. */
  readonly decision?: Decision | undefined;
  /** How often the grant was used, where there is one. */
  readonly usedCalls?: number | undefined;
  /** Whether what was granted was taken back. */
  readonly isRevoked: boolean;
}

/**
 * How far an approval reaches: this run or this call; every run of this program by this principal;
 * every program of this session, as far as its tools were shown, or every call of this call's tool in
 * the session; the tools that were shown, in this
 * session or, without one, in this program of this principal.
 */
export type Scope = "once" | "program" | "session" | "tool";

/** What a person says. */
export type Decision =
  | {
    readonly decision: "approve";
    readonly scope: Scope;
    /** At most so many calls of the tools that do not only read. */
    readonly maxCalls?: number | undefined;
    /** Not later, in milliseconds since 1970. */
    readonly until?: number | undefined;
    /** Who said it. */
    readonly by: string;
  }
  | { readonly decision: "reject"; readonly reason?: string | undefined; readonly by: string };

/** What a person allowed, and how much of it is used up. */
export interface Grant {
  /** The approval that gave it. */
  readonly approvalId: string;
  readonly scope: Scope;
  readonly runId: string;
  /** Empty where the program as a whole was asked about. */
  readonly callKey: string;
  readonly occurrence: number;
  /** Whose runs it is for; where that is not known it is good for the one run alone. */
  readonly principal?: string | undefined;
  readonly programHash: string;
  readonly session?: string | undefined;
  /** Server and tool of all that it covers; with a way where it is about what goes there. */
  readonly tools: readonly (readonly [server: string, tool: string, way?: string])[];
  /** Of the program that was shown. */
  readonly level: RiskLevel;
  readonly hasCallsLeft: boolean;
}
