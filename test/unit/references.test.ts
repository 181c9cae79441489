/** What a command refers to is known before it is decided; what is recorded of it is what we know. */
import { describe, expect, it } from 'vitest';
import { referencesOf, type CommandData } from '../../domain/case/commands.js';
import type { DocumentType } from '../../domain/case/documents.js';
import type { Entry } from '../../domain/case/facts.js';
import type { CaseState } from '../../domain/case/state.js';
import { NOTHING_KNOWN, type Known } from '../../domain/case/references.js';
import { decideAgain, type KeptInputs } from '../../ledger/decide-again.js';
import { PAPER_SHA256 } from '../../simulation/papers.js';
import { ask, lifeBefore, registered } from '../lives/acting.js';
import { LAW, type Life } from '../lives/live.js';
import { CENTER, command, local, MANAGER } from '../lives/straight-road.js';

const DAY = local('2026-01-12', 12);
const SIGNED_AT = local('2026-01-23');

function knownAs(type: DocumentType, sha256 = PAPER_SHA256): Known {
  return {
    ...NOTHING_KNOWN,
    document: { 'doc-1': { type, ofThisCase: true, sha256 } },
    signature: { 'sig-1': { documentId: 'doc-1', sha256: 'c'.repeat(64), colleague: MANAGER.id } },
  };
}

const SIGNATURE = command('signIpr', { party: 'employee', method: 'eds', documentId: 'doc-1', signatureId: 'sig-1' });

function sign(life: Life, known?: Known) {
  return life.turn(SIGNED_AT, { kind: 'command', command: SIGNATURE, ...(known === undefined ? {} : { known }) })[0];
}

describe('what a command refers to', () => {
  it.each([
    ['256-13-CON', command('recordConsent', { given: true, personId: 'p', documentId: 'doc-1' }), 'consent'],
    ['256-17-1', SIGNATURE, 'signed_ipr'],
    [
      '256-17-3',
      command('signRevision', { revisionId: 'r', party: 'family', method: 'paper', documentId: 'doc-1', signatureId: 'sig-2', personId: 'person-1' }),
      'signed_ipr',
    ],
    ['D-CL', command('notifyResult', { documentId: 'doc-1' }), 'result_notice'],
  ] as const)('%s: a document of its own type', (_rule, asked, type) => {
    expect(referencesOf(asked)[0]).toEqual({ to: 'document', type, id: 'doc-1' });
  });

  it.each<[string, Partial<CommandData['signIpr']>, string[]]>([
    ['by ЭЦП to the signature of the employee who acts', { party: 'employee', method: 'eds' }, ['signature s over d by manager-1']],
    ['by ЭЦП to the signature of one of the family', { party: 'family', method: 'eds' }, ['signature s over d by family']],
    [
      'on paper to the member and to the employee’s signature over the scan',
      { party: 'family', method: 'paper', personId: 'p' },
      ['signature s over d by manager-1', 'member p'],
    ],
  ])('256-17-1, P42: a party that signs refers %s', (_how, signing, expected) => {
    const asked = command('signIpr', { party: 'employee', method: 'eds', documentId: 'd', signatureId: 's', ...signing });
    const told = referencesOf(asked)
      .slice(1)
      .map((reference) =>
        reference.to === 'signature'
          ? `signature ${reference.id} over ${reference.over} by ${reference.by === 'family' ? 'family' : reference.by.colleague}`
          : `${reference.to} ${reference.id}`,
      );
    expect(told).toEqual(expected);
  });

  it('256-15-2, 256-16: 192-2: a plan to colleagues, to the codes of its measures, and to their organisations', () => {
    const measures = [
      { measureId: 'a', kind: 'state', supportKind: 'treatment', agency: 'health', dueOn: '2026-03-02', serviceCode: '1' },
      { measureId: 'b', kind: 'family', supportKind: 'job_search', dueOn: '2026-03-02' },
    ] as const;
    expect(
      referencesOf(command('draftIpr', { iprId: 'i', endsOn: '2026-06-30', specialists: ['lawyer-1'], measures })).map(({ to, id }) => `${to} ${id}`),
    ).toEqual(['colleague lawyer-1', 'term support_kind:treatment', 'term support_kind:job_search', 'term service:1', 'organisation health']);
  });

  it('P50: whoever approves in place of the head, to the own order; the head to none', () => {
    const approver = { id: 'unit-1', role: 'unit_head', center: CENTER } as const;
    expect(referencesOf(command('approveIpr', {}, approver))).toEqual([{ to: 'order', id: 'unit-1' }]);
    expect(referencesOf(command('approveIpr', {}, { ...approver, role: 'center_head' }))).toEqual([]);
  });

  it('256-13-CON: a consent needs no document; without one it refers to nothing', () => {
    expect(referencesOf(command('recordConsent', { given: true, personId: 'p' }))).toEqual([]);
    expect(ask(registered(DAY), local('2026-01-13'), 'recordConsent', { given: true, personId: 'p' }).ok).toBe(true);
  });

  it('a field that no row names is none: a note is not looked up', () => {
    expect(referencesOf(command('recordInterview', { noteId: 'doc-1' }))).toEqual([]);
  });

  it('a command of another stage is refused for its stage, whatever it refers to', () => {
    expect(sign(registered(DAY))).toMatchObject({ ok: false, refusal: { code: 'wrong_stage' } });
  });
});

