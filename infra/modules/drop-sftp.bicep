// An SFTP endpoint into which TeleMessage delivers its ZIPs: it pushes, nothing of ours is reachable but this account, and nothing is
// kept here: collect copies each item into raw. The archive has another account, because one with SFTP can hold no container under
// an immutability policy. The app reads here by the DropStorage__ settings.
param accountName string
param location string
param tags object
param publicKeys string[]
param allowedRanges string[]

@description('Subnet of the app. Empty: it has none, and the account cannot be closed: a rule by address does not hold for callers in its own region.')
param subnetId string
param dropDays int
param workspaceId string

resource account 'Microsoft.Storage/storageAccounts@2025-08-01' = {
  name: accountName
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: 'Standard_ZRS' }
  properties: {
    isHnsEnabled: true
    isSftpEnabled: true // billed by the hour while it is on
    isLocalUserEnabled: true
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: 'Enabled' // TeleMessage comes from outside
    networkAcls: {
      bypass: 'AzureServices'
      defaultAction: empty(subnetId) ? 'Allow' : 'Deny'
      virtualNetworkRules: empty(subnetId) ? [] : [{ id: subnetId, action: 'Allow' }]
      ipRules: map(allowedRanges, range => { value: range, action: 'Allow' })
    }
    encryption: {
      keySource: 'Microsoft.Storage'
      requireInfrastructureEncryption: true
      services: { blob: { enabled: true, keyType: 'Account' } }
    }
  }

  resource blobs 'blobServices' = {
    name: 'default'
    properties: { deleteRetentionPolicy: { enabled: true, days: 30 }, containerDeleteRetentionPolicy: { enabled: true, days: 30 } }

    resource drop 'containers' = {
      name: 'drop'
      properties: { publicAccess: 'None' }
    }
  }

  // Keys only: a password would be Azure's to make and ours to hand over.
  resource user 'localUsers' = {
    name: 'telemessage'
    properties: {
      homeDirectory: 'drop'
      hasSharedKey: false
      hasSshKey: true
      hasSshPassword: false
      permissionScopes: [{ service: 'blob', resourceName: 'drop', permissions: 'cwl' }] // create, write, list; neither read nor delete
      sshAuthorizedKeys: map(publicKeys, key => { description: 'TeleMessage', key: key })
    }
    dependsOn: [blobs::drop]
  }
}

resource lifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2025-08-01' = {
  parent: account
  name: 'default'
  properties: {
    policy: {
      rules: [
        {
          name: 'drop'
          type: 'Lifecycle'
          definition: {
            filters: { blobTypes: ['blockBlob'], prefixMatch: ['drop/'] }
            actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: dropDays } } }
          }
        }
      ]
    }
  }
}

resource audit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'audit'
  scope: account::blobs
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'StorageRead', enabled: true }
      { category: 'StorageWrite', enabled: true }
      { category: 'StorageDelete', enabled: true }
    ]
  }
}

output accountName string = account.name
output blobEndpoint string = account.properties.primaryEndpoints.blob
