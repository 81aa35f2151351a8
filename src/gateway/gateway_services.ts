import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Runtime } from "../runs/runtime_types.ts";
import type { RunSlots } from "./run_slots.ts";

/** What the routes work with. */
export interface GatewayServices {
  readonly runtime: Runtime;
  readonly slots: RunSlots;
  /** Hears of every error of which the caller is told less than it says. */
  readonly report: (error: unknown) => void;
  /** Hears of every attempt of a program to go beyond its rights. */
  readonly warn: (line: string) => void;
}

/** Adds one route to the app. */
export type AddRoute = (app: OpenAPIHono, services: GatewayServices) => void;
