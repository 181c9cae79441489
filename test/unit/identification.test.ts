/** Signs of domestic violence: the help that is offered, and the redirection for identification (256 п.23, п.24). */
import { describe, expect, it } from 'vitest';
import { untoldRule } from '../../contracts/told-names.js';
import type { CommandData } from '../../domain/case/commands.js';
import { ENGINE } from '../../domain/case/facts.js';
import { record } from '../../domain/case/record.js';
import type { CaseState } from '../../domain/case/state.js';
import { standingOf } from '../../domain/law/duty.js';
import { papersFor, SEEN_PREVIEW } from '../../simulation/papers.js';
import { acknowledge, ask, hear, lifeAfter, outcome, registered } from '../lives/acting.js';
import { identification } from '../lives/every-road.js';
import { CASE_ID, LAW, type Life } from '../lives/live.js';
import { climbed, dueOf, dutyOf, lastOf, outcomeOf, refusalIn, standing } from '../lives/reading.js';
import { agencyActor, command, local } from '../lives/straight-road.js';

const FRIDAY = local('2026-01-30', 16);
const HER = 'person-1';
const ORDER = { personId: HER, organisation: 'crisis_centre', supportKind: 'psychological_help' };

function known(life = registered(local('2026-01-30', 9)), at = FRIDAY): Life {
  ask(life, at, 'recordViolenceSigns', { toldBy: 'relative', noticedAt: local('2026-01-20'), noteId: 'note-1' });
  return life;
}

function redirected(changes: Partial<CommandData['orderIdentification']> = {}): Life {
  const life = known();
  ask(life, local('2026-01-30', 17), 'orderIdentification', { ...ORDER, ...changes });
  return life;
}

const dispatchOf = ({ caseState }: Life) => caseState.dispatches.at(-1);
const recordOf = ({ caseState }: Life) => caseState.violence;

describe('the signs', () => {
  it('256-24: two working days run from their recording by law, whenever they were noticed, and whoever told', () => {
    const life = known();
    expect(recordOf(life).signs).toEqual({ toldBy: 'relative', noticedAt: local('2026-01-20'), recordedAt: FRIDAY, noteId: 'note-1' });
    expect(dueOf(life, '256-24:case')).toBe('2026-02-03 24:00');
    expect(dutyOf(life, '256-24:case')).toMatchObject({ force: 'law', owner: 'case_manager', ladder: 'standard' });
    life.sleepUntil(local('2026-02-04', 0, 0));
    expect(climbed(life, '256-24:case').at(-1)).toBe('overdue 2026-02-03 24:00');
  });

  it('256-23-1: without a word of who told and when, whoever records them has just seen them', () => {
    const life = registered(FRIDAY);
    ask(life, FRIDAY, 'recordViolenceSigns', { noteId: 'note-1' });
    expect(recordOf(life).signs).toMatchObject({ toldBy: 'employee', noticedAt: FRIDAY });
  });
});

describe('the help', () => {
  it.each([
    ['256-23-1', 'information', 'given'],
    ['256-23-1', 'legal', 'given'],
    ['256-23-1', 'psychological', 'refused'],
    ['256-23-2', 'employment', 'referred'],
    ['256-23-2', 'training', 'given'],
    ['256-23-3', 'medical_care', 'referred'],
    ['256-23-4', 'state_support', 'given'],
  ] as const)('%s: %s is written down with who gave it, when, and that it was %s', (rule, kind, result) => {
    const life = known();
    const item = { kind, by: { organisation: 'health' }, on: '2026-01-29', result } as const;
    expect(outcomeOf(ask(life, FRIDAY, 'recordVictimHelp', { ...item, noteId: 'note-2' }))).toBe('ok');
    expect(recordOf(life).help).toMatchObject([{ ...item, by: { organisation: 'health', function: 'health' }, noteId: 'note-2' }]);
    const before = registered(FRIDAY);
    expect(refusalIn(ask(before, FRIDAY, 'recordVictimHelp', item))).toMatchObject({ code: 'violence_signs_missing', rule });
  });

  it('256-23-2: an organisation that was none on that day gave nothing', () => {
    const life = known();
    const given = command('recordVictimHelp', { kind: 'employment', by: { organisation: 'o' }, on: '2026-01-29', result: 'given' });
    const found = { ...papersFor(given), organisation: { o: { function: 'employment', validFrom: '2026-01-30' } } };
    expect(life.turn(FRIDAY, { kind: 'command', command: given, known: found })).toMatchObject([{ ok: false, refusal: { code: 'organisation_not_valid' } }]);
  });
});

