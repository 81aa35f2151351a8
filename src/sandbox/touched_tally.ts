import type { TouchedPermission, TouchedPermissions } from "../result/touched_permissions.ts";

/** Different ones beyond these are counted together. */
const MAX_PERMISSIONS = 256;

/** Counts what a worker touches. */
export class TouchedTally {
  readonly #counts = new Map<
    string,
    { -readonly [Key in keyof TouchedPermission]: TouchedPermission[Key] }
  >();
  #furtherTouches = 0;
  #record: TouchedPermissions["record"] = "whole";

  /** Adds one touch. */
  add(touched: Omit<TouchedPermission, "count">): void {
    const key = `${touched.permission} ${touched.value}`;
    const known = this.#counts.get(key);
    if (known !== undefined) known.count++;
    else if (this.#counts.size < MAX_PERMISSIONS) this.#counts.set(key, { ...touched, count: 1 });
    else this.#furtherTouches++;
  }

  /** Says that more came than was read. */
  cut(): void {
    this.#record = "cut";
  }

  /** What was counted until now. */
  list(): TouchedPermissions {
    return {
      permissions: [...this.#counts.values()].map((touched) => ({ ...touched })),
      furtherTouches: this.#furtherTouches,
      record: this.#record,
    };
  }
}
