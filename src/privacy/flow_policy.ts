import { AirlockError } from "../model/errors.ts";
import { KINDS } from "../model/privacy_settings.ts";

/** What may happen to a value on its way to a server. */
export type FlowAction = "allow" | "deny" | "ask";

/** One rule of who may send what where. `*` in a name stands for any run of characters. */
interface FlowRule {
  /** Kinds that it is about; `*` for all but those that stay home. */
  readonly kinds: readonly string[];
  /** The server that the value came from. Default: any, and what no server sent. */
  readonly from?: string;
  /** The server that it goes to. Default: any. */
  readonly to?: string;
  /** The tool that gets it. Default: any. */
  readonly tool?: string;
  /** The argument that holds it, as `body.to`; `**` for any number of steps. Default: any. */
  readonly path?: string;
  readonly action: FlowAction;
}

/** One value on its way to a server. */
interface Flow {
  readonly kind: string;
  /** Servers that it was seen from; empty when a program or a person wrote it. */
  readonly sources: readonly string[];
  readonly server: string;
  readonly tool: string;
  /** Steps to the argument, without the places in lists. */
  readonly path: readonly string[];
}

/** A decision, and the sentence that gives the reason. */
interface FlowDecision {
  readonly action: FlowAction;
  readonly why: string;
}

interface ReadyRule {
  readonly rule: FlowRule;
  readonly from: RegExp | undefined;
  readonly to: RegExp;
  readonly tool: RegExp;
  readonly path: RegExp;
}

export class FlowPolicy {
  readonly #rules: readonly ReadyRule[];
  readonly #staysHome: (kind: string) => boolean;

  /**
   * @param rules the first that fits decides
   * @param staysHome whether a kind that is not built in stays with its server
   */
  constructor(rules: readonly FlowRule[], staysHome: (kind: string) => boolean = () => false) {
    this.#rules = rules.map((rule) => ({
      rule,
      from: rule.from === undefined ? undefined : namePattern(rule.from),
      to: namePattern(rule.to ?? "*"),
      tool: namePattern(rule.tool ?? "*"),
      path: pathPattern(rule.path ?? "**"),
    }));
    this.#staysHome = (kind) => KINDS[kind as keyof typeof KINDS]?.staysHome ?? staysHome(kind);
  }

  /** Whether a person decides about any value. */
  get asks(): boolean {
    return this.#rules.some(({ rule }) => rule.action === "ask");
  }

  decide(flow: Flow): FlowDecision {
    const fitting = this.#rules.find((ready) => this.#fits(ready, flow));
    if (fitting !== undefined) return { action: fitting.rule.action, why: "A rule says so" };
    if (flow.kind === "TEXT") return { action: "allow", why: "It is quoted text" };
    if (flow.sources.includes(flow.server)) {
      return { action: "allow", why: "It goes back where it came from" };
    }
    return this.#staysHome(flow.kind)
      ? { action: "deny", why: "Values of its kind stay with the server that they came from" }
      : { action: "allow", why: "No rule forbids it" };
  }

  #fits({ rule, from, to, tool, path }: ReadyRule, flow: Flow): boolean {
    // What stays home leaves only by its own name, never by a star.
    const isNamed = rule.kinds.includes(flow.kind);
    const isStarred = rule.kinds.includes("*") &&
      (rule.action !== "allow" || !this.#staysHome(flow.kind) ||
        flow.sources.includes(flow.server));
    if (!isNamed && !isStarred) return false;
    if (from !== undefined && !flow.sources.some((source) => from.test(source))) return false;
    return to.test(flow.server) && tool.test(flow.tool) && path.test(flow.path.join("."));
  }
}

/** A name with `*` for any run of characters. */
export function namePattern(name: string): RegExp {
  return new RegExp(`^${name.split("*").map(escapePattern).join(".*")}$`, "s");
}

/**
 * A path such as `emailAddresses[].value`, `**.email` or `items.*.id`: `*` is one step, `**` any
 * number. Places in lists are no steps.
 *
 * @throws {AirlockError} CONFIG_INVALID for an empty step
 */
export function pathPattern(path: string): RegExp {
  const steps = path.replaceAll("[]", "").replace(/^\$\.?/, "").split(".");
  if (steps.some((step) => step === "") && path !== "$") {
    throw new AirlockError("CONFIG_INVALID", `Cannot read path "${path}": a step is empty`);
  }
  const source = steps.map((step, index) => {
    if (step === "**") return index === steps.length - 1 ? ".*" : "(?:.*\\.)?";
    const one = step.split("*").map(escapePattern).join("[^.]*");
    return index === steps.length - 1 ? one : `${one}\\.`;
  }).join("");
  return new RegExp(`^${source}$`, "s");
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
