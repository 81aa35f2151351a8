import { AsyncLocalStorage } from "node:async_hooks";

/** The W3C `traceparent` of the call that is being made, for the header of requests to servers. */
export const traceParent: AsyncLocalStorage<string> = new AsyncLocalStorage();
