/** Who asks, as far as sessions and skills are concerned: a principal's name. */
export interface Caller {
  /** As the configuration calls it. */
  readonly name: string;
}

/** Whoever runs the runtime: who asks where nobody is named. */
export const OWNER: Caller = { name: "owner" };
