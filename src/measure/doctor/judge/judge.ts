/** What an examination's facts mean for measurements: pure, so that it can be asked of any machine. */
import type { FindingRecord } from '../../../result/doctor/doctor-result.ts';
import type { DoctorFacts } from '../facts.ts';
import { judgeInstrument } from './instrument.ts';
import { judgeMachine } from './machine.ts';
import { judgeNetwork } from './network.ts';
import { judgeProgram } from './program.ts';

export function judge({ instrument, machine, network, program }: DoctorFacts): FindingRecord[] {
  return [
    ...judgeInstrument(instrument),
    ...judgeMachine(machine),
    ...judgeNetwork(network),
    ...judgeProgram(program),
  ];
}

/** Whether anything can be measured with these. */
export function measuringWorks(findings: readonly FindingRecord[]): boolean {
  return !findings.some(({ weight, state }) => weight === 'measuring' && state === 'missing');
}
