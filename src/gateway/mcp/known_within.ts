/** What came of several questions within a time. */
export interface KnownAnswers<Value> {
  readonly values: ReadonlyMap<string, Value>;
  /** Those that were answered with an error. */
  readonly failed: readonly string[];
  /** Those that are not answered yet. */
  readonly late: readonly string[];
}

/** Waits for the answers to several questions, but no longer than the time given. */
export async function knownWithin<Value>(
  asked: ReadonlyMap<string, Promise<Value>>,
  waitMs: number,
): Promise<KnownAnswers<Value>> {
  const values = new Map<string, Value>();
  const failed: string[] = [];
  const answers = [...asked].map(([name, answer]) =>
    answer.then((value) => void values.set(name, value), () => void failed.push(name))
  );
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, waitMs);
  await Promise.race([Promise.all(answers), late]);
  clearTimeout(timer);
  const [known, lost] = [new Map(values), [...failed]];
  return {
    values: known,
    failed: lost,
    late: [...asked.keys()].filter((name) => !known.has(name) && !lost.includes(name)),
  };
}
