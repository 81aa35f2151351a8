import { refused } from "./disarm_runtime.ts";
import { apply, defineProperty, freeze, ownKeys, sliceText } from "./primordials.ts";

/** The core of Deno, as its own modules have it: with every operation of the process. */
interface WholeCore {
  readonly ops: object;
  loadExtScript(specifier: string): unknown;
}

/**
 * Takes the use out of the core that the runtime's own modules hold. They took the operations that
 * they need before; who would come upon the core later finds none there: no thread with a Deno of its
 * own, no environment, no database, no graphics. Comes when all that a program may use is loaded.
 */
export async function disarmCore(connection: Deno.Conn): Promise<void> {
  const core = await findCore(connection);
  // A Deno that calls its operations in another way hands its core to nobody either.
  if (core === undefined) return;
  for (const name of ownKeys(core.ops)) defineProperty(core.ops, name, { value: refused });
  for (const name of UNUSED) defineProperty(core, name, { value: refused });
  const { loadExtScript } = core;
  core.loadExtScript = (specifier) => {
    if (isOfTheWeb(specifier)) return apply(loadExtScript, core, [specifier]);
    return refused();
  };
  freeze(core.ops);
  freeze(core);
}

/** What makes code out of text, loads the runtime's modules, or leads to all that is open. */
const UNUSED = [
  "callConsole",
  "compileFunction",
  "createLazyLoader",
  "evalContext",
  "print",
  "resources",
  "setPromiseHooks",
  "setUpAsyncStub",
];

/** The runtime's streams, files and events ask for one another each time. */
function isOfTheWeb(specifier: string): boolean {
  return sliceText(specifier, 0, WEB_SCRIPTS.length) === WEB_SCRIPTS ||
    sliceText(specifier, 0, WEB_IDL.length) === WEB_IDL;
}

const WEB_SCRIPTS = "ext:deno_web/";
const WEB_IDL = "ext:deno_webidl/";

/** An operation that is waited for is called on the core; this looks at what one is called on. */
async function findCore(connection: Deno.Conn): Promise<WholeCore | undefined> {
  const { call } = Function.prototype;
  let core: WholeCore | undefined;
  Function.prototype.call = function (this: never, ...values: unknown[]) {
    const [on] = values;
    if (typeof on === "object" && on !== null && "ops" in on) core = on as WholeCore;
    return apply(call as never, this, values);
  };
  try {
    await connection.write(new Uint8Array(0));
  } finally {
    Function.prototype.call = call;
  }
  return core;
}
