import { z } from "zod";
import { privacySection } from "./privacy.ts";
import { approvalsSection } from "./approvals.ts";
import { auditSection } from "./audit.ts";
import { cacheSection } from "./cache.ts";
import { discoverySection } from "./discovery.ts";
import { foldersSection } from "./folders.ts";
import { gatewaySection } from "./gateway.ts";
import { isolationSection } from "./isolation.ts";
import { journalSection } from "./journal.ts";
import { limitsSection } from "./limits.ts";
import { logSection } from "./log.ts";
import { policySection } from "./policy.ts";
import { poolSection } from "./pool.ts";
import { sessionsSection } from "./sessions.ts";

/** `airlock.json`, its servers unread. */
export const configFile = z.strictObject({
  $schema: z.string().optional(),
  mcpServers: z.record(z.string().regex(/^[^\p{C}]{1,64}$/u), z.unknown()).default({}),
  folders: foldersSection,
  limits: limitsSection,
  isolation: isolationSection,
  policy: policySection,
  discovery: discoverySection,
  privacy: privacySection.prefault({}),
  audit: auditSection,
  cache: cacheSection,
  log: logSection,
  approvals: approvalsSection,
  journal: journalSection,
  pool: poolSection,
  sessions: sessionsSection,
  gateway: gatewaySection,
});
