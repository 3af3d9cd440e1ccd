/** The JSON schemas of the records, from the types of src/result and their comments. */
import type { Schema } from './schema/json-schema.ts';
import { type Source, schemaData } from './schema/made-schema.ts';
import { printed } from './schema/printed-schema.ts';
import { readSchema } from './schema/read-schema.ts';

const RESULT: Source = {
  path: 'src/result/result.ts',
  type: 'Result',
  title: 'echolot result, version 3',
};
const RESULT_V1: Source = {
  path: 'src/result/older/v1.ts',
  type: 'ResultV1',
  title: 'echolot result, version 1, as read',
};
const RESULT_V2: Source = {
  path: 'src/result/older/v2.ts',
  type: 'ResultV2',
  title: 'echolot result, version 2, as read',
};
const COMPARISON_V1: Source = {
  path: 'src/result/older/v2.ts',
  type: 'ComparisonV1',
  title: 'echolot comparison, version 1, as read',
};
const PING_RESULT: Source = {
  path: 'src/result/ping-result.ts',
  type: 'PingResult',
  title: 'echolot ping, version 1',
};
const LOAD_RESULT: Source = {
  path: 'src/result/load/load-result.ts',
  type: 'LoadResult',
  title: 'echolot load, version 1',
};
const LOAD_COMPARISON: Source = {
  path: 'src/result/load/load-comparison.ts',
  type: 'LoadComparison',
  title: 'echolot comparison of loads, version 1',
};
const PACED_RESULT: Source = {
  path: 'src/result/paced/paced-result.ts',
  type: 'PacedResult',
  title: 'echolot paced probes, version 1',
  whole:
    /^(?:due|sent|lost|byThread|bySocket|byAnswer|backlog|inFlight|connections?|step|missing|fewest|most|asked|maxKeptSamples)$/,
};
const CAPACITY_RESULT: Source = {
  path: 'src/result/capacity/capacity-result.ts',
  type: 'CapacityResult',
  title: 'echolot capacity, version 1',
  whole: /^(?:due|sent|lost|byThread|backlog|inFlight|connections|tries|held|own)$/,
};
const PACED_COMPARISON: Source = {
  path: 'src/result/paced/paced-comparison.ts',
  type: 'PacedComparison',
  title: 'echolot comparison of paced probes, version 1',
  whole: /^(?:due|missing|backlog|inFlight|connections?|step|fewest|most|asked|times|maxKeptSamples)$/,
};
const SELF_TEST_RESULT: Source = {
  path: 'src/result/self-test-result.ts',
  type: 'SelfTestResult',
  title: 'echolot self-test, version 1',
};
const DOCTOR: Source = {
  path: 'src/result/doctor/doctor-result.ts',
  type: 'DoctorResult',
  title: 'echolot doctor, version 1',
};
const CHECK: Source = {
  path: 'src/result/check-result.ts',
  type: 'CheckResult',
  title: 'echolot check, version 1',
};
const COMPARISON: Source = {
  path: 'src/result/comparison.ts',
  type: 'Comparison',
  title: 'echolot comparison, version 2',
};

/** The schema of a result as data. */
export function resultSchemaData(): Schema {
  return schemaData(RESULT);
}

/** The schema of a series of handshakes as data. */
export function pingSchemaData(): Schema {
  return schemaData(PING_RESULT);
}

/** The schema of a load as data. */
export function loadSchemaData(): Schema {
  return schemaData(LOAD_RESULT);
}

/** The schema of a comparison of loads as data. */
export function loadComparisonSchemaData(): Schema {
  return schemaData(LOAD_COMPARISON);
}

/** The schema of paced probes as data. */
export function pacedSchemaData(): Schema {
  return schemaData(PACED_RESULT);
}

/** The schema of a capacity as data. */
export function capacitySchemaData(): Schema {
  return schemaData(CAPACITY_RESULT);
}

/** The schema of a comparison of paced probes as data. */
export function pacedComparisonSchemaData(): Schema {
  return schemaData(PACED_COMPARISON);
}

