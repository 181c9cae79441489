/**
 * Every operation of the API: address, shapes, who may call. Routes and the OpenAPI document are both
 * made of this table, so that neither can say what the other does not.
 */
import { z } from 'zod';
import { FromAgency } from '../agency-protocol.js';
import { DOOR_COMMAND_KINDS, type DoorCommandKind } from '../../domain/case/commands.js';
import { AppealRegistered, CommandAnswer, RegisterAppealBody } from './appeals.js';
import { CENTER_OPERATIONS } from './centers.js';
import { CaseDetail, CasePage, CaseQuery, TimelinePage, TimelineQuery, PersonHistory } from './cases.js';
import { COMMAND_ROUTES } from './roads.js';
import { AlarmPage, AlarmQuery } from './alarms.js';
import { DOCUMENT_OPERATIONS } from './documents.js';
import { AlertPage, AlertQuery, DutyPage, DutyQuery, Why } from './duties.js';
import { LAW_OPERATIONS } from './law-operations.js';
import { FAMILY_VIEW_OPERATIONS } from './family-view.js';
import { FIGURE_OPERATIONS } from './figures.js';
import { LOOK_OPERATIONS } from './looks.js';
import { MESSAGE_OPERATIONS } from './messages.js';
import { operation, type OperationSpec } from './operation.js';
import { PROPOSAL_OPERATIONS, PROPOSED } from './proposals.js';
import { ORGANISATION_OPERATIONS } from './organisation-operations.js';
import { OrganisationId } from './organisations.js';
import { Id, text } from './primitives.js';
import { PLACE_OPERATIONS } from './places.js';
import { ReportPage, ReportParameters, ReportQuery, ReportRetaken, RetakeBody } from './reports.js';
import { Alive, Grounds, Readiness, ReportAccepted, ReportStanding, Sectors } from './reference.js';
import { CODE_EXAMPLE, CodeBody, CodeHistory, CodeListParameters, CodeParameters, CodeQuery, Colleagues, ReferenceCodes } from './reference-codes.js';
import { AlertParameters, AlertSeen, AlertTakenAnswer, Staffing, StaffingBody, StaffingParameters, STAFFING_EXAMPLE } from './staffing.js';
import { RuleTable } from './rules.js';
import { SESSION_OPERATIONS } from './sessions.js';
import { SIGN_IN_OPERATIONS } from './sign-in.js';
import { SIGNATURE_OPERATIONS } from './signatures.js';
import { TASK_OPERATIONS } from './tasks.js';

const CaseParameters = z.strictObject({ caseId: Id });

