/** What a row of the command table is: path, body, and the way from a body to what the core is asked. */
import type { z } from 'zod';
import type { CommandData, CommandKind } from '../../domain/case/commands.js';
import type { Optional } from '../optional.js';

/** Ids are made at the edge, so that texts and people can be written down before the case refers to them. */
export type NewId = () => string;

/** A text for the tables of personal data. */
export interface BroughtNarrative {
  id: string;
  /** What the text is. */
  kind: NarrativeKind;
  body: string;
}

export type NarrativeKind =
  | 'assessment'
  | 'category_reason'
  | 'delay_reason'
  | 'delivery_receiver'
  | 'emergency_reason'
  | 'emergency_review'
  | 'group_call'
  | 'group_member_name'
  | 'group_member_phone'
  | 'identification_refusal'
  | 'immediate_measures'
  | 'interview'
  | 'measure_description'
  | 'monitoring_contact'
  | 'monitoring_end'
  | 'needs'
  | 'outreach_findings'
  | 'outreach_place'
  | 'report_note'
  | 'reopening_review'
  | 'report_sender'
  | 'return_reason'
  | 'revision_reason'
  | 'stay_destination'
  | 'stay_leave'
  | 'stay_location'
  | 'threat'
  | 'transfer_reason'
  | 'threat_assessment'
  | 'triage_reason'
  | 'victim_help'
  | 'violence_signs'
  | 'visit_findings';

/** What the command tells of a member of the family: of a new one, or to correct one, where null removes. */
export interface BroughtPerson {
  id: string;
  fullName?: string | null;
  iin?: string | null;
  phone?: string | null;
  address?: string | null;
  birthDate?: string | null;
  bornAbout?: number | null;
  kinship?: string | null;
  representativeId?: string | null;
}

/** What a request becomes: coded data for the core, and the personal data beside it. */
export interface CommandInput<K extends CommandKind> {
  data: CommandData[K];
  persons: readonly BroughtPerson[];
  narratives: readonly BroughtNarrative[];
  /** Persons whom the data names and who must belong to the family already. */
  knownPersons: readonly string[];
}

/** What stands in braces in a path: the parts of the case that a command is about. */
export type PathParts<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}` ? { readonly [N in Name]: string } & PathParts<Rest> : object;

export type ReadBody<K extends CommandKind> = { ok: true; input: CommandInput<K> } | { ok: false; issues: readonly z.core.$ZodIssue[] };

export interface CommandRoute<K extends CommandKind> {
  /** Below `/v1/cases/{caseId}/`. */
  path: string;
  summary: string;
  body: z.ZodType;
  example: unknown;
  /** Taken on a recent and strong sign-in alone. */
  stepUp?: boolean;
  /** Checks a body and turns it into what the core is asked; ids of what it brings come from `newId`. */
  read(body: unknown, parameters: Readonly<Record<string, string>>, newId: NewId): ReadBody<K>;
}

interface RouteSpec<K extends CommandKind, B extends z.ZodType, Path extends string> {
  path: Path;
  summary: string;
  body: B;
  example: z.input<B>;
  stepUp?: boolean;
  toCommand: (body: z.output<B>, parameters: PathParts<Path>, newId: NewId) => Optional<CommandInput<K>, 'persons' | 'narratives' | 'knownPersons'>;
}

/** A row of the command table. */
export function commandRoute<K extends CommandKind, B extends z.ZodType, const Path extends string>(spec: RouteSpec<K, B, Path>): CommandRoute<K> {
  const { path, summary, body: schema, example, stepUp = false, toCommand } = spec;
  return {
    path,
    summary,
    body: schema,
    example,
    stepUp,
    read(body, parameters, newId) {
      const parsed = schema.safeParse(body);
      if (!parsed.success) return { ok: false, issues: parsed.error.issues };
      // The address was checked against the path, which the compiler cannot follow through the router.
      const input = toCommand(parsed.data, parameters as PathParts<Path>, newId);
      return { ok: true, input: { persons: [], narratives: [], knownPersons: [], ...input } };
    },
  };
}
