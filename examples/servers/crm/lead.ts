import { z } from "zod";
import { COUNTRY_CODES } from "./seed/countries.ts";

/** Where a lead stands, in the order of a sale; `duplicate` is a second record of one person. */
export const leadStatus = z.enum([
  "new",
  "contacted",
  "qualified",
  "proposal",
  "won",
  "lost",
  "duplicate",
]);

/** A country that the CRM sells to. */
export const leadCountry = z.enum(COUNTRY_CODES).describe("ISO 3166-1 alpha-2 code");

/** The id of a lead. */
export const leadId = z.string().regex(/^lead-\d{5}$/).describe('Such as "lead-00042"');

/** One row of the CRM. */
export const lead = z.object({
  id: leadId,
  name: z.string(),
  email: z.string(),
  phone: z.string().describe("International form, spaced as the country writes it"),
  company: z.string(),
  country: leadCountry,
  national_id: z.string().describe("By the scheme of the country: SSN, NINO, BSN, DNI, PESEL …"),
  birth_date: z.string().describe("YYYY-MM-DD"),
  status: leadStatus,
  score: z.int().min(0).max(100).describe("How likely the lead is to buy"),
  deal_value: z.int().min(0).describe("Expected value in euros"),
  created_at: z.string().describe("ISO 8601, UTC"),
  updated_at: z.string().describe("ISO 8601, UTC"),
  notes: z.string().describe("Free text by the sales team"),
});

/** One row of the CRM. */
export type Lead = z.infer<typeof lead>;

/** Conditions that a lead must meet, all of those that are given. */
export const leadFilter = z.object({
  status: leadStatus.optional(),
  country: leadCountry.optional(),
  min_score: z.int().min(0).max(100).optional(),
  min_deal_value: z.int().min(0).optional().describe("In euros"),
});

/** Conditions that a lead must meet, all of those that are given. */
export type LeadFilter = z.infer<typeof leadFilter>;