export const OPERATIONS = {
  ...SIGN_IN_OPERATIONS,
  ...FIGURE_OPERATIONS,
  ...FAMILY_VIEW_OPERATIONS,
  ...SESSION_OPERATIONS,
  registerAppeal: operation({
    method: 'post',
    path: '/v1/appeals',
    tag: 'Appeals',
    summary: 'Register an appeal: the journal number comes at once, engine up or not (D-REG, P3)',
    access: 'token',
    act: 'registerAppeal',
    idempotent: true,
    body: {
      schema: RegisterAppealBody,
      example: { channel: 1, threat: false, applicant: { fullName: 'A. A.', iin: '900101100004' }, text: 'What is said.' },
    },
    success: {
      status: 201,
      description: 'Registered. The case is at `/v1/cases/{caseId}`; one whose year has no calendar yet opens when it is there (P51).',
      schema: AppealRegistered,
    },
    problems: ['role_not_allowed', 'household_unknown', 'member_unknown'],
  }),
  listCases: operation({
    method: 'get',
    path: '/v1/cases',
    tag: 'Cases',
    summary: 'Cases of the Center, the latest opened first',
    access: 'token',
    act: 'readCases',
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
    act: 'readCases',
    parameters: CaseParameters,
    success: { status: 200, description: 'The case.', schema: CaseDetail },
    problems: ['case_unknown', 'case_not_started_yet'],
  }),
  readMemberHistory: operation({
    method: 'get',
    path: '/v1/cases/{caseId}/members/{personId}/history',
    tag: 'Cases',
    summary: 'What was said of a member of the family before it was corrected',
    access: 'token',
    act: 'readCases',
    parameters: CaseParameters.extend({ personId: Id }),
    success: { status: 200, description: 'Every former version; empty where nothing was corrected.', schema: PersonHistory },
    problems: ['case_unknown', 'case_not_started_yet'],
  }),
  readTimeline: operation({
    method: 'get',
    path: '/v1/cases/{caseId}/timeline',
    tag: 'Cases',
    summary: 'The ledger of a case, in order',
    access: 'token',
    act: 'readCases',
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
    act: 'readCases',
    parameters: z.strictObject({ caseId: Id, key: text(300) }),
    success: { status: 200, description: 'The explanation, and its text in the language of the reader.', schema: Why },
    problems: ['case_unknown', 'case_not_started_yet', 'duty_unknown'],
  }),
  ...LOOK_OPERATIONS,
  ...MESSAGE_OPERATIONS,
  ...DOCUMENT_OPERATIONS,
  ...CENTER_OPERATIONS,
  ...PLACE_OPERATIONS,
  ...PROPOSAL_OPERATIONS,
  ...SIGNATURE_OPERATIONS,
  listDuties: operation({
    method: 'get',
    path: '/v1/duties',
    tag: 'Duties',
    summary: 'What is owed: threats and terms in hours first, then the nearest term, duties without a term last',
    access: 'token',
    act: 'readDuties',
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
    act: 'readAlerts',
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
    act: 'readAlarms',
    query: AlarmQuery,
    success: { status: 200, description: 'A page, the latest raised first.', schema: AlarmPage },
    problems: ['cursor_invalid', 'role_not_allowed'],
  }),
  listReports: operation({
    method: 'get',
    path: '/v1/reports',
    tag: 'Agencies',
    summary:
      'Reports of agencies on cases of the Center that were refused or still wait, the last received first; those of unknown cases for the administrator alone',
    access: 'token',
    act: 'readReports',
    query: ReportQuery,
    success: { status: 200, description: 'A page.', schema: ReportPage },
    problems: ['cursor_invalid'],
  }),
  retakeReport: operation({
    method: 'post',
    path: '/v1/reports/{reportId}/retake',
    tag: 'Agencies',
    summary: 'Have a refused report decided again, by what the case is now',
    access: 'token',
    act: 'readReports',
    idempotent: true,
    parameters: ReportParameters,
    body: { schema: RetakeBody, example: {} },
    success: { status: 200, description: 'What became of it: recorded, refused again, or waiting.', schema: ReportRetaken },
    problems: ['role_not_allowed'],
  }),
  markAlertSeen: operation({
    method: 'put',
    path: '/v1/alerts/{alertId}/seen',
    tag: 'Duties',
    summary: 'Say that you have seen an alert that was told to you; the first time stands',
    access: 'token',
    act: 'readAlerts',
    parameters: AlertParameters,
    success: { status: 200, description: 'Since when it counts as seen by you.', schema: AlertSeen },
    problems: ['alert_unknown'],
  }),
  takeAlert: operation({
    method: 'post',
    path: '/v1/alerts/{alertId}/taken',
    tag: 'Duties',
    summary:
      'Say "I have it" of an alarm of threat, duty or minors (P53): nobody further in line is told; the first one keeps it, a repeat has the same answer',
    access: 'token',
    act: 'takeAlert',
    idempotent: true,
    parameters: AlertParameters,
    success: { status: 200, description: 'It is yours. The duty goes on.', schema: AlertTakenAnswer },
    problems: ['alert_unknown', 'alert_not_urgent', 'alert_over', 'alert_taken'],
  }),
  readStaffing: operation({
    method: 'get',
    path: '/v1/staffing/{holder}',
    tag: 'People',
    summary: 'Who holds which post, who stands in, who is on duty (P54); for the head and the administrator',
    access: 'token',
    act: 'keepStaffing',
    parameters: StaffingParameters,
    success: { status: 200, description: 'The document in force.', schema: Staffing },
    problems: ['holder_unknown', 'actor_of_other_center', 'role_not_allowed'],
  }),
  replaceStaffing: operation({
    method: 'put',
    path: '/v1/staffing/{holder}',
    tag: 'People',
    summary:
      'Replace posts, deputies and duty rota (P54); of another Center, or of an agency, an administrator proposes it. A repeat has the same answer, former versions are kept',
    access: 'token',
    act: 'keepStaffing',
    parameters: StaffingParameters,
    body: { schema: StaffingBody, example: STAFFING_EXAMPLE },
    success: { status: 200, description: 'The document as it is in force now.', schema: Staffing },
    proposes: true,
    problems: ['holder_unknown', 'actor_of_other_center', 'role_not_allowed', 'staffing_invalid', 'staffing_changed'],
  }),
  listRules: operation({
    method: 'get',
    path: '/v1/rules',
    tag: 'Reference',
    summary: 'The rule table that new cases use',
    access: 'token',
    act: 'readReference',
    success: {
      status: 200,
      description: 'The rows with their wording, their readings by edition, where each is enforced, and the tests that name it.',
      schema: RuleTable,
    },
    problems: [],
  }),
  ...LAW_OPERATIONS,
  ...ORGANISATION_OPERATIONS,
  ...TASK_OPERATIONS,
  listColleagues: operation({
    method: 'get',
    path: '/v1/colleagues',
    tag: 'People',
    summary: 'The people of your Center, their posts of today and the cases that they lead: whom a case may be given to',
    access: 'token',
    act: 'readColleagues',
    success: { status: 200, description: 'Everybody whom the staffing record lists.', schema: Colleagues },
    problems: [],
  }),
  listCodes: operation({
    method: 'get',
    path: '/v1/reference/codes/{list}',
    tag: 'Reference',
    summary: 'Kinships, needs, kinds of support, services: the codes that commands may use (P31, 256-13-3, 256-16, 192-10)',
    access: 'token',
    act: 'readReference',
    parameters: CodeListParameters,
    query: CodeQuery,
    success: { status: 200, description: 'The codes in use on that day.', schema: ReferenceCodes },
    problems: [],
  }),
  readCodeHistory: operation({
    method: 'get',
    path: '/v1/reference/codes/{list}/{code}',
    tag: 'Reference',
    summary: 'What a code was called and when it could be used: every version',
    access: 'token',
    act: 'readReference',
    parameters: CodeParameters,
    success: { status: 200, description: 'The last version first.', schema: CodeHistory },
    problems: ['code_unknown'],
  }),
  replaceCode: operation({
    method: 'put',
    path: '/v1/reference/codes/{list}/{code}',
    tag: 'Reference',
    summary: 'Propose to add a code, to mend its titles, to end it; for administrators. A repeat has the same answer, former versions are kept',
    access: 'token',
    act: 'keepReference',
    parameters: CodeParameters,
    body: { schema: CodeBody, example: CODE_EXAMPLE },
    success: PROPOSED,
    problems: ['role_not_allowed', 'code_invalid', 'code_changed'],
  }),
  listSectors: operation({
    method: 'get',
    path: '/v1/reference/sectors',
    tag: 'Reference',
    summary: 'Agency sectors (192 п.2, п.5)',
    access: 'token',
    act: 'readReference',
    success: { status: 200, description: 'The sectors.', schema: Sectors },
    problems: [],
  }),
  listGrounds: operation({
    method: 'get',
    path: '/v1/reference/grounds',
    tag: 'Reference',
    summary: 'Grounds of the difficult life situation (192-3-4)',
    access: 'token',
    act: 'readReference',
    success: { status: 200, description: 'The grounds.', schema: Grounds },
    problems: [],
  }),
  receiveReport: operation({
    method: 'post',
    path: '/webhooks/agencies/{agency}',
    tag: 'Agencies',
    summary: 'An agency’s information on the performance of a measure (192-11-1), or what it found of a person who was redirected to it (256-24)',
    access: 'signature',
    parameters: z.strictObject({ agency: OrganisationId }),
    body: {
      schema: FromAgency,
      example: {
        type: 'report',
        caseId: '3f0c1c52-6f0e-4d55-9d52-0a6f6f1f7a10',
        measureId: '6d0b6f43-6b55-4a61-9b1b-6ef8d1f8a001',
        outcome: 'performed',
        note: 'What was done.',
      },
    },
    success: { status: 202, description: 'Taken, and durable.', schema: ReportAccepted },
    problems: ['agency_not_connected', 'signature_invalid', 'delivery_id_reused'],
  }),
  readReport: operation({
    method: 'get',
    path: '/webhooks/agencies/{agency}/reports/{reportId}',
    tag: 'Agencies',
    summary: 'What became of a report that the agency sent; signed like a message with an empty body',
    access: 'signature',
    parameters: z.strictObject({ agency: OrganisationId, reportId: Id }),
    success: { status: 200, description: 'Its standing.', schema: ReportStanding },
    problems: ['agency_not_connected', 'signature_invalid', 'report_unknown'],
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

/** The operation of a command, made of its row. */
export function commandOperation(kind: DoorCommandKind): OperationSpec {
  const { path, summary, body, example, stepUp = false } = COMMAND_ROUTES[kind];
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const parameters = z.strictObject({ caseId: Id, ...Object.fromEntries(names.map((name) => [name, Id])) });
  return {
    method: 'post',
    path: `/v1/cases/{caseId}/${path}`,
    tag: 'Commands',
    summary,
    access: 'token',
    act: kind,
    stepUp,
    idempotent: true,
    parameters,
    body: { schema: body, example },
    success: { status: 200, description: 'Accepted and in the ledger.', schema: CommandAnswer },
    problems: ['case_unknown', 'case_not_started_yet', 'case_not_open', 'role_not_allowed', 'wrong_stage'],
  };
}

export const COMMAND_OPERATIONS: readonly { kind: DoorCommandKind; spec: OperationSpec }[] = DOOR_COMMAND_KINDS.map((kind) => ({
  kind,
  spec: commandOperation(kind),
}));
