const NAMES =
  "Alder Amberfield Bluestone Brightwater Cedarline Clearbrook Copperhill Eastgate Fairwind " +
  "Fernhollow Foxglove Glenrock Goldcrest Granite Greenholm Harborview Hazelwood Highmoor " +
  "Ironbridge Kestrel Larkspur Longmeadow Marlowe Millbrook Northfell Oakhaven Palisade " +
  "Quarrystone Redwing Riverbend Sandpiper Silverleaf Stonegate Sunridge Tidewater Underhill " +
  "Valecrest Westmark Whitecliff Yarrow";

const TRADES =
  "Clinics Energy Foods Insurance Logistics Media Optics Robotics Shipping Textiles Tools Travel";

/** A company and the domain of its addresses; `example.com` is reserved, so no mail arrives. */
export interface Company {
  readonly name: string;
  readonly domain: string;
}

/** 480 made-up companies, such as "Kestrel Optics" at `kestrel-optics.example.com`. */
export const COMPANIES: readonly Company[] = NAMES.split(" ").flatMap((name) =>
  TRADES.split(" ").map((trade) => ({
    name: `${name} ${trade}`,
    domain: `${name}-${trade}.example.com`.toLowerCase(),
  }))
);