/** The schema of a self-test as data. */
export function selfTestSchemaData(): Schema {
  return schemaData(SELF_TEST_RESULT);
}

/** The schema of a check as data. */
export function checkSchemaData(): Schema {
  return schemaData(CHECK);
}

/** The schema of a check as the file that holds it. */
export function checkSchema(): string {
  return `${printed(checkSchemaData())}\n`;
}

/** The schema by which a check is read. */
export function checkReadSchema(): string {
  return readSchemaFile(CHECK);
}

/** The schema of a comparison as data. */
export function comparisonSchemaData(): Schema {
  return schemaData(COMPARISON);
}

/** The schema of a result as the file that holds it. */
export function resultSchema(): string {
  return `${printed(resultSchemaData())}\n`;
}

/** The schema of a series of handshakes as the file that holds it. */
export function pingSchema(): string {
  return `${printed(pingSchemaData())}\n`;
}

/** The schema of a load as the file that holds it. */
export function loadSchema(): string {
  return `${printed(loadSchemaData())}\n`;
}

/** The schema of a comparison of loads as the file that holds it. */
export function loadComparisonSchema(): string {
  return `${printed(loadComparisonSchemaData())}\n`;
}

/** The schema of a comparison of paced probes as the file that holds it. */
export function pacedComparisonSchema(): string {
  return `${printed(pacedComparisonSchemaData())}\n`;
}

/** The schema of paced probes as the file that holds it. */
export function pacedSchema(): string {
  return `${printed(pacedSchemaData())}\n`;
}

/** The schema of a capacity as the file that holds it. */
export function capacitySchema(): string {
  return `${printed(capacitySchemaData())}\n`;
}

/** The schema of an examination as data. */
export function doctorSchemaData(): Schema {
  return schemaData(DOCTOR);
}

/** The schema of an examination as the file that holds it. */
export function doctorSchema(): string {
  return `${printed(doctorSchemaData())}\n`;
}

/** The schema of a self-test as the file that holds it. */
export function selfTestSchema(): string {
  return `${printed(selfTestSchemaData())}\n`;
}

/** The schema of a comparison as the file that holds it. */
export function comparisonSchema(): string {
  return `${printed(comparisonSchemaData())}\n`;
}

/**
 * The schema by which results are read, as the file that holds it. Fields that it does not know are allowed, and
 * it is silent on what a reader computes anew.
 */
export function resultReadSchema(): string {
  return `${printed(readSchema(resultSchemaData()))}\n`;
}

/** The same for version 1. */
export function resultV1ReadSchema(): string {
  return readSchemaFile(RESULT_V1);
}

/** The same for version 2. */
export function resultV2ReadSchema(): string {
  return readSchemaFile(RESULT_V2);
}

/** The same for a comparison of version 1. */
export function comparisonV1ReadSchema(): string {
  return readSchemaFile(COMPARISON_V1);
}

/** The same for a comparison. */
export function comparisonReadSchema(): string {
  return readSchemaFile(COMPARISON);
}

/** The same for a series of handshakes. */
export function pingReadSchema(): string {
  return readSchemaFile(PING_RESULT);
}

/** The same for a load. */
export function loadReadSchema(): string {
  return readSchemaFile(LOAD_RESULT);
}

/** The same for a comparison of loads. */
export function loadComparisonReadSchema(): string {
  return readSchemaFile(LOAD_COMPARISON);
}

/** The same for paced probes. */
export function pacedReadSchema(): string {
  return readSchemaFile(PACED_RESULT);
}

/** The same for a capacity. */
export function capacityReadSchema(): string {
  return readSchemaFile(CAPACITY_RESULT);
}

/** The same for a comparison of paced probes. */
export function pacedComparisonReadSchema(): string {
  return readSchemaFile(PACED_COMPARISON);
}

/** The same for a self-test. */
export function selfTestReadSchema(): string {
  return readSchemaFile(SELF_TEST_RESULT);
}

/** The same for an examination. */
export function doctorReadSchema(): string {
  return readSchemaFile(DOCTOR);
}

function readSchemaFile(source: Source): string {
  return `${printed(readSchema(schemaData(source)))}\n`;
}
