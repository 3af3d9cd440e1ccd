/** The command line of `doctor`. */
import { merge, object } from '@optique/core/constructs';
import { message } from '@optique/core/message';
import type { InferValue } from '@optique/core/parser';
import { command, constant, option } from '@optique/core/primitives';
import { type Example, examples, usageLine } from '../../options/help.ts';
import { debug, jsonForm, jsonOutput } from '../../options/printing.ts';

export const DOCTOR_EXAMPLES: readonly Example[] = [
  ['echolot doctor', 'what works on this machine, in two seconds'],
  ['echolot doctor --json --output doctor.json', 'for a report of a fault: it names nobody'],
];

export const doctorCommandLine = command(
  'doctor',
  merge(
    object({ command: constant('doctor') }),
    object('What to print', {
      withNames: option('--with-names', {
        description: message`name interfaces, addresses, hosts, users and paths as they are, which by default are left out`,
      }),
      form: jsonForm(message`the whole examination as JSON`),
      output: jsonOutput,
      debug,
    }),
  ),
  {
    usageLine: usageLine('[OPTION...]'),
    brief: message`Tell what measuring needs on this machine, what of it is missing, and what to do.`,
    description: message`Looks at what measuring needs on this machine: engine and stamps of the kernel, clocks, processors, limits, rights, network, optional packages. Each finding says what is there, what it means for measurements, and what to do. Nothing leaves the machine. Exit code 0: measuring works, with limits or without; 1: it does not.`,
    footer: examples(DOCTOR_EXAMPLES),
  },
);

export type DoctorArguments = InferValue<typeof doctorCommandLine>;
