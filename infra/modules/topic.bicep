// Blob events of the data account. Its subscription is the second phase (events.bicep). What cannot be delivered lands in
// eventgrid-deadletter of the host account; reconcile finds the receipt without it.
param topicName string
param location string
param tags object
param dataAccountName string
param workspaceId string

resource data 'Microsoft.Storage/storageAccounts@2025-08-01' existing = {
  name: dataAccountName
}

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: topicName
  location: location
  tags: tags
  identity: { type: 'SystemAssigned' } // writes the dead letters
  properties: { source: data.id, topicType: 'Microsoft.Storage.StorageAccounts' }
}

resource audit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'audit'
  scope: topic
  properties: { workspaceId: workspaceId, logs: [{ categoryGroup: 'allLogs', enabled: true }] }
}

output topicName string = topic.name
output topicId string = topic.id
output principalId string = topic.identity.principalId
