// Operators sign in with Microsoft Entra ID before a request reaches the app. What a signed-in person may do is decided by the app
// from the four roles of the registration (scripts/register-operators-app.sh).
param functionAppName string
param operatorsAppClientId string

@description('Applications that may bring a person\'s token: the registration itself (browser) and the Azure CLI, from which the command line takes its token.')
param allowedClients string[]

resource app 'Microsoft.Web/sites@2025-03-01' existing = {
  name: functionAppName
}

resource signIn 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: app
  name: 'authsettingsV2'
  properties: {
    platform: { enabled: true, runtimeVersion: '~1' }
    globalValidation: {
      requireAuthentication: true
      unauthenticatedClientAction: 'RedirectToLoginPage'
      redirectToProvider: 'azureactivedirectory'
      // Event Grid's call carries the host's key and no token: without the first, its handshake gets 401 and nothing is ever
      // converted. health tells strangers nothing. These two and no more: every other path needs a sign-in.
      excludedPaths: ['/runtime/webhooks/blobs', '/api/health']
    }
    identityProviders: {
      azureActiveDirectory: {
        enabled: true
        registration: {
          openIdIssuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
          clientId: operatorsAppClientId
          clientSecretSettingName: 'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID' // a federated credential, not a secret
        }
        validation: {
          allowedAudiences: [operatorsAppClientId, 'api://${operatorsAppClientId}']
          defaultAuthorizationPolicy: { allowedApplications: concat([operatorsAppClientId], allowedClients) }
        }
      }
    }
    login: { tokenStore: { enabled: false } } // the app needs who, never a token to act as them
    httpSettings: { requireHttps: true }
  }
}
