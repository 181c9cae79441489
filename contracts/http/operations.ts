/**
 * Every operation of the API: address, shapes, who may call. Routes and the OpenAPI document are both
 * made of this table, so that neither can say what the other does not.
 */
import { z } from 'zod';
import { COMMAND_KINDS, type CommandKind } from '../../domain/case/commands.js';
import { AgencyReport } from '../agency-protocol.js';
import { AppealRegistered, CommandAnswer, RegisterAppealBody } from './appeals.js';
import { CaseDetail, CasePage, CaseQuery, TimelinePage, TimelineQuery } from './cases.js';
import { COMMAND_ROUTES } from './commands.js';
import { AlarmPage, AlarmQuery } from './alarms.js';
import { AlertPage, AlertQuery, DutyPage, DutyQuery, Why } from './duties.js';
import {
  Adoption,
  AdoptionBody,
  AdoptionParameters,
  Adoptions,
  AdoptionStateBody,
  CALENDAR_EXAMPLE,
  CalendarDraftBody,
  DraftParameters,
  LawPreview,
  LawVersion,
  LawVersions,
  POLICY_EXAMPLE,
  PolicyDraftBody,
  PreviewQuery,
  VersionParameters,
} from './law.js';
import type { ProblemCode } from './problem-codes.js';
import { Code, Id, text } from './primitives.js';
import { Alive, Grounds, Readiness, ReportAccepted, Sectors } from './reference.js';
import { AlertParameters, AlertSeen, Staffing, StaffingBody, StaffingParameters, STAFFING_EXAMPLE } from './staffing.js';
import { RuleTable } from './rules.js';

export type Access =
  /** A person of a Center, by token. */
  | 'token'
  /** An agency, by the signature of its message. */
  | 'signature'
  | 'open';

export interface OperationSpec {
  method: 'get' | 'post' | 'put';
  /** Names of parts in braces. */
  path: string;
  tag: string;
  summary: string;
  access: Access;
  /** Needs `Idempotency-Key`. */
  idempotent?: boolean;
  parameters?: z.ZodObject;
  query?: z.ZodObject;
  body?: { schema: z.ZodType; example: unknown };
  success: { status: 200 | 201 | 202; description: string; schema: z.ZodType; mediaType?: string };
  /** What may go wrong beyond what every operation of its kind has in common. */
  problems: readonly ProblemCode[];
}

/** Keeps the exact types of a row, so that its handler is checked against them. */
function operation<const S extends OperationSpec>(spec: S): S {
  return spec;
}

const CaseParameters = z.strictObject({ caseId: Id });

