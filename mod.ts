/**
 * Airlock runs a program that an agent wrote in a one-use, least-permission worker, where each MCP
 * tool is a typed function.
 *
 * @example
 * ```ts
 * import { createRuntime } from "@airlock/runtime";
 *
 * await using runtime = await createRuntime({ mcpServers: {} });
 * const { status, value } = await runtime.run({ code: "return [1, 2, 3].length;" });
 * console.assert(status === "completed" && value === 3);
 * ```
 *
 * @module
 */
export {
  type Config,
  type ConfigInput,
  type DiscoveryConfig,
  loadConfig,
  type LogConfig,
  parseConfig,
  type ParseConfigOptions,
  type PrivacyInput,
} from "./src/config/config.ts";
export type { ApprovalDecision, ApprovalRule, ApprovalsConfig } from "./src/config/approvals.ts";
export type { GatewayConfig, PrincipalConfig, PrincipalInput } from "./src/config/gateway.ts";
export type { Isolation, PoolConfig } from "./src/config/limits.ts";
export type { Limits } from "./src/config/limits.ts";
export type {
  AddedRiskRule,
  CorrectedTool,
  Policy,
  PolicyInput,
  RiskPolicy,
} from "./src/config/policy.ts";
export type {
  NpmServer,
  RemoteServer,
  ServerCache,
  ServerCommon,
  ServerConfig,
  ServerLimits,
  ServerPermissions,
  StdioServer,
} from "./src/config/servers.ts";
export type {
  AuditConfig,
  AuditInput,
  CacheConfig,
  Folders,
  JournalConfig,
  OriginalsConfig,
  SessionsConfig,
} from "./src/config/storage.ts";
export type { ToolName } from "./src/discovery/tool_finder_types.ts";
export type { NearestNames } from "./src/discovery/tool_finder_types.ts";
export type { SearchPage } from "./src/discovery/tool_finder_types.ts";
export type { PresentedTool, ToolPage } from "./src/discovery/tool_finder_types.ts";
export type { ReadToolsResult, UnknownTool } from "./src/discovery/tool_finder_types.ts";
export type { ToolDetail } from "./src/discovery/tool_finder_types.ts";
export {
  AirlockError,
  type AirlockErrorOptions,
  ERROR_CODES,
  ERROR_TABLE,
  type ErrorCode,
  type Position,
} from "./src/model/errors.ts";
export type { Level } from "./src/model/privacy_settings.ts";
export type {
  CustomKind,
  DeriveSetting,
  FieldRule,
  FlowSetting,
  KindSwitches,
  PlaceSettings,
  PrivacyConfig,
  PrivacyKey,
  PrivacySettings,
  Residency,
  ServerPrivacy,
} from "./src/model/privacy_settings.ts";
export type { JsonSchema, Tool, ToolAnnotations, ToolProblem } from "./src/model/tool.ts";
export type { ChangedTool } from "./src/model/tool.ts";
export type { ServerStatus } from "./src/model/tool.ts";
export type { LogLevel } from "./src/telemetry/logger.ts";
export type { MetricsSnapshot, SessionTotals } from "./src/telemetry/run_metrics.ts";
export type { RunTotals } from "./src/telemetry/run_metrics.ts";
export type {
  CallRecord,
  Effect,
  EscapeAttempt,
  FileReference,
  Json,
  LogLine,
  RunError,
  RunResult,
  RunStatus,
  SuspiciousText,
  Usage,
  WrittenFile,
} from "./src/model/run_result.ts";
export type {
  KnownRun,
  ResumeOptions,
  RunEvent,
  RunRequest,
  ToolRequest,
} from "./src/model/run_request.ts";
export type { PermissionLevel, Principal } from "./src/model/permission.ts";
export type { FileUse, Risk, RiskFinding, RiskLevel } from "./src/model/risk.ts";
export type {
  Approval,
  ApprovalFinding,
  ApprovalShown,
  ApprovalState,
  Decision,
  ProgramRisk,
  ReachableTool,
  Scope,
  ShownFlow,
  ShownSkill,
  Undoing,
} from "./src/model/approval.ts";
export type { ApprovalQueue } from "./src/policy/approvals/approval_queue.ts";
export { createRuntime, type RuntimeOptions } from "./src/host/create_runtime.ts";
export type {
  IndexedRun,
  RunCount,
  RunFilter,
  RunHistory,
  RunPage,
  RunStep,
} from "./src/storage/run_index.ts";
export type {
  Blobs,
  BlobTail,
  Bucket,
  BucketName,
  Entry,
  EntryChange,
  EventLog,
  FeedEvent,
  Lease,
  LeaseMode,
  Leases,
  LogEvent,
  LoggedEvent,
  Storage,
} from "./src/storage/ports.ts";
export { UnknownOutcome } from "./src/storage/ports.ts";
export type { Runtime, ServerInfo, ToolInfo } from "./src/runs/runtime.ts";
export type { Caller } from "./src/model/permission.ts";
export type { Skills, SkillState } from "./src/program/wrappers.ts";
export type { CheckedSkill, SkillRecord, SkillScope, SkillTrust } from "./src/skills/skill.ts";
export type { FindSkillsOptions } from "./src/skills/skill.ts";
export type { FoundSkills, SkillInfo, SkillLibrary } from "./src/skills/skill.ts";
export type { SkillUses } from "./src/skills/skill.ts";
export type { SkillCommit } from "./src/skills/skill.ts";
export type { RunDraft, SkillDraft } from "./src/skills/skill.ts";
export type { SaveSkillOptions, TestSkill } from "./src/skills/skill.ts";
export type { SessionInfo, Sessions } from "./src/workspace/sessions.ts";
export type { SessionKey } from "./src/workspace/session_id.ts";
export type {
  ContextOptions,
  FindToolsOptions,
  ReadToolsOptions,
  ToolContext,
  ToolReading,
  ToolSearch,
} from "./src/discovery/tool_finder_types.ts";
