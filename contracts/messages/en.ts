/** English: a working language of the project; no official wording exists. */
import alarms from '../../wording/en/alarms.json' with { type: 'json' };
import ofCase from '../../wording/en/case.json' with { type: 'json' };
import center from '../../wording/en/center.json' with { type: 'json' };
import law from '../../wording/en/law.json' with { type: 'json' };
import pages from '../../wording/en/pages.json' with { type: 'json' };
import problems from '../../wording/en/problems.json' with { type: 'json' };
import time from '../../wording/en/time.json' with { type: 'json' };
import why from '../../wording/en/why.json' with { type: 'json' };
import { exactly } from './exactly.js';
import type { Parts } from './parts.js';

export const en = exactly<Parts>()({
  center,
  case: ofCase,
  problems,
  alarms,
  law,
  time,
  why,
  pages,
});
