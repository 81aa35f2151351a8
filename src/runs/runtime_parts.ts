import type { AuditTrail } from "../audit/audit_trail.ts";
import type { ToolResults } from "../calls/tool_results.ts";
import type { Upstreams } from "../upstream/upstreams.ts";
import type { PrivacyService } from "../privacy/privacy_service.ts";
import type { Logger } from "../telemetry/logger.ts";
import type { TypeChecker } from "../policy/typecheck/type_checker.ts";
import type { WrapperLibrary } from "../program/wrapper_library.ts";
import type { Approvals } from "../policy/approvals/approvals.ts";
import type { CpuShares } from "../sandbox/cpu_shares.ts";
import type { PrincipalCpu } from "../sandbox/principal_cpu.ts";
import type { FolderGuard } from "../sandbox/measure_folder.ts";
import type { Sandboxes } from "../sandbox/sandbox.ts";
import type { WorkPool } from "../work/work_pool.ts";
import type { HostLock } from "../storage/host_lock.ts";
import type { RunJournal } from "../storage/run_journal.ts";
import type { SessionKeeper } from "../workspace/sessions.ts";
import type { SkillLibrary } from "../skills/skill.ts";
import type { ProgramExaminer } from "./program_examiner.ts";
import type { ToolCatalogue } from "./tool_catalogue.ts";
import type { ToolFinder } from "../discovery/tool_finder.ts";

/** All that stands between programs and tools. */
export interface ToolParts {
  readonly upstreams: Upstreams;
  readonly catalogue: ToolCatalogue;
  /** Answers of tools that are kept. */
  readonly results: ToolResults;
  readonly finder: ToolFinder;
  readonly examiner: ProgramExaminer;
  readonly wrappers: WrapperLibrary;
  readonly typeChecker: TypeChecker;
}

/** Where and how workers run. */
interface WorkerParts {
  /** The runtime's private folder; whatever is in it goes with the runtime. */
  readonly dir: string;
  /** URL of the folder of the guest's files, with a slash at its end. */
  readonly guestUrl: string;
  readonly sandboxes: Sandboxes;
  /** CPU time of the principals: whatever is done for one is added there. */
  readonly principalCpu: PrincipalCpu;
  readonly cpuShares: CpuShares;
  /** Looks through what is shared by all runs. */
  readonly folderGuard: FolderGuard;
  /** Does what grows with a caller's bytes in processes of their own. */
  readonly pool: WorkPool;
}

/** What outlives a run. */
export interface StoredParts {
  /** The run journal. */
  readonly store: RunJournal;
  readonly hostLock: HostLock;
  readonly approvals: Approvals;
}

/** What all runs of a runtime share. */
export interface RuntimeParts extends ToolParts, WorkerParts, StoredParts, AsyncDisposable {
  readonly skills: SkillLibrary;
  readonly sessions: SessionKeeper;
  /** Where tokens become values, and values tokens. */
  readonly privacyService: PrivacyService;
  readonly logger: Logger;
  readonly audit: AuditTrail;
}
