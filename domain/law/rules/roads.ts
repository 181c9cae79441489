/**
 * Parts of the product that are not built yet, by name. A row of the law whose behaviour waits for
 * one says so instead of claiming a place that does nothing; when a road is built its name goes away
 * and the compiler finds the rows that waited for it.
 */
export const ROADS = {
  atRisk: 'the outcome "at risk" of the assessment',
  domesticViolence: 'the road of domestic violence',
  familyProfile: 'the profile of the family, with the family digital card',
  queueForPlaces: 'the queue for places of temporary stay',
  measureOrder: 'the order of measures and the priority of children',
  organisation: 'the organisation and staffing of the Center',
  otherGrounds: 'closing on the other grounds',
  outreach: 'topics of appeals, events and partners of the Center',
  ownMeasures: 'measures that the Center performs itself',
  prevention: 'the prevention of offences',
  probation: 'the exchange with the probation registry',
  quarter: 'the quarter of the Center',
} as const;