describe('256-17-1: a signature', () => {
  it('stands in the ledger with the signer, and the digests of what was signed and of the signature', () => {
    const life = lifeBefore('signIpr');
    expect(sign(life, knownAs('signed_ipr', 'a'.repeat(64)))).toMatchObject({ ok: true });
    expect(life.entries.at(-1)).toMatchObject({
      type: 'IprSigned',
      data: { by: MANAGER.id, documentId: 'doc-1', documentSha256: 'a'.repeat(64), signatureId: 'sig-1', signatureSha256: 'c'.repeat(64) },
    });
  });

  it('192-4-2: on a document of another type is refused with both names, and changes nothing', () => {
    const life = lifeBefore('signIpr');
    const { seq } = life.caseState;
    expect(sign(life, knownAs('consent'))).toEqual({
      ok: false,
      refusal: { code: 'document_type_wrong', rule: '192-4-2', params: { documentType: 'consent', wanted: 'signed_ipr' } },
    });
    expect(life.caseState.ipr?.signatures).toEqual([]);
    expect(life.entries.filter((entry) => entry.seq > seq && entry.cause !== 'clock')).toEqual([]);
  });

  describe('is decided again', () => {
    const kept = (known: Known | null): KeptInputs => ({
      commands: new Map([[SIGNATURE.id, { kind: 'signIpr', payload: SIGNATURE.data, known }]]),
      reports: new Map(),
      calendars: new Map([[LAW.calendar.version, LAW.calendar]]),
      policies: new Map([[LAW.policy.version, LAW.policy]]),
    });

    function signed(): { before: CaseState; entries: Entry[] } {
      const life = lifeBefore('signIpr');
      life.sleepUntil(SIGNED_AT);
      const before = life.caseState;
      sign(life, knownAs('signed_ipr'));
      return { before, entries: life.entries.filter(({ seq }) => seq > before.seq) };
    }

    it.each<[string, Known | null, string]>([
      ['alike by what was known of its document', knownAs('signed_ipr'), 'same'],
      ['otherwise by another digest', knownAs('signed_ipr', 'b'.repeat(64)), 'differs'],
      ['otherwise by a document of another type', knownAs('consent'), 'differs'],
      ['not at all when that is not kept', null, 'unknown'],
    ])('%s', (_what, known, again) => {
      const { before, entries } = signed();
      expect(decideAgain(before, entries, kept(known), before.caseId)).toBe(again);
    });
  });
});
