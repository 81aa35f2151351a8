import type { SeededRandom } from "../../seeded_random.ts";

/** Who signs the contract. */
export interface Party {
  readonly name: string;
  readonly company: string;
  readonly email: string;
  readonly national_id: string;
  readonly birth_date: string;
}

const SERVICES =
  "Installation Maintenance Training Reporting Storage Transport Packaging Returns Translation " +
  "Monitoring Invoicing Archiving";

/** What a contract says about each service. */
const CLAUSES = [
  "The supplier renders the service on working days from 08:00 to 18:00.",
  "Disturbances are reported in writing and answered within {number} hours.",
  "The fee is {number} euros a month and is invoiced at the end of the quarter.",
  "Either party may end the service with a notice of {number} weeks.",
  "The customer names one person who may place orders for the service.",
  "Subcontractors need the consent of the customer, which may not be withheld without reason.",
  "Damages are limited to {number} per cent of the yearly fee, intent and gross negligence aside.",
  "Records of the service are kept for {number} months and then destroyed.",
];

/** A framework agreement between two parties, with eight clauses for each of twelve services. */
export function writeContract(
  [customer, supplier]: readonly [Party, Party],
  random: SeededRandom,
): string {
  const articles = SERVICES.split(" ").map((service, index) => {
    const clauses = CLAUSES.map((clause, place) =>
      `${index + 1}.${place + 1} ${clause.replace("{number}", String(random.integer(2, 60)))}`
    );
    return [`## Article ${index + 1}: ${service}`, ...clauses].join("\n");
  });
  return [
    "# Framework agreement",
    `between ${introduce(customer)} ("customer")`,
    `and ${introduce(supplier)} ("supplier").`,
    ...articles,
    `Signed by ${customer.name} and ${supplier.name} on 2025-11-03.`,
    "",
  ].join("\n\n");
}

function introduce({ name, company, email, national_id, birth_date }: Party): string {
  return `${company}, represented by ${name}, born ${birth_date}, national id ${national_id}, ` +
    email;
}
