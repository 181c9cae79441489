/** The code by which a family sees its case, over HTTP (192-4-1). */
import { z } from 'zod';
import { commandRoute, type CommandRoute } from '../command-route.js';
import { Empty } from '../command-texts.js';
import { Id, Instant } from '../primitives.js';
import { strand } from '../strand.js';

const asked = z.literal(true).optional();

const IssueBody = z
  .strictObject({
    askedByFamily: asked.meta({ description: 'The family has asked for it by itself; needed where there are signs of violence.' }),
    toldRisk: asked.meta({ description: 'It was told what it means when somebody else finds the code; needed where there are signs of violence.' }),
  })
  .meta({ id: 'IssueFamilyCode' });

export const FAMILY_VIEW_ROUTES: { readonly [K in 'issueFamilyCode' | 'withdrawFamilyCode']: CommandRoute<K> } = {
  issueFamilyCode: commandRoute({
    path: 'family-code',
    summary: 'Issue a code by which the family sees where its case stands; it takes the place of the former one, and is shown in this answer alone (192-4-1)',
    body: IssueBody,
    example: { askedByFamily: true, toldRisk: true },
    toCommand: ({ askedByFamily, toldRisk }) => ({ data: { ...(askedByFamily ? { askedByFamily } : {}), ...(toldRisk ? { toldRisk } : {}) } }),
  }),
  withdrawFamilyCode: commandRoute({
    path: 'family-code/withdrawal',
    summary: 'Withdraw the code of the family: whoever has it sees nothing any more',
    body: Empty,
    example: {},
    toCommand: () => ({ data: {} }),
  }),
};

const Code = z
  .strictObject({ codeId: Id, until: Instant })
  .nullable()
  .meta({ id: 'FamilyCode', description: 'The family has a code until then; null: it has none. The code itself nobody can read any more.' });

export const FAMILY_CODE_SHOWN = strand('familyCode', Code, (code) =>
  code === null ? null : { codeId: code.codeId, until: new Date(code.until).toISOString() },
);
