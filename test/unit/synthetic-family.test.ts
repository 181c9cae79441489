import { describe, expect, it } from 'vitest';
import { RegisterAppealBody } from '../../contracts/http/appeals.js';
import { COMMAND_ROUTES } from '../../contracts/http/roads.js';
import type { DoorCommandKind } from '../../domain/case/commands.js';
import { SECTORS } from '../../domain/law/sectors.js';
import { isIin } from '../../domain/person/iin.js';
import { SYNTHETIC_IINS, syntheticFamily } from '../fixtures/synthetic-family.js';

const ID = '3f0c1c52-6f0e-4d55-9d52-0a6f6f1f7a10';
const family = syntheticFamily({ iin: '900101100004' });
const everyAgency = SECTORS.map(({ code }) => code);

describe('the synthetic family', () => {
  it('P30: appeals without ИИН, so that each run is a household of its own', () => {
    const appeal = family.appeal({ channel: 2, threat: true });
    expect(RegisterAppealBody.safeParse(appeal).success).toBe(true);
    expect(appeal.applicant).not.toHaveProperty('iin');
    expect(syntheticFamily().name).not.toBe(family.name);
  });

  it.each<[DoorCommandKind, unknown]>([
    ['recordConsent', family.consent()],
    ['recordConsent', syntheticFamily().consent({ given: false, documentId: ID })],
    ['recordInterview', family.interview()],
    ['recordTriage', family.triage(ID)],
    ['completeAssessment', family.assessment()],
    ['completeAssessment', family.assessment('not_confirmed')],
    ['determineNeeds', family.needs()],
    ['draftIpr', family.ipr({ endsOn: '2026-12-31', dueOn: '2026-12-18' }, everyAgency)],
    ['signIpr', family.signature('employee', { documentId: ID, signatureId: ID })],
    ['signIpr', family.signature('family', { documentId: ID, signatureId: ID, personId: ID })],
    ['markStatus', family.status('done', ID)],
    ['markStatus', family.status('not_done')],
    ['returnReport', family.returned('2026-12-21')],
    ['returnReport', family.returned()],
    ['notifyResult', family.notice(ID)],
    ['recordMonitoringContact', family.contact('worsened')],
    ['endMonitoring', family.monitoringEnd()],
  ])('%s: its body is one that the API takes', (kind, body) => {
    const read = COMMAND_ROUTES[kind].read(body, { dispatchKey: '', personId: 'p', measureId: ID, reportId: ID, revisionId: ID }, () => ID);
    expect(read).toMatchObject({ ok: true });
  });

  it('has an ИИН only of the synthetic ones, and only when asked', () => {
    expect(SYNTHETIC_IINS.every(isIin)).toBe(true);
    expect(family.consent().person.iin).toBe('900101100004');
    expect(syntheticFamily().consent().person).not.toHaveProperty('iin');
  });
});
