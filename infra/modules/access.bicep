// Every role that this installation gives, and why: no other file assigns one. Nothing is granted on the resource group or the
// subscription. roles.md is the same as a table, and a test holds the two together.
param appPrincipalId string
param topicPrincipalId string
param hostAccountName string
param dataAccountName string
param vaultName string
param insightsName string

@description('The account with the SFTP endpoint. Empty: there is none.')
param dropAccountName string

// Written and read, never deleted by the app
var kept = ['raw', 'receipts', 'custody', 'config', 'drop', 'reports']
var queueNames = ['import-jobs', 'import-jobs-poison', 'webjobs-blobtrigger-poison']

// Azure's own roles
var blobDataOwner = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b')
var blobDataContributor = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'ba92f5b4-2d11-453d-a403-e96b0029c9fe')
var queueDataContributor = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '974c5e8b-45b9-4653-ba55-5f855dd0fb88')
var tableDataContributor = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3')
var keyVaultSecretsUser = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '4633458b-17de-408a-b874-0445c86b69e6')
var monitoringMetricsPublisher = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '3913510d-42f4-4e42-8a64-420c390055eb')

resource host 'Microsoft.Storage/storageAccounts@2025-08-01' existing = {
  name: hostAccountName

  resource blobs 'blobServices' existing = {
    name: 'default'

    resource deadLetters 'containers' existing = {
      name: 'eventgrid-deadletter'
    }
  }
}
resource data 'Microsoft.Storage/storageAccounts@2025-08-01' existing = {
  name: dataAccountName

  resource blobs 'blobServices' existing = {
    name: 'default'

    resource emails 'containers' existing = {
      name: 'emails'
    }
  }
  resource queueService 'queueServices' existing = {
    name: 'default'
  }
}
resource keptContainers 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-08-01' existing = [
  for name in kept: {
    parent: data::blobs
    name: name
  }
]
resource queues 'Microsoft.Storage/storageAccounts/queueServices/queues@2025-08-01' existing = [
  for name in queueNames: {
    parent: data::queueService
    name: name
  }
]
resource sftp 'Microsoft.Storage/storageAccounts@2025-08-01' existing = if (!empty(dropAccountName)) {
  name: empty(dropAccountName) ? 'none' : dropAccountName // names are read even where the condition is false, and must be names

  resource blobs 'blobServices' existing = {
    name: 'default'

    resource drop 'containers' existing = {
      name: 'drop'
    }
  }
}
resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: vaultName
}
resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

// Reads and writes blobs; has no delete, deleteBlobVersion, permanentDelete, tags or immutableStorage action, and none that makes or
// removes a container. None of Azure's own roles is so: Storage Blob Data Contributor could delete what is past its retention, and
// everything as soon as someone removes a policy that is not locked. (write alone could overwrite: on raw, receipts and custody the
// retention policy forbids that, elsewhere the version before is kept. Without it no blob above one request could be stored.)
resource archiveWriter 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(resourceGroup().id, 'archive-writer')
  properties: {
    roleName: 'Archive Writer ${uniqueString(resourceGroup().id)}' // names are unique in the whole tenant
    description: 'Read and write blobs of an archive; never delete them or change how long they are kept.'
    type: 'CustomRole'
    assignableScopes: [resourceGroup().id]
    permissions: [
      {
        actions: ['Microsoft.Storage/storageAccounts/blobServices/containers/read']
        notActions: []
        dataActions: [
          'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read'
          'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write'
          'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/add/action'
        ]
        notDataActions: []
      }
    ]
  }
}

resource keptRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (name, i) in kept: {
    name: guid(keptContainers[i].id, appPrincipalId, 'archive-writer')
    scope: keptContainers[i]
    properties: { roleDefinitionId: archiveWriter.id, principalId: appPrincipalId, principalType: 'ServicePrincipal' }
  }
]

// The one container in which the app may delete: reconcile removes emails that have served.
resource emailsRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(data::blobs::emails.id, appPrincipalId, blobDataContributor)
  scope: data::blobs::emails
  properties: { roleDefinitionId: blobDataContributor, principalId: appPrincipalId, principalType: 'ServicePrincipal' }
}

// The host takes, renews and deletes entries and sets them aside; the app puts them in, defers and redrives them. Message
// Processor and Sender together could do neither renewing nor deferring: both update an entry.
resource queueRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (name, i) in queueNames: {
    name: guid(queues[i].id, appPrincipalId, queueDataContributor)
    scope: queues[i]
    properties: { roleDefinitionId: queueDataContributor, principalId: appPrincipalId, principalType: 'ServicePrincipal' }
  }
]

// The ledger. On the account, because asking whether a table exists is a question to the account; it holds no other tables.
resource tableRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(data.id, appPrincipalId, tableDataContributor)
  scope: data
  properties: { roleDefinitionId: tableDataContributor, principalId: appPrincipalId, principalType: 'ServicePrincipal' }
}

// The Functions host on its own account: owner of blobs (leases, keys, the package), its trigger queues, its event table
resource hostRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in [blobDataOwner, queueDataContributor, tableDataContributor]: {
    name: guid(host.id, appPrincipalId, role)
    scope: host
    properties: { roleDefinitionId: role, principalId: appPrincipalId, principalType: 'ServicePrincipal' }
  }
]

// Key Vault references of the app settings: reads secrets, sets none. On the vault: the secrets are made later, by hand.
resource vaultRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, appPrincipalId, keyVaultSecretsUser)
  scope: vault
  properties: { roleDefinitionId: keyVaultSecretsUser, principalId: appPrincipalId, principalType: 'ServicePrincipal' }
}

// With local authentication off, sending telemetry needs a role. It reads none.
resource insightsRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(insights.id, appPrincipalId, monitoringMetricsPublisher)
  scope: insights
  properties: { roleDefinitionId: monitoringMetricsPublisher, principalId: appPrincipalId, principalType: 'ServicePrincipal' }
}

// TeleMessage's deliveries are read, and ZIPs of the sftp source copied in beside them; a lifecycle rule deletes them.
resource dropRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(dropAccountName)) {
  name: guid(sftp::blobs::drop.id, appPrincipalId, 'archive-writer')
  scope: sftp::blobs::drop
  properties: { roleDefinitionId: archiveWriter.id, principalId: appPrincipalId, principalType: 'ServicePrincipal' }
}

// Event Grid puts what it could not deliver there, and nowhere else
resource deadLetterRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(host::blobs::deadLetters.id, topicPrincipalId, blobDataContributor)
  scope: host::blobs::deadLetters
  properties: { roleDefinitionId: blobDataContributor, principalId: topicPrincipalId, principalType: 'ServicePrincipal' }
}
