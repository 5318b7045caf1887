// What needs a person. Each query stands in ../queries under the name of its alert, where a test checks it against the tables and
// against ../telemetry.json; alerts.md is the list as a table. A rule's text leads to the paragraph of the operators' guide that
// answers it: #alert- and its name.
import { alertLimits } from '../types.bicep'

param appName string
param location string
param tags object
param workspaceId string
param operatorsGroupId string

@description('Action groups that are called too when a person is needed at once (severity 0 or 1).')
param pagerGroupIds string[]
param guideUrl string
param limits alertLimits

var rules = [
  {
    name: 'reconcile-silent' // a row with 0 even of an empty table: the one alert that works when nothing else does
    title: 'reconcile has not finished for an hour: nothing watches the archive.'
    severity: 0
    query: loadTextContent('../queries/reconcile-silent.kql')
    column: 'Finished'
    aggregation: 'Total'
    operator: 'LessThan'
    threshold: 1
    windowSize: 'PT1H'
    dimensions: []
  }
  {
    name: 'run-unbalanced'
    title: 'A run does not balance: not every item of the source has an outcome.'
    severity: 1
    query: loadTextContent('../queries/run-unbalanced.kql')
    column: 'Runs'
    aggregation: 'Total'
    operator: 'GreaterThan'
    threshold: 0
    windowSize: 'PT30M'
    dimensions: ['Connector']
  }
  {
    name: 'consent-lost'
    title: 'Graph refuses the app itself: consent or credentials are gone. Everything waits, nothing is lost.'
    severity: 1
    query: loadTextContent('../queries/consent-lost.kql')
    column: 'Open'
    aggregation: 'Maximum'
    operator: 'GreaterThan'
    threshold: 0
    windowSize: 'PT30M'
    dimensions: ['Reason']
  }
  {
    name: 'graph-unavailable'
    title: 'Graph has not answered for an hour. Everything waits, nothing is lost.'
    severity: 2
    query: loadTextContent('../queries/graph-unavailable.kql')
    column: 'AlwaysOpen'
    aggregation: 'Maximum'
    operator: 'GreaterThan'
    threshold: 0
    windowSize: 'PT1H'
    dimensions: []
  }
  {
    name: 'source-sign-in-failed'
    title: 'A source refuses the user name and password of its connector.'
    severity: 1
    query: loadTextContent('../queries/source-sign-in-failed.kql')
    column: 'Failed'
    aggregation: 'Maximum'
    operator: 'GreaterThan'
    threshold: 0
    windowSize: 'PT1H'
    dimensions: ['Connector']
  }
  {
    name: 'connector-refused'
    title: 'A connector file is wrong: that connector does not run, the others do.'
    severity: 2
    query: loadTextContent('../queries/connector-refused.kql')
    column: 'Refused'
    aggregation: 'Maximum'
    operator: 'GreaterThan'
    threshold: 0
    windowSize: 'PT1H'
    dimensions: ['Connector']
  }
  {
    name: 'connector-silent'
    title: 'A connector has brought nothing for ${limits.silentHours} hours.'
    severity: 1
    query: loadTextContent('../queries/connector-silent.kql')
    column: 'SilentHours'
    aggregation: 'Maximum'
    operator: 'GreaterThan'
    threshold: limits.silentHours
    windowSize: 'PT1H'
    dimensions: ['Connector']
  }
  {
    name: 'oldest-pending'
    title: 'An item has had no outcome for ${limits.pendingHours} hours.'
    severity: 2
    query: loadTextContent('../queries/oldest-pending.kql')
    column: 'PendingHours'
    aggregation: 'Maximum'
    operator: 'GreaterThan'
    threshold: limits.pendingHours
    windowSize: 'PT1H'
    dimensions: ['Connector']
  }
  {
    name: 'items-set-aside'
    title: 'Items were set aside for a reason other than an unmapped participant.'
    severity: 2
    query: loadTextContent('../queries/items-set-aside.kql')
    column: 'Items'
    aggregation: 'Total'
    operator: 'GreaterThan'
    threshold: 0
    windowSize: 'PT15M'
    dimensions: ['Code', 'Connector']
  }
  {
    name: 'unmapped-unusual'
    title: 'More than ${limits.unmappedPercent} % of a connector\'s items of one day found no mailbox.'
    severity: 2
    query: loadTextContent('../queries/unmapped-unusual.kql')
    column: 'UnmappedPercent'
    aggregation: 'Maximum'
    operator: 'GreaterThan'
    threshold: limits.unmappedPercent
    windowSize: 'P1D'
    dimensions: ['Connector']
  }
  {
    name: 'blob-trigger-poison'
    title: 'The host gave up on receipts without calling the app.'
    severity: 2
    query: loadTextContent('../queries/blob-trigger-poison.kql')
    column: 'Entries'
    aggregation: 'Maximum'
    operator: 'GreaterThan'
    threshold: 0
    windowSize: 'PT1H'
    dimensions: []
  }
  {
    name: 'requests-refused'
    title: 'Many refused requests (401, 403) to one door: someone may be trying handles.'
    severity: 2
    query: loadTextContent('../queries/requests-refused.kql')
    column: 'Refused'
    aggregation: 'Total'
    operator: 'GreaterThan'
    threshold: limits.refusedRequests
    windowSize: 'PT15M'
    dimensions: ['Door']
  }
  {
    name: 'evidence-touched'
    title: 'Someone tried to delete or overwrite evidence, or to change how long it is kept.'
    severity: 1
    query: loadTextContent('../queries/evidence-touched.kql')
    column: 'Requests'
    aggregation: 'Total'
    operator: 'GreaterThan'
    threshold: 0
    windowSize: 'PT15M'
    dimensions: ['Container', 'OperationName']
  }
]

