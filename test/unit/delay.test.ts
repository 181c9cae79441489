/** The reason of a delay: P33. No pause, no excuse, once per duty unless it changes. */
import { describe, expect, it } from 'vitest';
import { COMMAND_ROUTES } from '../../contracts/http/roads.js';
import { whyInWords } from '../../contracts/messages/why-text.js';
import type { CommandData } from '../../domain/case/commands.js';
import { rebuild } from '../../domain/case/evolve.js';
import type { Answer } from '../../domain/case/turn.js';
import { DELAY_REASONS } from '../../domain/law/duty.js';
import { findRule } from '../../domain/law/law.js';
import { latestReading, type Rule } from '../../domain/law/rule.js';
import { ask, lifeAfter, registered } from '../lives/acting.js';
import { CASE_ID, LAW, type Life } from '../lives/live.js';
import { climbed, dueOf, dutyOf, entriesOf, lastOf, outcomeOf, refusalIn, standing } from '../lives/reading.js';
import { local } from '../lives/straight-road.js';

const ASSESSMENT = '256-13-2:case';
const LATE = local('2026-01-20');

/** Registered on 12 January; nobody has assessed by the 20th. */
function late(): Life {
  const life = registered(local('2026-01-12'));
  life.sleepUntil(LATE);
  return life;
}

function explain(life: Life, changes: Partial<CommandData['explainDelay']> = {}, at = LATE): Answer {
  return ask(life, at, 'explainDelay', { dutyKey: ASSESSMENT, reason: 'illness', ...changes });
}

describe('the reason of a delay', () => {
  it('P33: is recorded with its rule, and stands beside the duty', () => {
    const life = late();
    expect(outcomeOf(explain(life, { noteId: 'note-1' }))).toBe('ok');
    expect(lastOf(life, 'DelayExplained').data).toEqual({ dutyKey: ASSESSMENT, rule: '256-13-2', reason: 'illness', noteId: 'note-1' });
    expect(dutyOf(life, ASSESSMENT).delay).toEqual({ reason: 'illness', noteId: 'note-1' });
    expect(rebuild(JSON.parse(JSON.stringify(life.entries)), CASE_ID)).toEqual(life.caseState);
  });

  it('P33: pauses nothing: the date stands, the ladder is climbed, the duty is met late', () => {
    const [life, silent] = [late(), late()];
    explain(life);
    expect(lastOf(life, 'DelayExplained').duties).toEqual([]);
    for (const each of [life, silent]) each.sleepUntil(local('2026-02-01'));
    expect(climbed(life, ASSESSMENT)).toEqual(climbed(silent, ASSESSMENT));
    expect([standing(life, ASSESSMENT), dueOf(life, ASSESSMENT)]).toEqual(['overdue', dueOf(silent, ASSESSMENT)]);
    ask(life, local('2026-02-02'), 'completeAssessment', { result: 'difficult_life_situation', grounds: ['G8'] });
    expect(standing(life, ASSESSMENT)).toBe('met_late');
    expect(dutyOf(life, ASSESSMENT).delay).toEqual({ reason: 'illness' });
  });

  it('P33: once per duty; another reason takes its place, and the ledger keeps both', () => {
    const life = late();
    explain(life, { noteId: 'note-1' });
    expect(refusalIn(explain(life))).toEqual({ code: 'delay_already_explained', rule: 'P33', params: { duty: ASSESSMENT } });
    expect(outcomeOf(explain(life, { reason: 'technical' }))).toBe('ok');
    expect(dutyOf(life, ASSESSMENT).delay).toEqual({ reason: 'technical' });
    expect(entriesOf(life, 'DelayExplained').map(({ data }) => data.reason)).toEqual(['illness', 'technical']);
  });

  it('P33: only of a term that was missed or exceeded, met since or not', () => {
    expect(refusalIn(explain(registered(local('2026-01-12')), {}, local('2026-01-13')))).toEqual({
      code: 'delay_not_late',
      rule: 'P33',
      params: { duty: ASSESSMENT },
    });
    expect(outcomeOf(explain(late(), { dutyKey: '256-13-INT:case' }))).toBe('delay_not_late');
    expect(outcomeOf(explain(lifeAfter('completeAssessment'), {}, local('2026-01-16')))).toBe('delay_not_late');
    const internal = lifeAfter('completeAssessment');
    internal.sleepUntil(local('2026-01-24'));
    expect(standing(internal, '256-13-3:case')).toBe('exceeded');
    expect(outcomeOf(explain(internal, { dutyKey: '256-13-3:case' }, local('2026-01-24')))).toBe('ok');
    const assessed = late();
    ask(assessed, LATE, 'completeAssessment', { result: 'difficult_life_situation', grounds: ['G8'] });
    expect(outcomeOf(explain(assessed))).toBe('ok');
  });

  it('P33: of a duty that the case has', () => {
    expect(refusalIn(explain(late(), { dutyKey: '256-99:case' }))).toEqual({ code: 'delayed_duty_unknown', rule: 'P33' });
  });

  it('P33: in a closed case too, for the last term may be the one that was missed', () => {
    const life = registered(local('2026-01-12'));
    ask(life, local('2026-01-13'), 'completeAssessment', { result: 'not_confirmed', grounds: [] });
    life.sleepUntil(local('2026-01-16'));
    expect([life.caseState.stage, standing(life, 'D-CL:case')]).toEqual(['closed', 'exceeded']);
    expect(outcomeOf(explain(life, { dutyKey: 'D-CL:case', reason: 'absence' }, local('2026-01-16')))).toBe('ok');
  });

  it.each(DELAY_REASONS)('P33: %s is told in words with the date', (reason) => {
    const life = late();
    explain(life, { reason });
    const duty = dutyOf(life, ASSESSMENT);
    const rule = findRule(LAW, duty.rule) as Rule;
    const basis = {
      row: { rule, reading: latestReading(rule) },
      duty,
      started: { seq: 1, type: 'AppealRegistered', occurredAt: duty.startedAt, recordedAt: duty.startedAt } as const,
      readings: [],
      clockAt: LATE,
      lateWorkingDays: 2,
    };
    const texts = (['kk', 'ru', 'en'] as const).map((language) => whyInWords(basis, language));
    expect(texts).toEqual([
      expect.stringMatching(/Кешігу себебі: \S/),
      expect.stringMatching(/Причина задержки: \S/),
      expect.stringMatching(/Reason given for the delay: \S/),
    ]);
    expect(new Set(texts).size).toBe(3);
  });

  it('P33: "other" over HTTP is told in a note; the note is no part of the data', () => {
    const read = (body: object) =>
      COMMAND_ROUTES.explainDelay.read(
        { dutyKey: ASSESSMENT, ...body },
        { dispatchKey: '', personId: 'p', measureId: '', reportId: '', revisionId: '' },
        () => 'new-1',
      );
    expect(read({ reason: 'other' })).toMatchObject({ ok: false, issues: [{ path: ['note'], message: 'required' }] });
    expect(read({ reason: 'strike', note: 'x' }).ok).toBe(false);
    expect(read({ reason: 'other', note: 'Слова' })).toMatchObject({
      ok: true,
      input: { data: { dutyKey: ASSESSMENT, reason: 'other', noteId: 'new-1' }, narratives: [{ id: 'new-1', kind: 'delay_reason', body: 'Слова' }] },
    });
  });
});
