import type { Tenant } from './tenant';

/** The sample tenant of `scan --demo`: every verdict, and the ways in which a tenant does not show all of itself. */
export const demoTenant: Tenant = {
  tenantId: '7d3c1c1e-5a0b-4f3e-9a57-1f0a3c5e9b11',
  managementGroups: [
    {
      id: 'shop',
      subscriptions: ['11f7a4c2-0c1d-4a64-9d0e-3a5b7c9d1e01', '22a9c3d4-1b2c-4e5f-8a90-5c6d7e8f9a02'],
      groups: ['shop-payroll'],
    },
    { id: 'shop-payroll', subscriptions: ['66e70819-5f60-4293-8ed4-9a0b1c2d3e06'] },
  ],
  subscriptions: [
    {
      subscriptionId: '11f7a4c2-0c1d-4a64-9d0e-3a5b7c9d1e01',
      displayName: 'Shop - Production',
      flexibleServers: [
        { name: 'shop-orders', resourceGroup: 'rg-shop-prod', location: 'West Europe' },
        {
          name: 'shop-payments',
          resourceGroup: 'rg-shop-prod',
          location: 'West Europe',
          parameters: { require_secure_transport: 'off' },
        },
        {
          name: 'shop-payments-replica',
          resourceGroup: 'rg-shop-prod',
          location: 'North Europe',
          properties: { replicationRole: 'AsyncReplica' },
          parameters: {
            require_secure_transport: { value: 'ON', isConfigPendingRestart: true },
            ssl_min_protocol_version: 'TLSv1.3',
          },
        },
        {
          name: 'partner-gateway',
          resourceGroup: 'RG-Partners',
          location: 'New Zealand North',
          parameters: { ssl_min_protocol_version: 'TLSv1.1' },
        },
      ],
    },
    {
      subscriptionId: '22a9c3d4-1b2c-4e5f-8a90-5c6d7e8f9a02',
      displayName: 'Shop - Staging & Test (do not delete!)',
      retiredTypes: ['servers'],
      flexibleServers: [
        { name: 'staging-db', resourceGroup: 'rg-staging', location: 'Mexico Central' },
        {
          name: 'loadtest-2024',
          resourceGroup: 'rg-staging',
          location: 'Mexico Central',
          properties: { state: 'Stopped' },
        },
        { name: 'new-feature-db', resourceGroup: 'rg-staging', properties: { state: 'Provisioning' } },
        {
          name: 'pg11-forgotten',
          resourceGroup: "rg-anna's-tests",
          properties: { version: '11' },
          parameters: { ssl_min_protocol_version: null, ssl_max_protocol_version: null },
        },
      ],
    },
    {
      subscriptionId: '33b8d5e6-2c3d-4f60-9ba1-6d7e8f9a0b03',
      displayName: 'Legacy - migrate by 2025',
      state: 'Warned',
      singleServers: [
        { name: 'crm-archive', resourceGroup: 'Default-Storage-WestEurope', location: 'westeurope' },
        {
          name: 'billing-old',
          resourceGroup: 'billing',
          location: 'westeurope',
          properties: { sslEnforcement: 'Disabled', minimalTlsVersion: 'TLS1_2' },
        },
        { name: 'hr-payroll', resourceGroup: 'hr', location: 'uksouth', properties: { minimalTlsVersion: 'TLS1_2' } },
      ],
    },
    {
      subscriptionId: '44c7e6f7-3d4e-4071-8cb2-7e8f9a0b1c04',
      displayName: 'Finance (Müller & Söhne)',
      forbidden: true,
    },
    {
      subscriptionId: '55d6f708-4e5f-4182-9dc3-8f9a0b1c2d05',
      displayName: 'Pay-As-You-Go',
      state: 'Disabled',
      unregistered: true,
    },
  ],
};
