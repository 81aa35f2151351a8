import type { Config } from "../config/config.ts";
import type { Skills } from "../program/wrappers.ts";
import type { RunPrivacySessions } from "./run_privacy_sessions.ts";
import type { RuntimeParts } from "./runtime_parts.ts";
import type { RunRequest } from "../model/run_request.ts";
import type { ToolJudge } from "./tool_judge.ts";

/** What one run is given by the runtime. */
export interface RunServices {
  readonly config: Config;
  readonly parts: RuntimeParts;
  readonly judge: ToolJudge;
  readonly privacySessions: RunPrivacySessions;
  /** Requests that try a skill which is not saved yet, each with the skills that it sees. */
  readonly trials: WeakMap<RunRequest, Skills>;
  /** Lets the end of the runtime wait for what no run waits for. */
  readonly track: <T>(work: Promise<T>) => Promise<T>;
}
