import { type Scan, STRENGTH } from "./scan.ts";

const JWT = /eyJ[\w-]{8,}\.eyJ[\w-]{8,}(?:\.[\w-]{4,})?|eyJ[\w-]{8,}(?:\.[\w-]*){4}/y;
/** How far before a run of letters and digits the key may have begun. */
const REACH = 24;
/** What documents write in the place of a key. */
const PLACEHOLDER = /x{6}|\.{3}/i;

/** Keys that a provider gave out, by their prefix and shape, and JSON web tokens. */
export function findSecretKey({ text, marks, findings }: Scan): void {
  const { starts, ends } = marks.runs;
  let last = 0;
  for (let index = 0; index < marks.runs.length; index++) {
    if (starts.at(index) < last) continue;
    for (const start of candidateStarts(text, starts.at(index))) {
      const found = readKey(text, start, ends.at(index));
      if (found === undefined) continue;
      last = found.end;
      // One more than an e-mail address: "https://ghp_…@host".
      findings.push({ kind: "SECRET", start, strength: STRENGTH.validated + 1, ...found });
      break;
    }
  }
}

/** A run may be the second part of a key: "SG.…", "dp.pt.…", "123456789:AA…". */
function* candidateStarts(text: string, runStart: number): Generator<number> {
  yield runStart;
  if (runStart === 0 || !JOINTS.has(text[runStart - 1]!)) return;
  let start = runStart;
  while (start > 0 && runStart - start < REACH && /[\w.$~:/-]/.test(text[start - 1]!)) {
    start--;
    if (/\w/.test(text[start]!) && !/\w/.test(text[start - 1] ?? "")) yield start;
  }
}

/** What joins the parts of a key. */
const JOINTS = new Set(".$~:/-");

/** Keys without a prefix have a sign of their own behind the first run, or before it. */
function mayLackPrefix(text: string, start: number, runEnd: number): boolean {
  const after = text[runEnd];
  return after === "." || after === "~" || after === ":" ||
    text.slice(start, runEnd).includes(":") ||
    text.slice(start, runEnd).includes("-us");
}

function readKey(
  text: string,
  start: number,
  runEnd: number,
): { end: number; detector: string } | undefined {
  if (/[A-Za-z0-9]/.test(text[start - 1] ?? "")) return undefined;
  JWT.lastIndex = start;
  const jwt = text.startsWith("eyJ", start) ? JWT.exec(text)?.[0] : undefined;
  if (jwt !== undefined) return { end: start + jwt.length, detector: "secret.jwt" };
  const bare = mayLackPrefix(text, start, runEnd) ? BY_FIRST.get("") ?? [] : [];
  const keys = [...BY_FIRST.get(text[start]!) ?? [], ...bare];
  for (const { name, prefix, shape } of keys) {
    if (!text.startsWith(prefix, start)) continue;
    shape.lastIndex = start;
    const whole = shape.exec(text)?.[0];
    if (whole === undefined || PLACEHOLDER.test(whole)) continue;
    return { end: start + whole.length, detector: `secret.${name}` };
  }
  return undefined;
}

/** How the keys of one provider look. */
interface SecretKey {
  readonly name: string;
  /** What every key of it begins with. */
  readonly prefix: string;
  /** The whole key, from its first character on. */
  readonly shape: RegExp;
}

type Row = readonly [name: string, prefixes: string, rest: string];

