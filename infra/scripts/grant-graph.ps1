<#
.SYNOPSIS
Lets the app's identity look people up in the directory: User.Read.All in Microsoft Graph. The same as grant-graph.sh, for those who
work in PowerShell.
.PARAMETER PrincipalId
Object id of the managed identity: the output identityPrincipalId of the deployment.
.PARAMETER Environment
Global, USGov, USGovDoD or China.
.EXAMPLE
./grant-graph.ps1 -PrincipalId 11111111-1111-1111-1111-111111111111
#>
#Requires -Modules Microsoft.Graph.Authentication, Microsoft.Graph.Applications
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [guid] $PrincipalId,
    [ValidateSet('Global', 'USGov', 'USGovDoD', 'China')] [string] $Environment = 'Global'
)
$ErrorActionPreference = 'Stop'
$userReadAll = 'df021288-bdef-4463-88db-98f22de89214'
$mailReadWrite = 'e2a3a72e-5f79-4c64-b1b1-878b674786c9'

Connect-MgGraph -Environment $Environment -Scopes 'AppRoleAssignment.ReadWrite.All', 'Application.Read.All' -NoWelcome
$given = Get-MgServicePrincipalAppRoleAssignment -ServicePrincipalId $PrincipalId -All

# What Entra ID grants and what Exchange grants add up: with this consent the group in Exchange limits nothing.
if ($given.AppRoleId -contains $mailReadWrite) {
    throw 'Mail.ReadWrite is granted for the whole tenant: remove that consent, grant-mailboxes.ps1 gives it for one group.'
}
if ($given.AppRoleId -contains $userReadAll) {
    Write-Output 'User.Read.All: granted already'
    return
}

$graph = Get-MgServicePrincipal -Filter "appId eq '00000003-0000-0000-c000-000000000000'"
$null = New-MgServicePrincipalAppRoleAssignment -ServicePrincipalId $PrincipalId -PrincipalId $PrincipalId -ResourceId $graph.Id -AppRoleId $userReadAll
Write-Output 'User.Read.All: granted'
