/** Collectors, one for each place that can be asked. */
export { type AzureOptions, azureCollector } from './azure/tenant';
