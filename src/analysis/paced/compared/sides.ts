/** What runs of paced probes from files must be to stand on one side of a comparison, or on both. */
import type { PacedResult } from '../../../result/paced/paced-result.ts';
import { sizeText } from '../../../text/sizes.ts';
import { delayText, perSecondText } from '../../../text/units.ts';
import { type KindOfRuns, requireSidesOf } from '../../compared/compared-sides.ts';
import type { LabelledPaced } from './compare-paced.ts';

const PACED: KindOfRuns<PacedResult> = {
  noun: 'run',
  features: [
    ['host', ({ plan }) => plan.host],
    ['port', ({ plan }) => String(plan.port)],
    ['protocol', ({ plan, server }) => server?.protocol ?? plan.protocol],
    ['engine', ({ engine }) => engine.name],
    ['size', ({ plan }) => sizeText(plan.payloadBytes)],
    ['server delay', ({ plan }) => delayText(plan.serverDelayNs)],
    ['rate', ({ plan }) => plan.ratesPerSecond.map((rate) => perSecondText(rate, 15)).join(', ') || 'none'],
    ['kind of arrivals', ({ plan }) => plan.arrivals ?? 'none'],
    ['number of connections', ({ plan }) => String(plan.connections)],
    ['number of probes in flight', ({ plan, server }) => String(server?.inFlight ?? plan.inFlight)],
    ['length of steps', ({ plan }) => `${plan.stepNs / 1e9} s`],
  ],
};

/** @throws EcholotError `usage` */
export function requirePacedSides(...sides: readonly LabelledPaced[]): void {
  requireSidesOf(PACED, sides);
}