describe('the redirection', () => {
  it('256-24, P43: one message with codes and ids alone, met when the organisation takes it', () => {
    const life = redirected({ serviceCode: '00401002' });
    const { referralId } = recordOf(life).identifications[0] ?? {};
    expect(dispatchOf(life)).toMatchObject({ kind: 'identification_referral', agency: 'crisis_centre', measureIds: [], strandId: referralId });
    expect(lastOf(life, 'IdentificationOrdered').data).toMatchObject({ supportKind: 'psychological_help', serviceCode: '00401002', function: 'crisis_centre' });
    expect(JSON.stringify(lastOf(life, 'IdentificationOrdered').data)).not.toContain('note');
    expect(standing(life, '256-24:case')).toBe('open');
    acknowledge(life, local('2026-02-02'), 'crisis_centre');
    expect(standing(life, '256-24:case')).toBe('met');
    expect(recordOf(life).identifications[0]?.takenAt).toBe(local('2026-02-02'));
  });

  it('256-24, P27: in any stage, beside the plan and whatever runs', () => {
    const life = known(lifeAfter('sendIpr'), local('2026-01-30'));
    expect(outcomeOf(ask(life, local('2026-01-30', 11), 'orderIdentification', { ...ORDER, organisation: 'special_social_services' }))).toBe('ok');
    expect(life.caseState.stage).toBe('execution');
  });

  it('256-24: handed over on paper, in whatever stage, it is met with its document', () => {
    const life = redirected();
    outcome(life, local('2026-01-30', 17), { key: dispatchOf(life)?.key ?? '', series: 1, outcome: 'given_up', reason: 'on_paper' });
    const brought = ask(life, local('2026-02-02'), 'deliverOnPaper', { dispatchKey: dispatchOf(life)?.key ?? '', documentId: 'doc-1' });
    expect([outcomeOf(brought), standing(life, '256-24:case')]).toEqual(['ok', 'met']);
    expect(lastOf(life, 'DispatchDelivered').data).toMatchObject({ dispatch: 'identification_referral', documentId: 'doc-1' });
  });

  it('256-24: refused by the organisation it is owed on; sent again under another key it is the same redirection', () => {
    const life = redirected();
    const { referralId } = recordOf(life).identifications[0] ?? {};
    outcome(life, local('2026-01-30', 18), { key: dispatchOf(life)?.key ?? '', series: 1, outcome: 'refused', reason: 'not_competent' });
    expect(standing(life, '256-24:case')).toBe('open');
    ask(life, local('2026-02-02'), 'sendAgain', { dispatchKey: dispatchOf(life)?.key ?? '', preview: SEEN_PREVIEW });
    expect(dispatchOf(life)).toMatchObject({ state: 'pending', strandId: referralId });
    outcome(life, local('2026-02-02', 11), { key: dispatchOf(life)?.key ?? '', series: 1, outcome: 'delivered' });
    expect(recordOf(life).identifications).toMatchObject([{ referralId, takenAt: local('2026-02-02', 11) }]);
  });

  it('P43: redirected elsewhere, the organisation that has not taken it yet is told nothing any more', () => {
    const life = redirected();
    ask(life, local('2026-02-02'), 'orderIdentification', { ...ORDER, organisation: 'special_social_services' });
    expect(life.caseState.dispatches.map(({ agency, state }) => `${agency} ${state}`)).toEqual(['crisis_centre withdrawn', 'special_social_services pending']);
    expect(recordOf(life).identifications.map(({ withdrawnAt }) => withdrawnAt)).toEqual([local('2026-02-02'), undefined]);
  });

  it('256-24: of another person of the family the first one stands', () => {
    const life = redirected();
    ask(life, local('2026-02-02'), 'orderIdentification', { ...ORDER, personId: 'person-2' });
    expect(life.caseState.dispatches.map(({ state }) => state)).toEqual(['pending', 'pending']);
  });
});

