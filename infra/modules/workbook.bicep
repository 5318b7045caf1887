// What an operator looks at first. Built here from the same kind of query files as the alerts, so that one test checks them all.
param appName string
param location string
param tags object
param workspaceId string

var sections = [
  { title: 'Is everything there? The last run of each connector', query: loadTextContent('../queries/workbook-runs.kql'), visualization: 'table' }
  { title: 'The last window of each connector', query: loadTextContent('../queries/workbook-windows.kql'), visualization: 'table' }
  { title: 'Connectors now: hours silent, oldest pending, refused', query: loadTextContent('../queries/workbook-connectors.kql'), visualization: 'table' }
  { title: 'Set aside in the last 7 days, by code', query: loadTextContent('../queries/workbook-set-aside.kql'), visualization: 'table' }
  { title: 'Share of items without a mailbox, by day: the usual rate for unmappedPercent', query: loadTextContent('../queries/workbook-unmapped.kql'), visualization: 'timechart' }
  { title: 'Deliveries, last 7 days', query: loadTextContent('../queries/workbook-deliveries.kql'), visualization: 'timechart' }
  { title: 'Mailboxes with most items, last 24 hours', query: loadTextContent('../queries/workbook-mailboxes.kql'), visualization: 'table' }
  { title: 'Graph: requests for an item, and how often it asked us to wait', query: loadTextContent('../queries/workbook-graph.kql'), visualization: 'timechart' }
  { title: 'Entries in the queues', query: loadTextContent('../queries/workbook-queues.kql'), visualization: 'timechart' }
  { title: 'Functions, last 24 hours', query: loadTextContent('../queries/workbook-functions.kql'), visualization: 'table' }
  { title: 'The way of one item: put its key into the field above', query: loadTextContent('../queries/workbook-item.kql'), visualization: 'table' }
]

var head = {
  type: 1
  name: 'head'
  content: { json: '## Archive\nWhat became of every item. The run reports themselves lie in the container `reports`.' }
}
var itemKeyField = {
  type: 9
  name: 'item-key'
  content: {
    version: 'KqlParameterItem/1.0'
    style: 'pills'
    queryType: 0
    resourceType: 'microsoft.operationalinsights/workspaces'
    parameters: [{ version: 'KqlParameterItem/1.0', name: 'ItemKey', label: 'Item key', type: 1, isRequired: false, value: 'i-' }]
  }
}
var charts = map(sections, (section, i) => {
  type: 3
  name: 'section-${i}'
  content: {
    version: 'KqlItem/1.0'
    title: section.title
    query: section.query
    size: 1
    queryType: 0
    resourceType: 'microsoft.operationalinsights/workspaces'
    visualization: section.visualization
  }
})

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, 'archive-workbook')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: '${appName} archive'
    category: 'workbook'
    sourceId: workspaceId // the queries name the tables of the workspace, which the component itself does not know
    version: 'Notebook/1.0'
    serializedData: string({
      version: 'Notebook/1.0'
      items: concat([head, itemKeyField], charts)
      fallbackResourceIds: [workspaceId]
    })
  }
}
