/** A timer of the runtime. */
export type CoreTimer = object & { readonly _timerId: number };

/** What the guest uses of the runtime's core, which no program gets to see. */
export interface RuntimeCore {
  createTimer(
    callback: () => void,
    after: number,
    values: undefined,
    isRepeated: boolean,
    isRefed: boolean,
    isSystem: boolean,
  ): CoreTimer;
  cancelTimer(timer: CoreTimer): void;
  refreshTimer(timer: CoreTimer): void;
  refTimer(timer: CoreTimer): void;
  unrefTimer(timer: CoreTimer): void;
  setUnhandledPromiseRejectionHandler(
    handle: (promise: Promise<unknown>, reason: unknown) => boolean,
  ): void;
  setHandledPromiseRejectionHandler(handle: () => void): void;
  setReportExceptionCallback(handle: (error: unknown) => void): void;
}

/** What the guest uses of the runtime's internals. */
export interface RuntimeInternals {
  readonly core: RuntimeCore;
  readonly Console: new (print: (text: string, level: number) => void) => object;
}

/** Finds them, before `Deno` is replaced. */
export function runtimeInternals(): RuntimeInternals {
  const { internal } = Deno as unknown as { internal: symbol };
  return (Deno as unknown as Record<symbol, RuntimeInternals>)[internal]!;
}