describe('the refusal of the person', () => {
  it('256-11: ends the duty without a breach, and nobody is told of them, not by hand either', () => {
    const life = redirected();
    const dispatchKey = dispatchOf(life)?.key ?? '';
    outcome(life, local('2026-01-30', 18), { key: dispatchKey, series: 1, outcome: 'refused', reason: 'not_competent' });
    ask(life, local('2026-02-02'), 'refuseIdentification', { personId: HER, noteId: 'note-2' });
    expect([standing(life, '256-24:case'), dispatchOf(life)?.state]).toEqual(['lapsed', 'withdrawn']);
    expect(recordOf(life).refusals).toEqual([{ personId: HER, noteId: 'note-2', refusedAt: local('2026-02-02') }]);
    expect(refusalIn(ask(life, local('2026-02-02', 11), 'sendAgain', { dispatchKey }))).toMatchObject({ code: 'dispatch_over', rule: '256-24' });
    life.sleepUntil(local('2026-03-02'));
    expect(climbed(life, '256-24:case').filter((step) => !step.startsWith('reminder'))).toEqual([]);
  });

  it('256-11: may be taken back: they are redirected all the same', () => {
    const life = redirected();
    ask(life, local('2026-02-02'), 'refuseIdentification', { personId: HER });
    expect(outcomeOf(ask(life, local('2026-02-03'), 'orderIdentification', ORDER))).toBe('ok');
  });
});

describe('the answer', () => {
  it('256-24: of a signed message stands with the redirection, and may overtake its acknowledgement', () => {
    const life = redirected();
    expect(outcomeOf(hear(life, local('2026-02-02'), identification(life, true)))).toBe('ok');
    expect([standing(life, '256-24:case'), recordOf(life).identifications[0]?.answer?.identified]).toEqual(['met', true]);
    acknowledge(life, local('2026-02-02', 11), 'crisis_centre');
    expect(recordOf(life).identifications[0]).toMatchObject({ takenAt: local('2026-02-02', 11), answer: { receivedAt: local('2026-02-02') } });
  });

  it('256-24: of a successor is that of the organisation that was asked, of anybody else it is none', () => {
    const life = redirected();
    const told = identification(life, false);
    const by = (code: string, standsFor: string[]) =>
      hear(life, local('2026-02-02'), { ...told, actor: agencyActor(code), data: { ...told.data, standsFor } } as typeof told);
    expect(refusalIn(by('health', ['education']))).toMatchObject({ code: 'not_your_identification', rule: '256-24' });
    expect(outcomeOf(by('new-centre', ['crisis_centre']))).toBe('ok');
    expect(lastOf(life, 'IdentificationAnswered').data).toMatchObject({ agency: 'new-centre', identified: false });
  });

  it('256-24: of a letter it is the same fact, from the day of its receipt on, with its document', () => {
    const life = redirected();
    acknowledge(life, local('2026-02-02'), 'crisis_centre');
    const { referralId = '' } = recordOf(life).identifications[0] ?? {};
    const letter = { identified: true, channel: 'letter', senderId: 'note-3', documentId: 'doc-2', receivedOn: '2026-02-03' } as const;
    ask(life, local('2026-02-05'), 'recordIdentificationAnswer', { referralId, ...letter });
    expect(recordOf(life).identifications[0]?.answer).toMatchObject({
      identified: true,
      receivedAt: local('2026-02-04', 0, 0) - 1,
      paper: { channel: 'letter', documentId: 'doc-2' },
    });
  });
});

describe('the end of the accompaniment', () => {
  const closed = ({ caseState }: Life, monitoringMonths: number): CaseState =>
    record(caseState, [{ type: 'CaseClosed', data: { ground: monitoringMonths === 0 ? 'not_confirmed' : 'completed', monitoringMonths } }], {
      subjectId: CASE_ID,
      law: LAW,
      now: local('2026-02-02'),
      actor: ENGINE,
      cause: 'end',
    }).state;

  it.each([
    ['is owed on, and its message goes on, while the family is watched', 3, 'open', 'pending'],
    ['goes with the case', 0, 'lapsed', 'withdrawn'],
  ] as const)('256-24: %s', (_, months, stands, message) => {
    const after = closed(redirected(), months);
    const duty = after.duties.find(({ rule }) => rule === '256-24');
    expect([duty && standingOf(duty), after.dispatches.at(-1)?.state]).toEqual([stands, message]);
  });
});

it('P43: the engine is told nothing of the row', () => {
  expect(untoldRule('256-24')).toBe('Noted');
});
