// Who read, wrote and deleted what in the archive. 'evidence' logs every access to blobs, and deletions in queues and tables; 'full'
// logs their reads and writes too, which are many for each item: docs/cost.md counts them.
param dataAccountName string
param workspaceId string
param auditLevel string

var everything = [
  { category: 'StorageRead', enabled: true }
  { category: 'StorageWrite', enabled: true }
  { category: 'StorageDelete', enabled: true }
]
var deletions = [
  { category: 'StorageRead', enabled: false }
  { category: 'StorageWrite', enabled: false }
  { category: 'StorageDelete', enabled: true }
]

resource data 'Microsoft.Storage/storageAccounts@2025-08-01' existing = {
  name: dataAccountName

  resource blobs 'blobServices' existing = {
    name: 'default'
  }
  resource queues 'queueServices' existing = {
    name: 'default'
  }
  resource tables 'tableServices' existing = {
    name: 'default'
  }
}

resource blobAudit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'audit'
  scope: data::blobs
  properties: { workspaceId: workspaceId, logs: everything }
}

resource queueAudit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'audit'
  scope: data::queues
  properties: { workspaceId: workspaceId, logs: auditLevel == 'full' ? everything : deletions }
}

resource tableAudit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'audit'
  scope: data::tables
  properties: { workspaceId: workspaceId, logs: auditLevel == 'full' ? everything : deletions }
}
