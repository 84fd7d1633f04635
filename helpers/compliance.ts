import type { Control, Framework } from '../types';

/** The names before an edition: `CIS Azure Foundations 3.0.0`. */
export const frameworkNames: Readonly<Record<Framework, string>> = {
  cis: 'CIS',
  'cis-controls': 'CIS Controls',
  mcsb: 'Microsoft cloud security benchmark',
  nist: 'NIST',
  pci: 'PCI',
  iso27001: 'ISO/IEC',
  soc2: 'SOC 2',
  hipaa: 'HIPAA',
};

/** A control that a published source maps the check to. */
export const published = (framework: Framework, edition: string, ...controls: readonly string[]): Control[] =>
  controls.map((control) => ({ framework, edition, control, own: false }));

/** The same of CIS' benchmarks, whose controls belong to a profile. */
export const cis = (level: 1 | 2, edition: string, ...controls: readonly string[]): Control[] =>
  published('cis', edition, ...controls).map((control) => ({ ...control, level }));

/** A control that we map by analogy; marked as ours wherever it is shown. */
export const own = (framework: Framework, edition: string, ...controls: readonly string[]): Control[] =>
  controls.map((control) => ({ framework, edition, control, own: true }));

/**
 * The controls on encryption in transit that every check here bears on. Published for "TLS is required" (Microsoft's
 * regulatory compliance initiatives, Prowler, cnspec); for "TLS is new enough" the same ones, as our own judgement.
 */
export const encryptionInTransit = (map: typeof published): Control[] => [
  ...map('nist', 'SP 800-53 rev. 5', 'SC-8', 'SC-8(1)'),
  ...map('pci', 'DSS 4.0.1', '4.2.1'),
  ...map('iso27001', '27001:2022', 'A.8.24'),
  ...map('soc2', 'TSC 2017', 'CC6.7'),
  ...map('hipaa', 'Security Rule', '164.312(e)(1)', '164.312(e)(2)(ii)'),
  ...map('cis-controls', '8.1', '3.10'),
];
