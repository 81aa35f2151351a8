import type { OpenAPIHono } from "@hono/zod-openapi";
import type { RunEvent } from "../model/run_request.ts";
import type { Runtime } from "../runs/runtime.ts";
import type { RunSlots } from "./run_slots.ts";

/** Services of the routes and of the MCP endpoint. */
export interface GatewayServices {
  readonly runtime: Runtime;
  readonly slots: RunSlots;
  /** Receives every error whose message is withheld from the caller. */
  readonly report: (error: unknown) => void;
  /** Receives a line for every permission violation of a program. */
  readonly warn: (line: string) => void;
}

/** Adds routes to the app. */
export type AddRoute = (app: OpenAPIHono, services: GatewayServices) => void;

/** Passes a run's events on, and warns of permission violations. */
export function warnOfAttempts(
  warn: GatewayServices["warn"],
  listener: (event: RunEvent) => void = () => {},
): (event: RunEvent) => void {
  return (event) => {
    if (event.type === "escape_attempt") warn(`Refused: ${JSON.stringify(event.attempt)}`);
    listener(event);
  };
}
