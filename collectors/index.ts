/** Collectors, one for each place that can be asked, and what they are made with. */
export { defaultCredential } from './azure/signIn';
export { type AzureOptions, azureCollector } from './azure/tenant';
export { createWire, type Wire, type WireOptions } from './azure/wire';
