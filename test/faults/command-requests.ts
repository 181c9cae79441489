/** A command of a script as the HTTP request that a person's software makes of it. */
import { randomUUID } from 'node:crypto';
import { assertNever } from '../../domain/assert-never.js';
import type { Command, CommandOf } from '../../domain/case/commands.js';
import { COMMAND_ROUTES } from '../../contracts/http/commands.js';
import type { Asking } from './center-desk.js';

/** The ids that the house gave to what a script names by readable words. */
export type GivenIds = (words: string) => string;

/** Development tokens by the roles that scripts use. */
const TOKENS: Readonly<Record<string, string>> = { case_manager: 'dev-manager', unit_head: 'dev-unit-head', center_head: 'dev-head' };

export function requestOf(command: Command, given: GivenIds): Asking {
  const token = TOKENS[command.actor.role];
  if (token === undefined) throw new Error(`no development token speaks for ${command.actor.role}`);
  return { token, path: pathOf(command, given), body: bodyOf(command, given) };
}

function pathOf(command: Command, given: GivenIds): string {
  const { path } = COMMAND_ROUTES[command.kind];
  switch (command.kind) {
    case 'markStatus':
      return path.replace('{measureId}', given(command.data.measureId));
    case 'returnReport':
      return path.replace('{reportId}', given(command.data.reportId));
    default:
      return path;
  }
}

function bodyOf(command: Command, given: GivenIds): unknown {
  switch (command.kind) {
    case 'assignCaseManager':
    case 'completeAssessment':
    case 'determineNeeds':
    case 'approveIpr':
    case 'sendIpr':
    case 'markCompletion':
    case 'closeCase':
      return command.data;
    case 'recordConsent':
      return { given: command.data.given, person: { fullName: 'Synthetic Person' } };
    case 'recordThreat':
      return { direct: command.data.direct, note: 'A synthetic threat.' };
    case 'explainDelay':
      return { dutyKey: command.data.dutyKey, reason: command.data.reason, note: 'A synthetic reason.' };
    case 'recordInterview':
    case 'assignImmediateMeasures':
    case 'endMonitoring':
      return { note: 'A synthetic note.' };
    case 'recordMonitoringContact':
      return { situation: command.data.situation, note: 'A synthetic contact.' };
    case 'recordTriage':
      return { appealId: given(command.data.appealId), route: command.data.route, reason: 'A synthetic reason.' };
    case 'draftIpr':
      return planBody(command.data);
    case 'signIpr':
      return { party: command.data.party, method: command.data.method, documentId: randomUUID() };
    case 'notifyResult':
      return { documentId: randomUUID() };
    case 'markStatus': {
      const { reportId, status } = command.data;
      return { status, ...(reportId === undefined ? {} : { reportId: given(reportId) }) };
    }
    case 'returnReport':
      return { norm: command.data.norm, reason: 'A synthetic reason.' };
    default:
      return assertNever(command);
  }
}

function planBody({ endsOn, specialists, measures, notNeeded }: CommandOf<'draftIpr'>['data']): unknown {
  const spared = notNeeded?.map(({ category }) => ({ category, reason: 'A synthetic reason.' }));
  return { endsOn, specialists, measures: measures.map(({ measureId: _made, ...measure }) => measure), ...(spared === undefined ? {} : { notNeeded: spared }) };
}
