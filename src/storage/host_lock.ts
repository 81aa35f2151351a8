import { AirlockError } from "../model/errors.ts";
import type { Storage } from "./ports.ts";

/** Tells which hosts are alive: their runs must not be taken over. */
export interface HostLock extends AsyncDisposable {
  /** Names this host in what it owns. */
  readonly hostId: string;
  /** Whether the host of the id is alive, be it this one. */
  isAlive(hostId: string): Promise<boolean>;
}

/** The prefix of the hosts' leases. */
export const HOSTS_FOLDER = "hosts";

/** The owner of a run that any host may take over. */
export const NOBODY = "";

/** Takes the lease of a new host. */
export async function takeHostLock({ leases, isShared }: Storage): Promise<HostLock> {
  const hostId = crypto.randomUUID();
  if (!isShared) {
    return {
      hostId,
      isAlive: (other) => Promise.resolve(other === hostId),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  }
  await leases.sweep(HOSTS_FOLDER);
  const lease = await leases.take(`${HOSTS_FOLDER}/${hostId}`, "exclusive");
  if (lease === undefined) throw new AirlockError("INTERNAL", "Cannot start host: its id is taken");
  return {
    hostId,
    isAlive: async (other) =>
      other === hostId || other !== NOBODY && await leases.isHeld(`${HOSTS_FOLDER}/${other}`),
    [Symbol.asyncDispose]: () => lease[Symbol.asyncDispose](),
  };
}
