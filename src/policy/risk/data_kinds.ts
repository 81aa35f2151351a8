import type { JsonSchema, Tool } from "../../model/tool.ts";
import { nameWords } from "./judge_tool_name.ts";

/** What a tool's results are about, as far as it matters to who may see them. */
export type DataKind = "plain" | "personal" | "secret";

/** Words for people, and for what is known of them. */
const PERSONAL = words(`lead leads contact contacts customer customers client clients person people
  persons patient patients employee employees member members candidate candidates applicant applicants
  attendee attendees user users guest guests student students donor donors subscriber subscribers
  recipient recipients tenant email emails mail mailbox inbox phone phones telephone mobile address
  addresses birthday birthdate dob birth ssn passport iban salary salaries payroll profile profiles
  transcript transcripts conversation conversations firstname lastname fullname surname gender
  nationality medical diagnosis prescription resume cv creditcard cardnumber`);

/** Words for what opens something. */
const SECRET = words(`secret secrets password passwords passwd passphrase credential credentials
  apikey apikeys privatekey keychain vault oauth otp totp pin cvv cvc seed mnemonic jwt cookie cookies
  accesstoken refreshtoken bearer`);

/** Two words that are one of these only together. */
const SECRET_PAIRS = words(`api-key private-key secret-key access-key access-token refresh-token
  auth-token bearer-token session-token client-secret connection-string id-token api-token
  environment-variables env-vars`);
const PERSONAL_PAIRS = words(`first-name last-name full-name date-of credit-card card-number
  tax-id national-id social-security`);

/** Properties of a record that say nothing of the person it is about. */
const HARMLESS = words(`id ids length size count total status state type kind created updated
  createdat updatedat created_at updated_at version page limit offset cursor next index score rank
  done ok success`);

const MAX_SCHEMA_NAMES = 200;
const MAX_SCHEMA_NODES = 2_000;

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/));
}

const MAX_KNOWN = 2_000;
const known = new Map<string, DataKind>();

/** What a name speaks of. */
export function kindOfName(name: string): DataKind {
  const before = known.get(name);
  if (before !== undefined) return before;
  const kind = readKind(name);
  if (known.size >= MAX_KNOWN) known.clear();
  if (name.length <= 64) known.set(name, kind);
  return kind;
}

function readKind(name: string): DataKind {
  const parts = nameWords(name);
  const pairs = parts.slice(1).map((part, index) => `${parts[index]}-${part}`);
  const whole = parts.join("");
  const isOf = (single: ReadonlySet<string>, pair: ReadonlySet<string>) =>
    single.has(whole) || parts.some((part) => single.has(part)) ||
    pairs.some((two) => pair.has(two));
  if (isOf(SECRET, SECRET_PAIRS)) return "secret";
  return isOf(PERSONAL, PERSONAL_PAIRS) ? "personal" : "plain";
}

/** Whether a property holds nothing personal, even in a record about a person. */
export function isHarmless(property: string): boolean {
  return HARMLESS.has(property.toLowerCase());
}

/** What a tool's results are about, by its name and by the names in what it says that it gives. */
export function kindOfResults(name: string, tool: Tool | undefined): DataKind {
  const kinds = new Set([name, ...schemaNames(tool?.outputSchema)].map(kindOfName));
  return kinds.has("secret") ? "secret" : kinds.has("personal") ? "personal" : "plain";
}

/** Names of properties, the outermost first, so many and no more. */
function schemaNames(schema: JsonSchema | undefined): string[] {
  const names: string[] = [];
  const open: unknown[] = [schema];
  for (let at = 0; at < open.length && at < MAX_SCHEMA_NODES; at++) {
    const node = open[at];
    if (typeof node !== "object" || node === null) continue;
    const { properties } = node as { properties?: unknown };
    if (typeof properties === "object" && properties !== null) {
      names.push(...Object.keys(properties).slice(0, MAX_SCHEMA_NAMES));
    }
    open.push(...Object.values(node).slice(0, MAX_SCHEMA_NAMES));
  }
  return names.slice(0, MAX_SCHEMA_NAMES);
}
