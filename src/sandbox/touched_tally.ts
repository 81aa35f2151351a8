import type { TouchedPermission, TouchedPermissions } from "../result/touched_permissions.ts";

/** Different ones beyond these are counted together. */
const MAX_PERMISSIONS = 256;

/** Of them those of one permission and one outcome: a flood of one kind leaves room for others. */
const MAX_OF_A_KIND = 96;

/** Counts what a worker touches. */
export class TouchedTally {
  readonly #counts = new Map<
    string,
    { -readonly [Key in keyof TouchedPermission]: TouchedPermission[Key] }
  >();
  readonly #ofKind = new Map<string, number>();
  #furtherTouches = 0;
  #record: TouchedPermissions["record"] = "whole";

  /** Adds one touch. */
  add(touched: Omit<TouchedPermission, "count">): void {
    const key = `${touched.permission} ${touched.value}`;
    const known = this.#counts.get(key);
    if (known !== undefined) known.count++;
    else if (this.#hasRoom(touched)) this.#counts.set(key, { ...touched, count: 1 });
    else this.#furtherTouches++;
  }

  #hasRoom({ permission, outcome }: Omit<TouchedPermission, "count">): boolean {
    const kind = `${permission} ${outcome}`;
    const count = (this.#ofKind.get(kind) ?? 0) + 1;
    if (count > MAX_OF_A_KIND || this.#counts.size >= MAX_PERMISSIONS) return false;
    this.#ofKind.set(kind, count);
    return true;
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