export const OPERATIONS = {
  registerAppeal: operation({
    method: 'post',
    path: '/v1/appeals',
    tag: 'Appeals',
    summary: 'Register an appeal: the journal number comes at once, engine up or not (D-REG, P3)',
    access: 'token',
    idempotent: true,
    body: {
      schema: RegisterAppealBody,
      example: { channel: 1, threat: false, applicant: { fullName: 'A. A.', iin: '900101100004' }, text: 'What is said.' },
    },
    success: { status: 201, description: 'Registered. The case is at `/v1/cases/{caseId}` a moment later.', schema: AppealRegistered },
    problems: ['household_unknown'],
  }),
  listCases: operation({
    method: 'get',
    path: '/v1/cases',
    tag: 'Cases',
    summary: 'Cases of the Center, the latest opened first',
    access: 'token',
    query: CaseQuery,
    success: { status: 200, description: 'A page.', schema: CasePage },
    problems: ['cursor_invalid', 'actor_of_other_center'],
  }),
  readCase: operation({
    method: 'get',
    path: '/v1/cases/{caseId}',
    tag: 'Cases',
    summary: 'One case with what is owed',
    access: 'token',
    parameters: CaseParameters,
    success: { status: 200, description: 'The case.', schema: CaseDetail },
    problems: ['case_unknown', 'case_not_started_yet'],
  }),
  readTimeline: operation({
    method: 'get',
    path: '/v1/cases/{caseId}/timeline',
    tag: 'Cases',
    summary: 'The ledger of a case, in order',
    access: 'token',
    parameters: CaseParameters,
    query: TimelineQuery,
    success: { status: 200, description: 'A page.', schema: TimelinePage },
    problems: ['case_unknown', 'case_not_started_yet', 'cursor_invalid'],
  }),
  explainDuty: operation({
    method: 'get',
    path: '/v1/cases/{caseId}/duties/{key}/why',
    tag: 'Duties',
    summary: 'Why this date: the fact, the rule, every day counted or skipped, the ladder',
    access: 'token',
    parameters: z.strictObject({ caseId: Id, key: text(300) }),
    success: { status: 200, description: 'The explanation, and its text in the language of the reader.', schema: Why },
    problems: ['case_unknown', 'case_not_started_yet', 'duty_unknown'],
  }),
  listDuties: operation({
    method: 'get',
    path: '/v1/duties',
    tag: 'Duties',
    summary: 'What is owed, nearest term first, duties without a term last',
    access: 'token',
    query: DutyQuery,
    success: { status: 200, description: 'A page.', schema: DutyPage },
    problems: ['cursor_invalid', 'actor_of_other_center'],
  }),
  listAlerts: operation({
    method: 'get',
    path: '/v1/alerts',
    tag: 'Duties',
    summary: 'Moments of the ladder that were reached',
    access: 'token',
    query: AlertQuery,
    success: { status: 200, description: 'A page.', schema: AlertPage },
    problems: ['cursor_invalid', 'actor_of_other_center'],
  }),
  listAlarms: operation({
    method: 'get',
    path: '/v1/alarms',
    tag: 'Reference',
    summary: 'Alarms to the administrator: a year without an official calendar, a case that did not wake up',
    access: 'token',
    query: AlarmQuery,
    success: { status: 200, description: 'A page, the latest raised first.', schema: AlarmPage },
    problems: ['cursor_invalid', 'role_not_allowed'],
  }),
  markAlertSeen: operation({
    method: 'put',
    path: '/v1/alerts/{alertId}/seen',
    tag: 'Duties',
    summary: 'Say that you have seen an alert that was told to you; the first time stands',
    access: 'token',
    parameters: AlertParameters,
    success: { status: 200, description: 'Since when it counts as seen by you.', schema: AlertSeen },
    problems: ['alert_unknown'],
  }),
  readStaffing: operation({
    method: 'get',
    path: '/v1/staffing/{holder}',
    tag: 'People',
    summary: 'Who holds which post, who stands in, who is on duty (P54); for the head and the administrator',
    access: 'token',
    parameters: StaffingParameters,
    success: { status: 200, description: 'The document in force.', schema: Staffing },
    problems: ['holder_unknown', 'actor_of_other_center', 'role_not_allowed'],
  }),
  replaceStaffing: operation({
    method: 'put',
    path: '/v1/staffing/{holder}',
    tag: 'People',
    summary: 'Replace posts, deputies and duty rota (P54); a repeat has the same answer, former versions are kept',
    access: 'token',
    parameters: StaffingParameters,
    body: { schema: StaffingBody, example: STAFFING_EXAMPLE },
    success: { status: 200, description: 'The document as it is in force now.', schema: Staffing },
    problems: ['holder_unknown', 'actor_of_other_center', 'role_not_allowed', 'staffing_invalid', 'staffing_changed'],
  }),
  listRules: operation({
    method: 'get',
    path: '/v1/rules',
    tag: 'Reference',
    summary: 'The rule table that new cases use',
    access: 'token',
    success: { status: 200, description: 'The rows with their wording, their readings by edition, where each is enforced, and the tests that name it.', schema: RuleTable },
    problems: [],
  }),
  draftCalendar: operation({
    method: 'put',
    path: '/v1/law/calendars/{version}',
    tag: 'Law',
    summary: 'Draft a calendar; for the administrator. The same content again has the same answer, another content never',
    access: 'token',
    parameters: DraftParameters,
    body: { schema: CalendarDraftBody, example: CALENDAR_EXAMPLE },
    success: { status: 200, description: 'The draft. Nothing is counted by it yet.', schema: LawVersion },
    problems: ['role_not_allowed', 'calendar_invalid', 'law_version_taken', 'route_unknown'],
  }),
  draftPolicy: operation({
    method: 'put',
    path: '/v1/law/policies/{version}',
    tag: 'Law',
    summary: 'Draft a policy: the settings that differ from the one in force; for the administrator',
    access: 'token',
    parameters: DraftParameters,
    body: { schema: PolicyDraftBody, example: POLICY_EXAMPLE },
    success: { status: 200, description: 'The draft as a whole policy. Nothing goes by it yet.', schema: LawVersion },
    problems: ['role_not_allowed', 'policy_invalid', 'law_version_taken', 'route_unknown'],
  }),
  listLawVersions: operation({
    method: 'get',
    path: '/v1/law/versions',
    tag: 'Law',
    summary: 'Versions of calendar and policy: drafts, those in force, those before them',
    access: 'token',
    success: { status: 200, description: 'Calendars first, of each kind the newest first.', schema: LawVersions },
    problems: ['role_not_allowed'],
  }),
  readLawVersion: operation({
    method: 'get',
    path: '/v1/law/{place}/{version}',
    tag: 'Law',
    summary: 'One version with its content',
    access: 'token',
    parameters: VersionParameters,
    success: { status: 200, description: 'The version.', schema: LawVersion },
    problems: ['role_not_allowed', 'law_version_unknown', 'route_unknown'],
  }),
  previewLaw: operation({
    method: 'get',
    path: '/v1/law/{place}/{version}/preview',
    tag: 'Law',
    summary: 'What adopting a version would do to every open case; nothing is told to anybody',
    access: 'token',
    parameters: VersionParameters,
    query: PreviewQuery,
    success: { status: 200, description: 'Totals of all changes, and a list of the first.', schema: LawPreview },
    problems: ['role_not_allowed', 'law_version_unknown', 'law_version_superseded', 'law_draft_outdated', 'route_unknown'],
  }),
  adoptLaw: operation({
    method: 'post',
    path: '/v1/law/{place}/{version}/adoption',
    tag: 'Law',
    summary: 'Adopt a version: new cases take it at once, every open case is told',
    access: 'token',
    idempotent: true,
    parameters: VersionParameters,
    body: { schema: AdoptionBody, example: { recompute: 'own' } },
    success: { status: 202, description: 'Asked for, and durable. It goes on at `/v1/law/adoptions/{adoptionId}`.', schema: Adoption },
    problems: [
      'role_not_allowed',
      'law_version_unknown',
      'law_version_in_force',
      'law_version_superseded',
      'law_draft_outdated',
      'law_adoption_running',
      'calendar_invalid',
      'policy_invalid',
      'law_act_missing',
      'route_unknown',
    ],
  }),
  listAdoptions: operation({
    method: 'get',
    path: '/v1/law/adoptions',
    tag: 'Law',
    summary: 'Adoptions, the latest first',
    access: 'token',
    success: { status: 200, description: 'Twenty at most.', schema: Adoptions },
    problems: ['role_not_allowed'],
  }),
  readAdoption: operation({
    method: 'get',
    path: '/v1/law/adoptions/{adoptionId}',
    tag: 'Law',
    summary: 'How an adoption goes on: done, left, failed with reason',
    access: 'token',
    parameters: AdoptionParameters,
    success: { status: 200, description: 'The adoption.', schema: Adoption },
    problems: ['role_not_allowed', 'law_adoption_unknown'],
  }),
  setAdoptionState: operation({
    method: 'put',
    path: '/v1/law/adoptions/{adoptionId}/state',
    tag: 'Law',
    summary: 'Pause an adoption or let it go on',
    access: 'token',
    parameters: AdoptionParameters,
    body: { schema: AdoptionStateBody, example: { state: 'paused' } },
    success: { status: 200, description: 'The adoption. Cases that are just being told are told to their end.', schema: Adoption },
    problems: ['role_not_allowed', 'law_adoption_unknown', 'law_adoption_ended'],
  }),
  listSectors: operation({
    method: 'get',
    path: '/v1/reference/sectors',
    tag: 'Reference',
    summary: 'Agency sectors (192 п.2, п.5)',
    access: 'token',
    success: { status: 200, description: 'The sectors.', schema: Sectors },
    problems: [],
  }),
  listGrounds: operation({
    method: 'get',
    path: '/v1/reference/grounds',
    tag: 'Reference',
    summary: 'Grounds of the difficult life situation (192-3-4)',
    access: 'token',
    success: { status: 200, description: 'The grounds.', schema: Grounds },
    problems: [],
  }),
  receiveReport: operation({
    method: 'post',
    path: '/webhooks/agencies/{agency}',
    tag: 'Agencies',
    summary: 'An agency’s information on the performance of a measure (192-11-1)',
    access: 'signature',
    parameters: z.strictObject({ agency: Code }),
    body: {
      schema: AgencyReport,
      example: {
        type: 'report',
        caseId: '3f0c1c52-6f0e-4d55-9d52-0a6f6f1f7a10',
        measureId: '6d0b6f43-6b55-4a61-9b1b-6ef8d1f8a001',
        outcome: 'performed',
        note: 'What was done.',
      },
    },
    success: { status: 202, description: 'Taken, and durable.', schema: ReportAccepted },
    problems: ['agency_not_connected', 'signature_invalid'],
  }),
  health: operation({
    method: 'get',
    path: '/healthz',
    tag: 'Health',
    summary: 'The process answers',
    access: 'open',
    success: { status: 200, description: 'Alive.', schema: Alive },
    problems: [],
  }),
  readiness: operation({
    method: 'get',
    path: '/readyz',
    tag: 'Health',
    summary: 'Worker, relay, Temporal and Postgres really answer',
    access: 'open',
    success: { status: 200, description: 'Ready.', schema: Readiness },
    problems: ['not_ready'],
  }),
  openapi: operation({
    method: 'get',
    path: '/openapi.json',
    tag: 'Health',
    summary: 'This document',
    access: 'open',
    success: { status: 200, description: 'OpenAPI 3.1.', schema: z.record(z.string(), z.unknown()) },
    problems: [],
  }),
  docs: operation({
    method: 'get',
    path: '/docs',
    tag: 'Health',
    summary: 'This document as a page',
    access: 'open',
    success: { status: 200, description: 'A page.', schema: z.string(), mediaType: 'text/html' },
    problems: [],
  }),
};

export type OperationName = keyof typeof OPERATIONS;

/** The operation of a command, made of its row. */
export function commandOperation(kind: CommandKind): OperationSpec {
  const { path, summary, body, example } = COMMAND_ROUTES[kind];
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const parameters = z.strictObject({ caseId: Id, ...Object.fromEntries(names.map((name) => [name, Id])) });
  return {
    method: 'post',
    path: `/v1/cases/{caseId}/${path}`,
    tag: 'Commands',
    summary,
    access: 'token',
    idempotent: true,
    parameters,
    body: { schema: body, example },
    success: { status: 200, description: 'Accepted and in the ledger.', schema: CommandAnswer },
    problems: ['case_unknown', 'case_not_started_yet', 'case_not_open', 'role_not_allowed', 'wrong_stage', 'outcome_unknown'],
  };
}

export const COMMAND_OPERATIONS: readonly { kind: CommandKind; spec: OperationSpec }[] = COMMAND_KINDS.map((kind) => ({
  kind,
  spec: commandOperation(kind),
}));
