import type { FinderOptions } from "./detect/find.ts";
import { compilePattern, compileRe2, type CustomPattern } from "./detect/find_custom.ts";
import { HintCache } from "./detect/key_hints.ts";
import { FlowPolicy, namePattern, pathPattern } from "./flow_policy.ts";
import {
  type KindRow,
  KINDS,
  type Level,
  type PrivacySettings,
  QUOTED_TEXT,
  reaches,
} from "../model/privacy_settings.ts";
import { KIND_NAME } from "../model/token.ts";

/** Where a value comes from, as far as settings differ by it. */
interface Origin {
  readonly server?: string;
  readonly tool?: string;
  /** `out`: text of a program. Default: values from servers and people. */
  readonly direction?: "in" | "out";
}

/** Settings of one tool, or the general ones. */
export interface Profile {
  /** Equal for profiles that look for the same. */
  readonly name: string;
  readonly level: Level;
  readonly kinds: Readonly<Record<string, "on" | "keys" | "off">>;
  readonly residency: "tokens" | "boundary";
  /** `own`: for texts of programs. */
  readonly words: "own" | "others";
}

type FieldRules = (path: readonly string[]) => string | undefined;

/** The settings, made ready. Nothing in it belongs to a session, so that all can share it. */
export class Protection {
  readonly settings: PrivacySettings;
  readonly flows: FlowPolicy;
  readonly hints: HintCache;
  /** Every kind that there are tokens of. */
  readonly kinds: ReadonlySet<string>;
  /** Whether programs hold the real values of some server. */
  readonly hasBoundary: boolean;
  readonly #custom: readonly CustomPattern[];
  readonly #isAllowed: ((value: string) => boolean) | undefined;
  readonly #fields: readonly { server: RegExp; tool: RegExp; path: RegExp; as: string }[];
  readonly #profiles = new Map<string, Profile>();
  readonly #finderOptions = new Map<string, FinderOptions>();

  /**
   * @throws {AirlockError} CONFIG_INVALID for a pattern or a path that cannot be read
   */
  constructor(settings: PrivacySettings) {
    this.settings = settings;
    const atHome = new Set(settings.custom.filter((row) => row.staysHome).map((row) => row.kind));
    this.flows = new FlowPolicy(settings.flows.map(withoutUndefined), (kind) => atHome.has(kind));
    this.hints = new HintCache(
      settings.custom.flatMap(({ kind, keys }) => keys.map((key) => [key, kind] as const)),
    );
    this.#custom = settings.custom.flatMap(({ kind, pattern }) =>
      pattern === undefined ? [] : [compilePattern(kind, pattern)]
    );
    const ofRules = settings.fields.map(({ as }) => as).filter((as) => KIND_NAME.test(as));
    const ofCustom = settings.custom.map(({ kind }) => kind);
    this.kinds = new Set([...Object.keys(KINDS), QUOTED_TEXT, ...ofCustom, ...ofRules]);
    this.hasBoundary = hasBoundary(settings);
    this.#isAllowed = makeAllowList(settings.allow);
    this.#fields = settings.fields.map(({ server, tool, path, as }) => ({
      server: namePattern(server),
      tool: namePattern(tool),
      path: pathPattern(path),
      as,
    }));
  }

  /** Settings of an origin: the tool's own, then its server's, then the general ones. */
  profileOf({ server, tool, direction }: Origin): Profile {
    const words = direction === "out" ? "own" : "others";
    const id = `${server ?? ""}\0${tool ?? ""}\0${words}`;
    const known = this.#profiles.get(id);
    if (known !== undefined) return known;
    const { settings } = this;
    const ofServer = own(settings.servers, server);
    const ofTool = own(ofServer?.tools ?? {}, tool);
    const level = ofTool?.level ?? ofServer?.level ?? settings.level;
    const kinds = { ...settings.kinds, ...ofServer?.kinds, ...ofTool?.kinds };
    const profile: Profile = {
      words,
      name: `${words} ${level} ${JSON.stringify(Object.entries(kinds).sort())}`,
      level,
      kinds,
      residency: ofTool?.residency ?? ofServer?.residency ?? settings.residency,
    };
    this.#profiles.set(id, profile);
    return profile;
  }

  /** The rules for the fields of an origin; nothing where it has none. */
  fieldRulesOf({ server = "", tool = "" }: Origin): FieldRules | undefined {
    const rules = this.#fields.filter((rule) => rule.server.test(server) && rule.tool.test(tool));
    if (rules.length === 0) return undefined;
    return (path) => rules.find((rule) => rule.path.test(path.join(".")))?.as;
  }

  finderOptions(profile: Profile): FinderOptions {
    const known = this.#finderOptions.get(profile.name);
    if (known !== undefined) return known;
    const made = this.#makeFinderOptions(profile);
    this.#finderOptions.set(profile.name, made);
    return made;
  }

  #makeFinderOptions({ level, kinds, words }: Profile): FinderOptions {
    const wants = (kind: string, from: Level, isByKey: boolean) => {
      const own = kinds[kind];
      if (own !== undefined) return own === "on" || (own === "keys" && isByKey);
      return reaches(level, from);
    };
    const row = (kind: string): Pick<KindRow, "inText" | "inOwnWords" | "byKey"> =>
      KINDS[kind as keyof typeof KINDS] ?? { inText: "low", byKey: "low" };
    const inText = (kind: string) => {
      const { inText, inOwnWords = inText } = row(kind);
      return words === "own" ? inOwnWords : inText;
    };
    return {
      wantsInText: remembered((kind) => wants(kind, inText(kind), false)),
      wantsByKey: remembered((kind) => wants(kind, row(kind).byKey, true)),
      regions: this.settings.regions,
      kinds: this.kinds,
      hints: this.hints,
      custom: this.#custom.filter(({ kind }) => kinds[kind] !== "off"),
      ...(this.#isAllowed === undefined ? {} : { isAllowed: this.#isAllowed }),
    };
  }
}

/** The answers of a question about few words that is asked of every value. */
function remembered(ask: (kind: string) => boolean): (kind: string) => boolean {
  const answers = new Map<string, boolean>();
  return (kind) => {
    let answer = answers.get(kind);
    if (answer === undefined) answers.set(kind, answer = ask(kind));
    return answer;
  };
}

/** A field of a record whose names come from outside: "constructor" is one like any other. */
function own<T>(record: Readonly<Record<string, T>>, name: string | undefined): T | undefined {
  return name !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}

/** Values that are never masked: equal in any case, or matched as a whole by `/RE2/`. */
function makeAllowList(allow: readonly string[]): ((value: string) => boolean) | undefined {
  if (allow.length === 0) return undefined;
  const exact = new Set(allow.map((value) => value.toLowerCase()));
  const patterns = allow.filter((value) => /^\/.+\/$/s.test(value))
    .map((value) => compileRe2(value.slice(1, -1), `allow, ${value}`));
  return (value) =>
    exact.has(value.trim().toLowerCase()) ||
    patterns.some((pattern) => pattern.testExact(value.trim()));
}

function withoutUndefined<T extends object>(value: T): WithoutUndefined<T> {
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(entries) as WithoutUndefined<T>;
}

type WithoutUndefined<T> = { [Key in keyof T]: Exclude<T[Key], undefined> };

/** Whether any program holds real values: they are masked only as they leave. */
export function hasBoundary(settings: Pick<PrivacySettings, "residency" | "servers">): boolean {
  const servers = Object.values(settings.servers);
  const tools = servers.flatMap(({ tools }) => Object.values(tools));
  return [settings, ...servers, ...tools].some(({ residency }) => residency === "boundary");
}