/** The prefixes that providers document for their keys, and what follows them. */
const ROWS: readonly Row[] = [
  ["aws", "AKIA ASIA ABIA ACCA", "[A-Z2-7]{16}\\b"],
  ["github", "ghp_ gho_ ghu_ ghs_ ghr_", "(?:[A-Za-z0-9]{36,255}|\\d+_eyJ[\\w.-]{20,})"],
  ["github", "github_pat_", "\\w{36,255}"],
  [
    "gitlab",
    "glpat- gldt- glrt- glcbt- glptt- glft- glimt- glagent- glsoat- gloas- glffct-",
    "[\\w.-]{20,}",
  ],
  ["gitlab", "GR1348941", "[\\w-]{20,}"],
  [
    "slack",
    "xoxc- xoxb- xoxa- xoxp- xoxr- xoxs- xoxe- xoxe.xoxp- xapp- xoxo- xoxd-",
    "[\\w%./+-]{10,}",
  ],
  [
    "stripe",
    "sk_live_ sk_test_ rk_live_ rk_test_ pk_live_ pk_test_ whsec_ sk_prod_ rk_prod_",
    "[\\w+/=]{10,}",
  ],
  ["openai", "sk-proj- sk-svcacct- sk-admin- sk-None-", "[\\w-]{20,}"],
  ["anthropic", "sk-ant-", "[\\w-]{20,}"],
  ["openrouter", "sk-or-v1- sk-or-", "[\\w-]{20,}"],
  ["langfuse", "sk-lf- pk-lf-", "[\\w-]{20,}"],
  ["openai", "sk-", "[A-Za-z0-9]{20,}"],
  ["google", "AIza", "[\\w-]{35}"],
  ["google", "GOCSPX-", "[\\w-]{24,}"],
  ["google", "ya29.", "[\\w-]{20,}"],
  ["huggingface", "hf_ api_org_", "(?=[a-z0-9]*[A-Z])(?=[A-Z0-9]*[a-z])[A-Za-z0-9]{34}\\b"],
  ["npm", "npm_", "[A-Za-z0-9]{36}"],
  ["pypi", "pypi-", "[\\w-]{50,}"],
  ["rubygems", "rubygems_", "[0-9a-f]{48}"],
  ["crates.io", "cio", "[A-Za-z0-9]{32}\\b"],
  ["clojars", "CLOJARS_", "[a-z0-9]{40,}"],
  ["sendgrid", "SG.", "[\\w-]{16,32}\\.[\\w-]{16,64}"],
  ["mailgun", "key-", "[0-9a-zA-Z]{32}\\b"],
  ["sendinblue", "xkeysib- xsmtpsib-", "[\\w-]{40,}"],
  ["twilio", "SK", "[0-9a-f]{32}\\b"],
  ["shopify", "shpat_ shpca_ shppa_ shpss_", "[0-9a-zA-Z]{32,}"],
  ["square", "sq0atp- sq0csp- sq0idp-", "[\\w-]{22,43}"],
  ["square", "EAAA", "[\\w-]{56,64}"],
  ["paypal", "access_token$production$", "[\\w$]{30,}"],
  ["digitalocean", "dop_v1_ doo_v1_ dor_v1_", "[0-9a-f]{64}"],
  ["heroku", "HRKU-", "[\\w-]{30,}"],
  ["netlify", "nfp_ nfc_", "[A-Za-z0-9]{30,}"],
  ["vercel", "vercel_blob_rw_ vcp_ vci_ vca_ vcr_ vck_", "\\w{20,}"],
  ["fly", "fo1_ fm1r_ fm2_", "[\\w+/=-]{20,}"],
  ["linear", "lin_api_ lin_oauth_", "[A-Za-z0-9]{32,}"],
  ["notion", "ntn_ secret_", "[A-Za-z0-9]{40,}"],
  ["airtable", "pat", "[A-Za-z0-9]{14}\\.[0-9a-f]{64}"],
  ["atlassian", "ATATT3 ATCTT3 ATBB", "[\\w=-]{20,}"],
  ["figma", "figd_ figr_ figu_", "[\\w-]{20,}"],
  ["dropbox", "sl.", "[\\w-]{60,}"],
  ["databricks", "dapi", "[0-9a-fA-F]{32}(?:-\\d)?\\b"],
  ["new relic", "NRAK- NRJS- NRII- NRRA- NRSP-", "[\\w-]{19,}"],
  ["grafana", "glc_ glsa_", "[\\w+/=]{32,}"],
  ["sentry", "sntrys_ sntryu_ sntrya_", "[\\w+/=]{40,}"],
  ["doppler", "dp.pt. dp.st. dp.ct. dp.sa. dp.scim. dp.audit.", "[\\w.]{40,}"],
  ["vault", "hvs. hvb. hvr.", "[\\w-]{24,}"],
  ["pulumi", "pul-", "[0-9a-f]{40}"],
  ["planetscale", "pscale_tkn_ pscale_pw_ pscale_oauth_", "[\\w.=-]{32,}"],
  ["supabase", "sbp_ sb_secret_ sb_publishable_", "\\w{20,}"],
  ["postman", "PMAK-", "[0-9a-f]{24}-[0-9a-f]{34}"],
  ["replicate", "r8_", "[A-Za-z0-9]{37}"],
  ["groq", "gsk_", "[A-Za-z0-9]{40,}"],
  ["perplexity", "pplx-", "[A-Za-z0-9]{40,}"],
  ["xai", "xai-", "[A-Za-z0-9]{60,}"],
  ["together", "tgp_v1_", "[\\w-]{40,}"],
  ["docker", "dckr_pat_ dckr_oat_", "[\\w-]{20,}"],
  ["artifactory", "AKCp", "[A-Za-z0-9]{60,}"],
  ["artifactory", "cmVmdGtuO", "[A-Za-z0-9]{50,}"],
  ["age", "AGE-SECRET-KEY-1", "[0-9A-Z]{58}"],
  ["alibaba", "LTAI", "[A-Za-z0-9]{16,20}\\b"],
  ["tencent", "AKID", "[A-Za-z0-9]{32}\\b"],
  ["yandex", "AQVN", "[\\w-]{35,38}\\b"],
  ["adobe", "p8e- p8-", "[A-Za-z0-9]{32}"],
  ["contentful", "CFPAT-", "[\\w-]{40,}"],
  ["dynatrace", "dt0c01.", "[A-Z0-9]{24}\\.[A-Z0-9]{64}"],
  ["easypost", "EZAK EZTK", "[A-Za-z0-9]{54}"],
  ["flutterwave", "FLWSECK_TEST- FLWSECK- FLWPUBK_TEST- FLWPUBK-", "[A-Za-z0-9]{12,}-?X?"],
  ["duffel", "duffel_test_ duffel_live_", "[\\w=-]{43}"],
  ["frame.io", "fio-u-", "[\\w=-]{64}"],
  ["nuget", "oy2", "[a-z0-9]{43}\\b"],
  ["openshift", "sha256~", "[\\w-]{43}"],
  ["plaid", "access-sandbox- access-development- access-production-", "[0-9a-f-]{36}"],
  ["razorpay", "rzp_live_ rzp_test_", "[A-Za-z0-9]{14,}"],
  ["shippo", "shippo_live_ shippo_test_", "[0-9a-fA-F]{40}"],
  ["sonar", "sqp_ squ_ sqa_", "[0-9a-f]{40}"],
  ["sourcegraph", "sgp_", "[\\w]{40,}"],
  ["tailscale", "tskey-", "[\\w-]{20,}"],
  ["typeform", "tfp_", "[\\w.=-]{40,}"],
  ["readme", "rdme_", "[a-z0-9]{60,}"],
  ["prefect", "pnu_", "[A-Za-z0-9]{36}"],
  ["1password", "ops_", "[A-Za-z0-9+/=]{100,}"],
  ["cloudflare", "cfut_ cfat_ cfk_ v1.0-", "[\\w-]{40,}"],
  ["braintree", "access_token$sandbox$", "[\\w$]{30,}"],
  ["terraform", "atlasv1.", "[\\w=-]{60,}"],
  ["hubspot", "pat-na1- pat-eu1- pat-na2-", "[0-9a-f-]{36}"],
  ["intercom", "dG9r", "[A-Za-z0-9+/=]{40,}"],
  ["asana", "1/", "\\d{15,17}:[0-9a-f]{32}"],
  ["facebook", "EAA", "[A-Za-z0-9]{80,}"],
  ["mapbox", "sk.eyJ pk.eyJ", "[\\w.-]{40,}"],
  ["harness", "sat. pat.", "[A-Za-z0-9]{22}\\.[A-Za-z0-9]{24}\\.[A-Za-z0-9]{20}"],
  [
    "1password",
    "A3-",
    "[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})-[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5}",
  ],
  ["octopus", "API-", "[A-Z0-9]{26}\\b"],
  ["lob", "live_ test_", "[0-9a-f]{35}\\b"],
  ["launchdarkly", "api-", "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"],
  ["aiven", "avns_", "[\\w-]{20,}"],
  ["snyk", "snyk_", "[\\w.-]{30,}"],
  ["buildkite", "bkua_ bkpt_", "[A-Za-z0-9]{32,}"],
  ["circleci", "CCIPAT_ CCIPRJ_", "\\w{30,}"],
  ["resend", "re_", "[A-Za-z0-9]{7,12}_[A-Za-z0-9]{20,}"],
  ["neon", "napi_", "[a-z0-9]{60,}"],
  ["aws", "ABSK", "[A-Za-z0-9+/]{109,269}={0,2}"],
  ["clickhouse", "4b1d", "[A-Za-z0-9]{38}\\b"],
  ["grafana", "eyJrIjoi", "[A-Za-z0-9]{70,}={0,3}"],
  ["infracost", "ico-", "[A-Za-z0-9]{32}\\b"],
  ["settlemint", "sm_pat_ sm_aat_ sm_sat_", "[A-Za-z0-9]{16,}"],
  ["scalingo", "tk-us-", "[\\w-]{48}"],
  ["mailgun", "pubkey-", "[0-9a-f]{32}\\b"],
  ["defined networking", "dnkey-", "[\\w=-]{26}-[\\w=-]{52}"],
  ["42", "s-s4t2ud- s-s4t2af-", "[0-9a-f]{64}"],
  ["posthog", "phx_", "[A-Za-z0-9]{40,}"],
  ["langsmith", "lsv2_pt_ lsv2_sk_", "[0-9a-f]{32}_[0-9a-f]{10}"],
  ["tavily", "tvly-", "[\\w-]{24,}"],
  ["nvidia", "nvapi-", "[\\w-]{60,}"],
  ["jina", "jina_", "[A-Za-z0-9_-]{50,}"],
  ["apify", "apify_api_", "[A-Za-z0-9]{30,}"],
  ["elevenlabs", "sk_", "[0-9a-f]{48}\\b"],
  ["deepl", "", "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}:fx"],
  ["telegram", "", "\\d{8,10}:AA[\\w-]{33}"],
  ["mailchimp", "", "[0-9a-f]{32}-us\\d{1,2}\\b"],
  ["discord", "", "[MNO][A-Za-z\\d_-]{23,25}\\.[\\w-]{6}\\.[\\w-]{27,38}"],
  ["azure", "", "[\\w~.]{3}\\dQ~[\\w~.-]{31,34}"],
];

/** Every provider's keys, by the first letter of their prefix. */
const BY_FIRST: ReadonlyMap<string, readonly SecretKey[]> = Map.groupBy(
  ROWS.flatMap(([name, prefixes, rest]) =>
    prefixes.split(" ").map((prefix): SecretKey => ({
      name,
      prefix,
      shape: new RegExp(prefix.replace(/[.$*+?^|()[\]{}\\/-]/g, "\\$&") + rest, "y"),
    }))
  ),
  ({ prefix }) => prefix.slice(0, 1),
);
