// Who is told, and what it may cost a month.
import { budget } from '../types.bicep'

param appName string
param tags object
param alertEmails string[]
param monthlyBudget budget?

resource operators 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-${appName}'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: take(appName, 12)
    enabled: true
    emailReceivers: map(alertEmails, (address, i) => { name: 'operator-${i}', emailAddress: address, useCommonAlertSchema: true })
  }
}

// A warning, not a cap: an archive that stops at the end of its money has lost messages.
resource spending 'Microsoft.Consumption/budgets@2024-08-01' = if (monthlyBudget != null) {
  name: 'budget-${appName}'
  properties: {
    category: 'Cost'
    amount: monthlyBudget!.amount
    timeGrain: 'Monthly'
    timePeriod: { startDate: monthlyBudget!.start }
    notifications: {
      actual80: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 80
        thresholdType: 'Actual'
        contactEmails: alertEmails
        contactGroups: [operators.id]
      }
      forecast100: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 100
        thresholdType: 'Forecasted'
        contactEmails: alertEmails
        contactGroups: [operators.id]
      }
    }
  }
}

output operatorsGroupId string = operators.id
