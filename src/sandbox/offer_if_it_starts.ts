import { join } from "@std/path";
import { limitsSection } from "../config/limits.ts";
import { findLaunchers } from "../process/find_launchers.ts";
import { createRoom, recordPath } from "./run_directory.ts";
import { requirement, type TierOffer } from "./tier_offer.ts";
import { tryCommand } from "./try_command.ts";

/** Options of {@linkcode offerIfItStarts}. */
export interface OfferIfItStartsOptions extends Required<TierOffer> {
  /** What to do where the system refuses it. */
  readonly howToAllow: string;
}

/** Offers a tier where it does start, as a last requirement: what is installed may be forbidden. */
export async function offerIfItStarts(
  { requirements, create, howToAllow }: OfferIfItStartsOptions,
): Promise<TierOffer> {
  const refusal = await tryTier(create);
  const remedy = `It says "${refusal}". ${howToAllow}`;
  const starts = requirement(STARTS, refusal === undefined ? true : undefined, remedy);
  const all = [...requirements, starts];
  return refusal === undefined ? { requirements: all, create } : { requirements: all };
}

const STARTS = "Deno starts in it";

/** Starts Deno within a tier once, as a worker is started; gives the complaint where it fails. */
async function tryTier(create: Required<TierOffer>["create"]): Promise<string | undefined> {
  const dir = await Deno.makeTempDir({ prefix: "airlock-" });
  try {
    const [guestDir, modulesDir, servers] = ["guest", "modules", "servers"].map(
      (name) => join(dir, name),
    ) as [string, string, string, string];
    await Promise.all([guestDir, modulesDir, servers].map((path) => Deno.mkdir(path)));
    const tier = await create({ dir, launchers: await findLaunchers() });
    const room = await createRoom(join(dir, "room"), { servers, show: tier.rooms });
    // What is mounted must be there.
    await Promise.all(
      [join(room.dir, "rpc"), recordPath(room)].map((path) => Deno.writeTextFile(path, "")),
    );
    const deno = { command: Deno.execPath(), args: ["--version"], env: { DENO_DIR: "/dev/null" } };
    const limits = limitsSection.parse({});
    return await tryCommand(tier.enclose(deno, { room, guestDir, modulesDir, limits }));
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}
