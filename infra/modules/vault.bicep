// Passwords and keys of the connectors, and the salt. Their values are set by scripts, never by a template: a template's parameters
// stay readable in the history of its deployments.
param vaultName string
param location string
param tags object

@description('true: the app comes through a private endpoint, and nobody else but from allowedRanges.')
param closed bool

@description('Address ranges from which secrets may be set while the vault is closed. Empty: from inside the network only.')
param allowedRanges string[]
param workspaceId string

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: vaultName
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    enablePurgeProtection: true // cannot be switched off again; without it the salt could be gone for good
    publicNetworkAccess: closed && empty(allowedRanges) ? 'Disabled' : 'Enabled'
    networkAcls: {
      bypass: 'AzureServices'
      defaultAction: closed ? 'Deny' : 'Allow'
      ipRules: map(allowedRanges, range => { value: range })
    }
  }
}

// Dedicated: into the table AZKVAuditLogs, which an alert asks, and not into AzureDiagnostics.
resource audit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'audit'
  scope: vault
  properties: {
    workspaceId: workspaceId
    logAnalyticsDestinationType: 'Dedicated'
    logs: [{ categoryGroup: 'audit', enabled: true }]
  }
}

output vaultName string = vault.name
output vaultId string = vault.id
