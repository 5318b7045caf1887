// Shapes that more than one file uses.

@export()
@description('Always-ready instances of one group of functions: http, blob, durable, or function:<name>.')
type alwaysReadyGroup = {
  name: string
  @minValue(0)
  instanceCount: int
}

@export()
@description('An app setting whose value is a secret in the vault. `setting` is what passwordSetting or privateKeySetting of a connector file names.')
type connectorSecret = {
  setting: string
  secret: string
}

@export()
@description('A monthly budget in the currency of the subscription. `start` is the first day of the month in which it was first deployed: Azure refuses to move it later.')
type budget = {
  @minValue(1)
  amount: int
  start: string
}

@export()
@description('What counts as too much. Everything else that an alert asks is yes or no.')
type alertLimits = {
  @description('Hours in which a connector brought nothing.')
  @minValue(1)
  silentHours: int

  @description('Age in hours of the oldest item that has no outcome yet.')
  @minValue(1)
  pendingHours: int

  @description('Share of a connector\'s items of one day that no mapping knows, in percent. Read the usual one off the workbook.')
  @minValue(1)
  @maxValue(100)
  unmappedPercent: int

  @description('Refused requests (401, 403) to one door within 15 minutes.')
  @minValue(1)
  refusedRequests: int
}
