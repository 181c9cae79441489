/** The table of commands over HTTP: what a body becomes, and that nothing personal gets past it. */
import { describe, expect, it } from 'vitest';
import { COMMAND_ROUTES } from '../../contracts/http/roads.js';
import { COMMAND_OPERATIONS, OPERATIONS } from '../../contracts/http/operations.js';
import { PROBLEM_STATUS } from '../../contracts/http/problem.js';
import { EDGE_CODES } from '../../contracts/http/problem-codes.js';
import { DOOR_COMMAND_KINDS, type DoorCommandKind } from '../../domain/case/commands.js';
import { REFUSAL_CODES } from '../../domain/case/refusal-kinds.js';

const PARTS = {
  dispatchKey: '3f0c1c52-6f0e-4d55-9d52-0a6f6f1f7a14',
  personId: '6d0b6f43-6b55-4a61-9b1b-6ef8d1f8a004',
  measureId: '6d0b6f43-6b55-4a61-9b1b-6ef8d1f8a001',
  referralId: '6d0b6f43-6b55-4a61-9b1b-6ef8d1f8a005',
  reportId: '6d0b6f43-6b55-4a61-9b1b-6ef8d1f8a002',
  questionId: '6d0b6f43-6b55-4a61-9b1b-6ef8d1f8a005',
  revisionId: '6d0b6f43-6b55-4a61-9b1b-6ef8d1f8a003',
};

function counting(): () => string {
  let made = 0;
  return () => `new-${(made += 1)}`;
}

function inputOf(
  kind: DoorCommandKind,
  body: unknown,
): { data: object; persons: readonly object[]; narratives: readonly { id: string; kind: string; body: string }[] } {
  const read = COMMAND_ROUTES[kind].read(body, PARTS, counting());
  if (!read.ok) throw new Error(JSON.stringify(read.issues));
  return read.input;
}

describe('the rows of the table', () => {
  it.each(DOOR_COMMAND_KINDS)('%s: its example is a body that it takes', (kind) => {
    expect(COMMAND_ROUTES[kind].read(COMMAND_ROUTES[kind].example, PARTS, counting())).toMatchObject({ ok: true });
  });

  it.each(DOOR_COMMAND_KINDS)('%s: takes no unknown field', (kind) => {
    const { example } = COMMAND_ROUTES[kind];
    expect(COMMAND_ROUTES[kind].read({ ...(example as object), unknown: 1 }, PARTS, counting())).toMatchObject({
      ok: false,
      issues: [expect.objectContaining({ code: 'unrecognized_keys' })],
    });
  });

  it('has an address of its own for each command', () => {
    const paths = COMMAND_OPERATIONS.map(({ spec }) => spec.path);
    expect(new Set(paths).size).toBe(DOOR_COMMAND_KINDS.length);
    expect(paths.every((path) => path.startsWith('/v1/cases/{caseId}/'))).toBe(true);
  });

  it('the other operations’ examples are bodies that they take', () => {
    for (const { body } of [OPERATIONS.registerAppeal, OPERATIONS.receiveReport]) expect(body.schema.safeParse(body.example).success).toBe(true);
  });
});

describe('from a body to what the core is asked', () => {
  it('texts become rows of their own, and the data refers to them', () => {
    const { data, narratives } = inputOf('recordTriage', { appealId: PARTS.measureId, route: 'assessment', reason: 'Слова о семье' });
    expect(data).toEqual({ appealId: PARTS.measureId, route: 'assessment', reasonId: 'new-1' });
    expect(narratives).toEqual([{ id: 'new-1', kind: 'triage_reason', body: 'Слова о семье' }]);
  });

  it('no text of any command is part of its data', () => {
    const SECRET = 'Айгуль с улицы Абая';
    const bodies: Partial<Record<DoorCommandKind, object>> = {
      recordInterview: { note: SECRET },
      recordTriage: { appealId: PARTS.measureId, route: 'assessment', reason: SECRET },
      completeAssessment: { result: 'not_confirmed', grounds: [], note: SECRET },
      determineNeeds: { needs: ['housing'], note: SECRET },
      draftIpr: {
        endsOn: '2027-01-01',
        specialists: [],
        measures: [{ kind: 'family', supportKind: 'x', dueOn: '2026-12-01', description: SECRET }],
        notNeeded: [{ category: 'adaptation', reason: SECRET }],
      },
      recordThreat: { direct: true, note: SECRET },
      assignImmediateMeasures: { note: SECRET },
      explainDelay: { dutyKey: '256-13-2:case', reason: 'other', note: SECRET },
      recordConsent: { given: true, person: { fullName: SECRET, iin: '900101100004' } },
      returnReport: { norm: 'ст. 5', reason: SECRET },
      recordMonitoringContact: { situation: 'stable', note: SECRET },
      endMonitoring: { note: SECRET },
    };
    for (const [kind, body] of Object.entries(bodies)) {
      const { data, narratives, persons } = inputOf(kind as DoorCommandKind, body);
      expect(JSON.stringify(data)).not.toMatch(/Айгуль|900101100004/);
      expect(JSON.stringify([...narratives, ...persons])).toContain(SECRET);
    }
  });

  it('256-16-3: a measure without a term reaches the core, which refuses it by its rule', () => {
    const { data } = inputOf('draftIpr', { endsOn: '2027-01-01', specialists: [], measures: [{ kind: 'state', supportKind: 'x', agency: 'health' }] });
    expect(data).toMatchObject({ measures: [{ dueOn: '', agency: 'health' }] });
  });

  it('the plan and each of its measures get ids at the edge', () => {
    const measure = { kind: 'family', supportKind: 'x', dueOn: '2026-12-01' };
    const { data } = inputOf('draftIpr', { endsOn: '2027-01-01', specialists: [], measures: [measure, measure] });
    expect(data).toMatchObject({ iprId: 'new-3', measures: [{ measureId: 'new-1' }, { measureId: 'new-2' }] });
  });

  it('a consent of a new member brings the person, one of a known member names who must be known', () => {
    expect(inputOf('recordConsent', { given: false, person: { fullName: 'A' } })).toMatchObject({
      data: { given: false, personId: 'new-1' },
      persons: [{ id: 'new-1', fullName: 'A' }],
      knownPersons: [],
    });
    expect(inputOf('recordConsent', { given: true, personId: PARTS.measureId })).toMatchObject({ persons: [], knownPersons: [PARTS.measureId] });
  });

  it('the part of the case comes from the address', () => {
    expect(inputOf('markStatus', { status: 'done' }).data).toEqual({ measureId: PARTS.measureId, status: 'done' });
    expect(inputOf('returnReport', { norm: 'ст. 5', reason: 'x' }).data).toMatchObject({ reportId: PARTS.reportId });
  });
});

describe('statuses of problems', () => {
  it('every code has one, and a code of the core never names a failure of the server', () => {
    expect(Object.keys(PROBLEM_STATUS).toSorted()).toEqual([...REFUSAL_CODES, ...EDGE_CODES].toSorted());
    expect(REFUSAL_CODES.filter((code) => PROBLEM_STATUS[code] >= 500)).toEqual([]);
  });
});