resource alerts 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in rules: {
    name: 'alert-${appName}-${rule.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: rule.title
      description: '${guideUrl}#alert-${rule.name}'
      severity: rule.severity
      enabled: true
      scopes: [workspaceId]
      evaluationFrequency: rule.windowSize == 'P1D' ? 'PT1H' : 'PT15M'
      windowSize: rule.windowSize
      skipQueryValidation: true // a table of the workspace is unknown until its first record has come; tests check the queries
      criteria: {
        allOf: [
          {
            query: rule.query
            metricMeasureColumn: rule.column
            timeAggregation: rule.aggregation
            dimensions: map(rule.dimensions, name => { name: name, operator: 'Include', values: ['*'] })
            operator: rule.operator
            threshold: rule.threshold
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      autoMitigate: true
      actions: {
        actionGroups: rule.severity < 2 ? concat([operatorsGroupId], pagerGroupIds) : [operatorsGroupId]
        customProperties: { guide: '${guideUrl}#alert-${rule.name}' }
      }
    }
  }
]

// Unmapped participants are everyday work, so they make a letter a day and no noise. Not stateful: one that stays open says nothing
// on the second day.
resource digest 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = {
  name: 'alert-${appName}-unmapped-digest'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'Items of the last day that found no mailbox, by connector'
    description: '${guideUrl}#alert-unmapped-digest'
    severity: 4
    enabled: true
    scopes: [workspaceId]
    evaluationFrequency: 'P1D'
    windowSize: 'P1D'
    skipQueryValidation: true
    criteria: {
      allOf: [
        {
          query: loadTextContent('../queries/unmapped-digest.kql')
          metricMeasureColumn: 'Items'
          timeAggregation: 'Total'
          dimensions: [{ name: 'Connector', operator: 'Include', values: ['*'] }]
          operator: 'GreaterThan'
          threshold: 0
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    autoMitigate: false
    actions: { actionGroups: [operatorsGroupId], customProperties: { guide: '${guideUrl}#alert-unmapped-digest' } }
  }
}
