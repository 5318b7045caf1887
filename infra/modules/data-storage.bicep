// The archive: raw items, receipts and custody under retention; what the app works with beside them.
param accountName string
param location string
param tags object
param sku string
param retentionDays int
param immutabilityLocked bool
param dropDays int

@description('true: reached through private endpoints only.')
param closed bool

// Nothing ever writes these anew: they are the evidence.
var evidence = ['raw', 'receipts', 'custody']
var working = ['config', 'emails', 'drop', 'reports']

// The host puts what its blob trigger gives up on into webjobs-blobtrigger-poison of the account that it watches.
var queueNames = ['import-jobs', 'import-jobs-poison', 'webjobs-blobtrigger-poison']
var tableNames = ['Checkpoints', 'Runs', 'RunItems', 'Items', 'Deliveries']

resource account 'Microsoft.Storage/storageAccounts@2025-08-01' = {
  name: accountName
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: sku }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowedCopyScope: 'AAD'
    allowSharedKeyAccess: false // identities only: no key, no SAS signed with one
    defaultToOAuthAuthentication: true
    isLocalUserEnabled: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: closed ? 'Disabled' : 'Enabled'
    networkAcls: { bypass: 'AzureServices', defaultAction: closed ? 'Deny' : 'Allow' }
    // keyType Account lets queues and tables be encrypted with a customer's key later. Like infrastructure encryption it can be
    // chosen only while the account is made.
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
}

// Without it an account whose policies are not locked yet goes with its resource group.
resource lock 'Microsoft.Authorization/locks@2020-05-01' = {
  name: 'archive'
  scope: account
  properties: { level: 'CanNotDelete', notes: 'Messages under retention. A policy that is not locked does not protect the account itself.' }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-08-01' = {
  parent: account
  name: 'default'
  properties: {
    isVersioningEnabled: true // config and mappings: what stood there before, and until when
    changeFeed: { enabled: true }
    deleteRetentionPolicy: { enabled: true, days: 30 }
    containerDeleteRetentionPolicy: { enabled: true, days: 30 }
  }
}

resource evidenceContainers 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-08-01' = [
  for name in evidence: {
    parent: blobs
    name: name
    properties: { publicAccess: 'None' }
  }
]

// On the container, not on versions: there an overwrite would still pass, as a new version. Writing a new blob is allowed, by blocks
// too; appending to one is not. Left out once locked: a locked policy can only be extended, and setting it again would fail.
resource immutability 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies@2025-08-01' = [
  for (name, i) in evidence: if (!immutabilityLocked) {
    parent: evidenceContainers[i]
    name: 'default'
    properties: { immutabilityPeriodSinceCreationInDays: retentionDays, allowProtectedAppendWrites: false }
  }
]

resource workingContainers 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-08-01' = [
  for name in working: {
    parent: blobs
    name: name
    properties: { publicAccess: 'None' }
  }
]

resource queueService 'Microsoft.Storage/storageAccounts/queueServices@2025-08-01' = {
  parent: account
  name: 'default'
}

resource queues 'Microsoft.Storage/storageAccounts/queueServices/queues@2025-08-01' = [
  for name in queueNames: {
    parent: queueService
    name: name
  }
]

resource tableService 'Microsoft.Storage/storageAccounts/tableServices@2025-08-01' = {
  parent: account
  name: 'default'
}

resource tables 'Microsoft.Storage/storageAccounts/tableServices/tables@2025-08-01' = [
  for name in tableNames: {
    parent: tableService
    name: name
  }
]

// No rule deletes an email that may still be wanted: reconcile does, which knows whether every delivery has finished. But with
// versioning on, what it deletes lives on as a version; without the second rule every message would be kept here for ever.
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
            actions: {
              baseBlob: { delete: { daysAfterCreationGreaterThan: dropDays } }
              version: { delete: { daysAfterCreationGreaterThan: dropDays } }
            }
          }
        }
        {
          name: 'versions-of-deleted-emails'
          type: 'Lifecycle'
          definition: {
            filters: { blobTypes: ['blockBlob'], prefixMatch: ['emails/'] }
            actions: { version: { delete: { daysAfterCreationGreaterThan: 30 } } }
          }
        }
      ]
    }
  }
  dependsOn: [blobs] // a rule on versions is refused while versioning is off
}

output accountName string = account.name
output accountId string = account.id
