// What the platform knows and no log of ours: events that Event Grid gave up, and secrets that run out.
param appName string
param location string
param tags object
param topicId string
param vaultId string
param operatorsGroupId string
param guideUrl string

// Two rules, because the conditions of one must all hold at once.
resource lostEvents 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for metric in ['DroppedEventCount', 'DeadLetteredCount']: {
    name: 'alert-${appName}-events-dropped-${metric}'
    location: 'global'
    tags: tags
    properties: {
      description: 'Event Grid could not deliver receipts to convert. ${guideUrl}#alert-events-dropped'
      severity: 2
      enabled: true
      scopes: [topicId]
      evaluationFrequency: 'PT15M'
      windowSize: 'PT15M'
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            name: 'lost'
            criterionType: 'StaticThresholdCriterion'
            metricName: metric
            timeAggregation: 'Total'
            operator: 'GreaterThan'
            threshold: 0
            skipMetricValidation: true // a topic that never lost an event has no such metric yet
          }
        ]
      }
      autoMitigate: true
      actions: [{ actionGroupId: operatorsGroupId, webHookProperties: { guide: '${guideUrl}#alert-events-dropped' } }]
    }
  }
]

resource vaultEvents 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: 'evgt-${appName}-vault'
  location: location
  tags: tags
  properties: { source: vaultId, topicType: 'Microsoft.KeyVault.vaults' }
}

// The vault says so 30 days ahead, and again when it is too late. Only for secrets that have an expiry date: put-secret.sh gives
// them one. The app cannot count the days itself, because a reference in a setting brings the value and nothing else.
resource expiry 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = {
  parent: vaultEvents
  name: 'secret-expiry'
  properties: {
    eventDeliverySchema: 'CloudEventSchemaV1_0' // the only one that this destination takes
    filter: { includedEventTypes: ['Microsoft.KeyVault.SecretNearExpiry', 'Microsoft.KeyVault.SecretExpired'] }
    destination: {
      endpointType: 'MonitorAlert'
      properties: {
        severity: 'Sev2'
        description: 'A secret of a connector runs out. ${guideUrl}#alert-secret-expiry'
        actionGroups: [operatorsGroupId]
      }
    }
  }
}
