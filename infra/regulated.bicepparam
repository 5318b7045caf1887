// A bank: nothing of storage or vault on a public address, operators from the bank's ranges only, seven years, deliveries over SFTP.
using './main.bicep'

param appName = 'archive'
param tags = { owner: 'records-management', classification: 'confidential' }
param dataSku = 'Standard_GZRS'
param retentionDays = 2557
param immutabilityLocked = false // true after lock-immutability.sh
param instanceMemoryMB = 4096
param maximumInstanceCount = 100
param alwaysReady = [
  { name: 'blob', instanceCount: 2 }
  { name: 'function:import', instanceCount: 1 }
]
param sourceAllowedHosts = 'gateway.example'
param operatorsAppClientId = '00000000-0000-0000-0000-000000000000' // printed by register-operators-app.sh
param operatorRanges = ['203.0.113.0/24']
param privateNetwork = true
param addressSpace = '10.40.0.0/24'
param privateRanges = ['10.20.0.0/16'] // administrators' machines in the joined network
param sftpPublicKeys = ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampleExampleExampleExam telemessage']
param sftpAllowedRanges = ['198.51.100.10']
param alertEmails = ['archive-operators@contoso.com', 'records-management@contoso.com']
param limits = { silentHours: 26, pendingHours: 4, unmappedPercent: 20, refusedRequests: 20 }
param monthlyBudget = { amount: 2500, start: '2026-12-01' }
param logDays = 730
param auditLevel = 'full'
param connectorSecrets = [
  { setting: 'WECHAT_TELEMESSAGE_PASSWORD', secret: 'wechat-telemessage-password' }
  { setting: 'WHATSAPP_TELEMESSAGE_PASSWORD', secret: 'whatsapp-telemessage-password' }
]
