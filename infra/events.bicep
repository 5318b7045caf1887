// Second phase, after the code is published: the key blobs_extension exists only once the host has loaded the blob trigger, and
// Event Grid asks the endpoint to answer before it accepts a subscription. scripts/subscribe-events.sh fills in the names.
targetScope = 'resourceGroup'

param functionAppName string
param systemTopicName string
param hostAccountName string

@description('Must be the name of the function in the code. A renamed function drops the events that are under way.')
param functionName string = 'convert'

resource app 'Microsoft.Web/sites@2025-03-01' existing = {
  name: functionAppName
}
resource host 'Microsoft.Storage/storageAccounts@2025-08-01' existing = {
  name: hostAccountName
}
resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: systemTopicName
}

// {app}.azurewebsites.net, or what a cloud or an app with a unique host name has in its place
var webhook = 'https://${app.properties.defaultHostName}/runtime/webhooks/blobs?functionName=Host.Functions.${functionName}'

resource receipts 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = {
  parent: topic
  name: 'receipts'
  properties: {
    destination: {
      endpointType: 'WebHook'
      properties: {
        // The host's own key, the one thing that guards this path: sign-in leaves it out.
        endpointUrl: '${webhook}&code=${listKeys('${app.id}/host/default', '2025-03-01').systemKeys.blobs_extension}'
        maxEventsPerBatch: 1
        minimumTlsVersionAllowed: '1.2'
      }
    }
    eventDeliverySchema: 'EventGridSchema'
    // The only filter there is: the webhook checks no path. Without /blobs/ in the subject nothing matches. data.api keeps out what
    // is no new receipt.
    filter: {
      includedEventTypes: ['Microsoft.Storage.BlobCreated']
      subjectBeginsWith: '/blobServices/default/containers/receipts/blobs/'
      advancedFilters: [{ operatorType: 'StringIn', key: 'data.api', values: ['PutBlob', 'PutBlockList', 'CopyBlob'] }]
    }
    // The longest that Event Grid offers: a host that is down for a day misses nothing.
    retryPolicy: { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 }
    deadLetterWithResourceIdentity: {
      identity: { type: 'SystemAssigned' }
      deadLetterDestination: {
        endpointType: 'StorageBlob'
        properties: { resourceId: host.id, blobContainerName: 'eventgrid-deadletter' }
      }
    }
  }
}
