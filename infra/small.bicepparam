// One team, a few hundred people: public endpoints behind sign-in and roles, no network of its own.
using './main.bicep'

param appName = 'archive'
param tags = { owner: 'records-management' }
param retentionDays = 1096 // three years with one leap day
param immutabilityLocked = false // true after lock-immutability.sh
param sourceAllowedHosts = 'gateway.example'
param operatorsAppClientId = '00000000-0000-0000-0000-000000000000' // printed by register-operators-app.sh
param connectorSecrets = [{ setting: 'WECHAT_TELEMESSAGE_PASSWORD', secret: 'wechat-telemessage-password' }]
param alertEmails = ['archive-operators@contoso.com']
param monthlyBudget = { amount: 200, start: '2026-12-01' }
