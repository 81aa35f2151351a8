/** One change that is to be made. */
export interface PlannedChange<Item, Change> {
  readonly item: Item;
  readonly change: Change;
}

/** Options of {@linkcode bulkUpdate}. */
export interface BulkOptions<Item, Change> {
  /** What is to become of an item; undefined where nothing is. */
  readonly plan: (item: Item) => Change | undefined;
  /** Makes one change: calls the tool. */
  readonly apply: (item: Item, change: Change) => Promise<unknown>;
  /** Nothing is changed until somebody says false. Default: true. */
  readonly dryRun?: boolean;
  /** More changes than this are refused before the first one. Default: 100. */
  readonly maxChanges?: number;
  /** Changes at once. Default: 5. */
  readonly atOnce?: number;
  /** After so many failures in all no further change is begun. Default: 3. */
  readonly maxFailures?: number;
}

/** What a bulk update came to. */
export interface BulkResult<Item, Change> {
  readonly dryRun: boolean;
  readonly planned: number;
  /** The first of what is planned, to be looked at. */
  readonly sample: readonly PlannedChange<Item, Change>[];
  readonly done: number;
  readonly failed: readonly { readonly item: Item; readonly error: string }[];
  /** Changes that were not begun, because too many had failed. */
  readonly skipped: number;
}

const SAMPLE = 5;

/** Changes many items by one rule: first as a dry run that shows what would happen, then for real. */
export async function bulkUpdate<Item, Change>(
  items: readonly Item[],
  options: BulkOptions<Item, Change>,
): Promise<BulkResult<Item, Change>> {
  const { plan, apply, dryRun = true, maxChanges = 100, atOnce = 5, maxFailures = 3 } = options;
  const planned = items.flatMap((item): PlannedChange<Item, Change>[] => {
    const change = plan(item);
    return change === undefined ? [] : [{ item, change }];
  });
  if (planned.length > maxChanges) {
    throw new Error(`Cannot update: ${planned.length} changes are more than ${maxChanges}`);
  }
  const sample = planned.slice(0, SAMPLE);
  const failed: { item: Item; error: string }[] = [];
  let [next, done] = [0, 0];
  async function work(): Promise<void> {
    while (next < planned.length && failed.length < maxFailures) {
      const { item, change } = planned[next++]!;
      try {
        await apply(item, change);
        done++;
      } catch (error) {
        failed.push({ item, error: error instanceof Error ? error.message : String(error) });
      }
    }
  }
  if (!dryRun) await Promise.all(Array.from({ length: atOnce }, work));
  const skipped = dryRun ? 0 : planned.length - next;
  return { dryRun, planned: planned.length, sample, done, failed, skipped };
}
