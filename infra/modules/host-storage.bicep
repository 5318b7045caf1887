// The account of the Functions host: leases, keys, trigger queues, the package, and Event Grid's dead letters. It is apart from the
// archive, so that neither the host's wide rights nor its clean-ups reach the evidence.
param accountName string
param location string
param tags object

@description('true: reached from the virtual network only.')
param closed bool

@description('Which logs of the storage services are kept: see main.bicep.')
param auditLevel string
param workspaceId string

resource account 'Microsoft.Storage/storageAccounts@2025-08-01' = {
  name: accountName
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: 'Standard_ZRS' }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false // identities only: no key, no SAS signed with one
    defaultToOAuthAuthentication: true
    isLocalUserEnabled: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    // Not 'Disabled' when closed: that would shut out Event Grid's dead letters too, which come as a trusted service.
    publicNetworkAccess: 'Enabled'
    networkAcls: { bypass: 'AzureServices', defaultAction: closed ? 'Deny' : 'Allow' }
    encryption: {
      keySource: 'Microsoft.Storage'
      requireInfrastructureEncryption: true
      services: {
        blob: { enabled: true, keyType: 'Account' }
        file: { enabled: true, keyType: 'Account' }
        queue: { enabled: true, keyType: 'Account' }
        table: { enabled: true, keyType: 'Account' }
      }
    }
  }

  resource blobs 'blobServices' = {
    name: 'default'
    properties: { deleteRetentionPolicy: { enabled: true, days: 7 } }

    resource package 'containers' = {
      name: 'app-package'
      properties: { publicAccess: 'None' }
    }
    resource deadLetters 'containers' = {
      name: 'eventgrid-deadletter'
      properties: { publicAccess: 'None' }
    }
  }
}

// Who writes here can change the code that runs: the package is a blob.
resource audit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'audit'
  scope: account::blobs
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'StorageRead', enabled: auditLevel == 'full' }
      { category: 'StorageWrite', enabled: true }
      { category: 'StorageDelete', enabled: true }
    ]
  }
}

output accountName string = account.name
output accountId string = account.id
