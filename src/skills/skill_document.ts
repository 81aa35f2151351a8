import { Buffer } from "node:buffer";
import { createHmac, timingSafeEqual } from "node:crypto";
import { SKILL_FOLDER, type SkillRecord, type SkillScope, type SkillTrust } from "./skill.ts";

/**
 * Writes `SKILL.md` in the format of public agent skills: a head with a name and a description, and
 * all other fields as texts under `metadata`.
 */
export function writeSkillDocument(record: SkillRecord, code: string): string {
  const { name, description, version, tools, examples } = record;
  const metadata = Object.entries(metadataOf(record)).map(([key, value]) =>
    `  ${key}: ${JSON.stringify(value)}`
  );
  const names = exportedNames(code);
  const imported = names.includes("default") ? "skill" : `{ ${names.join(", ")} }`;
  const calls = tools.length === 0 ? "no tools" : tools.join(", ");
  return [
    "---",
    `name: ${name}`,
    `description: ${JSON.stringify(description)}`,
    "metadata:",
    ...metadata,
    "---",
    "",
    `# ${name}`,
    "",
    description,
    "",
    "## Usage",
    "",
    "```ts",
    `import ${imported} from ${JSON.stringify(`./skills/${name}`)};`,
    "```",
    "",
    `\`skills/${name}@${version}\` stays at this version. It calls ${calls}.`,
    ...(examples.length === 0 ? [] : ["", "## Examples"]),
    ...examples.flatMap((example) => ["", "```ts", example.replaceAll("```", "'''"), "```"]),
    "",
  ].join("\n");
}

/** Reads `SKILL.md` back; undefined where it was written in another form. */
export function readSkillDocument(text: string): SkillRecord | undefined {
  const [, head] = /^---\r?\n([\s\S]{0,100000}?)\r?\n---/.exec(text) ?? [];
  if (head === undefined) return undefined;
  const fields = new Map(
    [...head.matchAll(/^( *)([\w-]+): *(.+?)\r?$/gm)].map(([, , key, value]) =>
      [key!, readText(value!)] as const
    ),
  );
  const get = (key: string) => fields.get(key) ?? "";
  const version = Number(get("airlock-version"));
  const name = get("name");
  if (!Number.isSafeInteger(version) || version < 1 || !SKILL_FOLDER.test(name)) return undefined;
  const trust = TRUSTS.find((one) => one === get("airlock-trust")) ?? "draft";
  const runId = fields.get("airlock-run");
  return {
    name,
    description: get("description"),
    owner: get("airlock-owner"),
    version,
    trust,
    approved: words(get("airlock-approved")).map(Number).filter(Number.isSafeInteger),
    scope: readScope(get("airlock-scope")),
    tools: words(get("airlock-tools")).map(decodeTool),
    skills: words(get("airlock-skills")),
    toolsHash: get("airlock-tools-hash"),
    risk: get("airlock-risk"),
    hash: get("airlock-hash"),
    ...(runId === undefined ? {} : { runId }),
    examples: [...(text.split("## Examples\n")[1] ?? "").matchAll(/^```ts\n([\s\S]*?)\n```$/gm)]
      .map(([, example]) => example!),
  };
}

/** The description in the head of any document. */
export function describedIn(text: string): string {
  const [, value = ""] = /^---[\s\S]{0,20000}?^description: *(.+?)\r?$/m.exec(text) ?? [];
  return readText(value);
}

const TRUSTS: readonly SkillTrust[] = ["draft", "approved", "deprecated"];

function metadataOf(record: SkillRecord): Record<string, string> {
  return {
    "airlock-version": String(record.version),
    "airlock-owner": record.owner,
    "airlock-trust": record.trust,
    "airlock-approved": record.approved.join(" "),
    "airlock-scope": record.scope.kind === "team"
      ? `team ${record.scope.members.join(" ")}`
      : record.scope.kind,
    // Names may contain blanks, which separate them here.
    "airlock-tools": record.tools
      .map((tool) => tool.split("/").map(encodeURIComponent).join("/")).join(" "),
    "airlock-skills": record.skills.join(" "),
    "airlock-tools-hash": record.toolsHash,
    "airlock-risk": record.risk,
    "airlock-hash": record.hash,
    ...(record.runId === undefined ? {} : { "airlock-run": record.runId }),
  };
}

function readScope(text: string): SkillScope {
  const [kind, ...members] = words(text);
  if (kind === "all") return { kind };
  return kind === "team" ? { kind, members } : { kind: "principal" };
}

function words(text: string): string[] {
  return text.split(" ").filter((word) => word !== "");
}

function decodeTool(tool: string): string {
  try {
    return decodeURIComponent(tool);
  } catch {
    return tool;
  }
}

function readText(value: string): string {
  if (!value.startsWith('"')) return value.replace(/^'(.*)'$/, "$1");
  try {
    return String(JSON.parse(value));
  } catch {
    return "";
  }
}

/** Names of a module's exports, as far as its text shows them. */
export function exportedNames(code: string): string[] {
  const declared = code.matchAll(
    /(?:^|;)[ \t]*export\s+(?:declare\s+)?(default\b|(?:async\s+)?(?:function\*?|class|const|let|var)\s+([\w$]+))/gm,
  );
  const listed = code.matchAll(/(?:^|;)[ \t]*export\s*\{([^}]*)\}/gm);
  const names = [
    ...[...declared].map(([, kind, name]) => name ?? kind!),
    ...[...listed].flatMap(([, list]) =>
      list!.split(",").map((item) => item.trim().split(/\s+as\s+/).at(-1)!).filter(Boolean)
    ),
  ];
  return [...new Set(names)];
}

/** Tells documents that a save wrote from changed ones. */
export interface SkillSeal {
  /** The document with a seal in its head. */
  seal(document: string): string;
  /** Whether the document is unchanged since it was sealed. */
  isSealed(document: string): boolean;
}

const LINE = /^ {2}airlock-seal: "([0-9a-f]{64})"\n/m;
const END_OF_HEAD = "\n---\n";

/** Makes the seal of a key. */
export function createSkillSeal(key: Uint8Array): SkillSeal {
  const macOf = (text: string) => createHmac("sha256", key).update(text).digest();
  return {
    seal(document) {
      const at = document.indexOf(END_OF_HEAD) + 1;
      const line = `  airlock-seal: "${macOf(document).toString("hex")}"\n`;
      return document.slice(0, at) + line + document.slice(at);
    },
    isSealed(document) {
      const [line, seal] = LINE.exec(document) ?? [];
      if (line === undefined || seal === undefined) return false;
      return timingSafeEqual(macOf(document.replace(line, "")), Buffer.from(seal, "hex"));
    },
  };
}
