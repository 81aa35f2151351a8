import { openPrivacyDatabase } from "./open_privacy_database.ts";

/** How often something happened to values of one kind. */
export interface PrivacyCount {
  readonly direction: string;
  /** Empty for what belongs to none. */
  readonly server: string;
  readonly kind: string;
  readonly action: string;
  readonly events: number;
  /** Different values, by their fingerprints. */
  readonly values: number;
}

const COUNT = `
SELECT direction, coalesce(server, '') AS server, kind, action,
  count(*) AS events, count(DISTINCT fingerprint) AS "values"
FROM privacy_events
WHERE :session IS NULL OR session = :session
GROUP BY direction, server, kind, action
ORDER BY direction, server, kind, action`;

/**
 * Counts the privacy events of a database.
 *
 * @param session of one session or of a run without one; of all where it is absent
 */
export async function countPrivacyEvents(path: string, session?: string): Promise<PrivacyCount[]> {
  const database = await openPrivacyDatabase(path);
  try {
    return database.prepare(COUNT).all({ session: session ?? null }) as unknown as PrivacyCount[];
  } finally {
    database.close();
  }
}
