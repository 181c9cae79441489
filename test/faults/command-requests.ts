/** A command of a script as the HTTP request that a person's software makes of it. */
import type { Command, CommandOf } from '../../domain/case/commands.js';
import { COMMAND_ROUTES } from '../../contracts/http/roads.js';
import { DEVELOPMENT_TOKENS } from '../../db/development-tokens.js';
import type { Asking } from './center-desk.js';

/** The ids that the house gave to what a script names by readable words. */
export type GivenIds = (words: string) => string;

/** Development tokens by the roles that scripts use. */
const TOKENS: Readonly<Record<string, string>> = { case_manager: 'dev-manager', unit_head: 'dev-unit-head', center_head: 'dev-head' };

/** Who stands behind the token of the command's role. */
export function actorOf(command: Command): string {
  const token = TOKENS[command.actor.role];
  return DEVELOPMENT_TOKENS.find((known) => known.token === token)?.actorId ?? command.actor.id;
}

export function requestOf(command: Command, given: GivenIds): Asking {
  const token = TOKENS[command.actor.role];
  if (token === undefined) throw new Error(`no development token speaks for ${command.actor.role}`);
  return { token, path: pathOf(command, given), body: bodyOf(command, given) };
}

function pathOf(command: Command, given: GivenIds): string {
  if (command.kind === 'raiseTransferQuestion' || command.kind === 'withdrawTransferQuestion') throw new Error(`no door takes ${command.kind}`);
  const { path } = COMMAND_ROUTES[command.kind];
  switch (command.kind) {
    case 'proposeRevision':
    case 'markStatus':
      return path.replace('{measureId}', given(command.data.measureId));
    case 'signRevision':
    case 'approveRevision':
    case 'sendRevision':
      return path.replace('{revisionId}', given(command.data.revisionId));
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
      return {
        given: command.data.given,
        person: { fullName: 'Synthetic Person' },
        ...(command.data.documentId === undefined ? {} : { documentId: given(command.data.documentId) }),
      };
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
    case 'recordMember':
      return { person: { fullName: 'Synthetic Member' }, kinship: command.data.kinship };
    case 'correctMember':
      return { phone: null };
    case 'draftIpr':
      return planBody(command.data);
    case 'proposeRevision':
      return { dueOn: command.data.dueOn, reason: 'A synthetic reason.' };
    case 'approveRevision':
    case 'sendRevision': {
      const { revisionId: _ofThePath, ...body } = command.data;
      return body;
    }
    case 'signRevision':
    case 'signIpr':
      return signatureBody(command.data, given);
    case 'notifyResult':
      return { documentId: given(command.data.documentId) };
    case 'markStatus': {
      const { reportId, status } = command.data;
      return { status, ...(reportId === undefined ? {} : { reportId: given(reportId) }) };
    }
    case 'returnReport':
      return { norm: command.data.norm, reason: 'A synthetic reason.' };
    case 'sendAgain':
      return {};
    case 'deliverOnPaper':
      return { documentId: given(command.data.documentId) };
    case 'recordReport': {
      const { outcome, channel, receivedOn, documentId } = command.data;
      return { outcome, channel, receivedOn, documentId: given(documentId), sender: 'A synthetic sender.' };
    }
    default:
      throw new Error(`no life that is driven from outside gives ${(command as Command).kind} yet: say here what its body is`);
  }
}

function signatureBody({ party, method, documentId, signatureId, personId }: CommandOf<'signIpr'>['data'], given: GivenIds): unknown {
  const signature = signatureId === undefined ? {} : { signatureId: given(signatureId) };
  return { party, method, documentId: given(documentId), ...signature, ...(party === 'family' && personId !== undefined ? { personId: given(personId) } : {}) };
}

function planBody({ endsOn, specialists, measures, notNeeded }: CommandOf<'draftIpr'>['data']): unknown {
  const spared = notNeeded?.map(({ category }) => ({ category, reason: 'A synthetic reason.' }));
  return { endsOn, specialists, measures: measures.map(({ measureId: _made, ...measure }) => measure), ...(spared === undefined ? {} : { notNeeded: spared }) };
}
