using System.Text.Json;
using Sallyport.Contracts.Wire;

namespace Sallyport.Client;

/// <summary>What people do from a program or the command line: decide, halt, look, manage agents. Needs a session.</summary>
public sealed class PeopleClient(HttpClient http, string? session = null)
{
    private sealed record ApprovalList(IReadOnlyList<ApprovalView> Approvals);

    private sealed record ReleaseList(IReadOnlyList<ReleaseView> Releases);

    private sealed record ShadowList(IReadOnlyList<ShadowView> Shadows);

    private sealed record AgentList(IReadOnlyList<AgentView> Agents);

    private sealed record DeliveryList(IReadOnlyList<DeliveryView> Deliveries);

    private sealed record PersonList(IReadOnlyList<PersonView> People);

    private sealed record SessionList(IReadOnlyList<SessionListView> Sessions);

    private sealed record DelegationList(IReadOnlyList<DelegationView> Delegations);

    /// <summary>A halt in force.</summary>
    /// <param name="Id">Id.</param>
    /// <param name="Scope">What is stopped.</param>
    /// <param name="Reason">Why.</param>
    /// <param name="By">Who.</param>
    /// <param name="At">When.</param>
    public sealed record HaltView(string Id, string Scope, string Reason, string By, DateTimeOffset At);

    private sealed record HaltList(IReadOnlyList<HaltView> Halts);

    private sealed record PasskeyList(IReadOnlyList<PasskeyView> Passkeys);

    private sealed record SubstituteList(IReadOnlyList<SubstituteView> Substitutes);

    /// <summary>Signs in; the answer carries the session's token.</summary>
    public Task<SessionView> SignInAsync(string username, string password, CancellationToken cancellation = default) =>
        SendAsync<SessionView>(HttpMethod.Post, "/v1/sessions", new SignInCall(username, password), cancellation);

    /// <summary>Asks to be signed in by a person with a browser (RFC 8628).</summary>
    public async Task<DeviceAuthorizationView> AskForDeviceAsync(string client, CancellationToken cancellation = default)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["client_id"] = client });
        using var answer = await http.PostAsync("/oauth/device_authorization", form, cancellation);
        var text = await answer.Content.ReadAsStringAsync(cancellation);
        return answer.IsSuccessStatusCode ? JsonSerializer.Deserialize<DeviceAuthorizationView>(text, WireJson.Options)!
            : throw new HttpRequestException($"The server answered {(int)answer.StatusCode}: {text}", null, answer.StatusCode);
    }

    /// <summary>Polls once; the token, or the error of RFC 8628, section 3.5.</summary>
    public async Task<(string? Token, string? Error)> PollDeviceAsync(string deviceCode, CancellationToken cancellation = default)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["grant_type"] = "urn:ietf:params:oauth:grant-type:device_code", ["device_code"] = deviceCode });
        using var answer = await http.PostAsync("/oauth/token", form, cancellation);
        var body = JsonElement.Parse(await answer.Content.ReadAsStringAsync(cancellation));
        return answer.IsSuccessStatusCode ? (body.GetProperty("access_token").GetString(), null) : (null, body.TryGetProperty("error", out var error) ? error.GetString() : "unknown");
    }

    /// <summary>Who is signed in.</summary>
    public Task<CurrentSessionView> CurrentAsync(CancellationToken cancellation = default) => SendAsync<CurrentSessionView>(HttpMethod.Get, "/v1/sessions/current", null, cancellation);

    /// <summary>Ends the session of this client.</summary>
    public async Task SignOutAsync(CancellationToken cancellation = default) =>
        (await WireSender.SendAsync(http, HttpMethod.Delete, "/v1/sessions/current", null, session, cancellation)).Dispose();

    /// <summary>The same client with a session.</summary>
    public PeopleClient With(string token) => new(http, token);

    /// <summary>Pending approvals.</summary>
    public async Task<IReadOnlyList<ApprovalView>> ApprovalsAsync(CancellationToken cancellation = default) =>
        (await SendAsync<ApprovalList>(HttpMethod.Get, "/v1/approvals", null, cancellation)).Approvals;

    /// <summary>One approval.</summary>
    public Task<ApprovalView> ApprovalAsync(string id, CancellationToken cancellation = default) => SendAsync<ApprovalView>(HttpMethod.Get, "/v1/approvals/" + id, null, cancellation);

    /// <summary>Decides.</summary>
    public Task<ActionView> DecideAsync(string approvalId, DecisionCall call, CancellationToken cancellation = default) =>
        SendAsync<ActionView>(HttpMethod.Post, $"/v1/approvals/{approvalId}/decision", call, cancellation);

    /// <summary>Lets somebody decide in this person's place.</summary>
    public Task<SubstituteView> SubstituteAsync(SubstituteCall call, CancellationToken cancellation = default) => SendAsync<SubstituteView>(HttpMethod.Post, "/v1/substitutes", call, cancellation);

    /// <summary>Substitutions in force.</summary>
    public async Task<IReadOnlyList<SubstituteView>> SubstitutesAsync(CancellationToken cancellation = default) =>
        (await SendAsync<SubstituteList>(HttpMethod.Get, "/v1/substitutes", null, cancellation)).Substitutes;

    /// <summary>Takes one's place back.</summary>
    public async Task EndSubstituteAsync(string id, CancellationToken cancellation = default) =>
        (await WireSender.SendAsync(http, HttpMethod.Delete, "/v1/substitutes/" + Uri.EscapeDataString(id), null, session, cancellation)).Dispose();

    /// <summary>One action.</summary>
    public Task<ActionView> ActionAsync(string id, int waitSeconds = 0, CancellationToken cancellation = default) =>
        SendAsync<ActionView>(HttpMethod.Get, $"/v1/actions/{id}?wait={waitSeconds}s", null, cancellation);

    /// <summary>Proposes a rollback under the person's own name.</summary>
    public Task<ActionView> CompensateAsync(string id, bool dryRun = false, CancellationToken cancellation = default) =>
        SendAsync<ActionView>(HttpMethod.Post, $"/v1/actions/{id}/compensate?dry_run={(dryRun ? "true" : "false")}", null, cancellation);

    /// <summary>Settles an action of unknown outcome with evidence.</summary>
    public Task<ActionView> ResolveAsync(string id, ResolveCall call, CancellationToken cancellation = default) =>
        SendAsync<ActionView>(HttpMethod.Post, $"/v1/actions/{id}/resolve", call, cancellation);

    /// <summary>The signed receipt of a completed halt.</summary>
    public Task<HaltReceipt> HaltReceiptAsync(string haltId, CancellationToken cancellation = default) => SendAsync<HaltReceipt>(HttpMethod.Get, "/v1/halts/" + Uri.EscapeDataString(haltId), null, cancellation);

    /// <summary>Stops something.</summary>
    public Task<HaltReceipt> HaltAsync(HaltCall call, CancellationToken cancellation = default) => SendAsync<HaltReceipt>(HttpMethod.Post, "/v1/halts", call, cancellation);

    /// <summary>Halts in force.</summary>
    public async Task<IReadOnlyList<HaltView>> HaltsAsync(CancellationToken cancellation = default) => (await SendAsync<HaltList>(HttpMethod.Get, "/v1/halts", null, cancellation)).Halts;

    /// <summary>Lifts a halt.</summary>
    public async Task ResumeAsync(string haltId, CancellationToken cancellation = default) =>
        (await WireSender.SendAsync(http, HttpMethod.Delete, "/v1/halts/" + haltId, null, session, cancellation)).Dispose();

    /// <summary>Everything recorded about an id.</summary>
    public Task<ChainView> ChainAsync(string id, CancellationToken cancellation = default) => SendAsync<ChainView>(HttpMethod.Get, "/v1/chain/" + Uri.EscapeDataString(id), null, cancellation);

    /// <summary>Why an action was decided as it was.</summary>
    public Task<ExplanationView> ExplainAsync(string actionId, CancellationToken cancellation = default) =>
        SendAsync<ExplanationView>(HttpMethod.Get, $"/v1/actions/{Uri.EscapeDataString(actionId)}/explanation", null, cancellation);

    /// <summary>Decides recorded actions again under a candidate; nothing is stored.</summary>
    public Task<ReplayView> ReplayAsync(ReplayCall call, CancellationToken cancellation = default) => SendAsync<ReplayView>(HttpMethod.Post, "/v1/policy/replays", call, cancellation);

    /// <summary>Starts a candidate in the shadow of its workflow's active release.</summary>
    public Task<ShadowView> StartShadowAsync(ShadowCall call, CancellationToken cancellation = default) => SendAsync<ShadowView>(HttpMethod.Post, "/v1/policy/shadows", call, cancellation);

    /// <summary>Stops the candidate of a workflow.</summary>
    public Task<ShadowView> StopShadowAsync(string workflow, CancellationToken cancellation = default) =>
        SendAsync<ShadowView>(HttpMethod.Delete, "/v1/policy/shadows/" + Uri.EscapeDataString(workflow), null, cancellation);

    /// <summary>The last run of each workflow.</summary>
    public async Task<IReadOnlyList<ShadowView>> ShadowsAsync(CancellationToken cancellation = default) => (await SendAsync<ShadowList>(HttpMethod.Get, "/v1/policy/shadows", null, cancellation)).Shadows;

    /// <summary>What the candidate of a workflow decided.</summary>
    public Task<ShadowReportView> ShadowReportAsync(string workflow, int examples = 5, CancellationToken cancellation = default) =>
        SendAsync<ShadowReportView>(HttpMethod.Get, $"/v1/policy/shadows/{Uri.EscapeDataString(workflow)}/report?examples={examples}", null, cancellation);

    /// <summary>Stores a release without activating it.</summary>
    public Task<ReleaseView> PublishReleaseAsync(ReleaseCall call, CancellationToken cancellation = default) => SendAsync<ReleaseView>(HttpMethod.Post, "/v1/releases", call, cancellation);

    /// <summary>Asks for a release to become the active one; where it may loosen something, a second person must ask too.</summary>
    public Task<ActivationView> ActivateReleaseAsync(string release, CancellationToken cancellation = default) =>
        SendAsync<ActivationView>(HttpMethod.Post, $"/v1/releases/{Uri.EscapeDataString(release)}/activation", null, cancellation);

    /// <summary>What was proved of a release when it was activated.</summary>
    public Task<JsonElement> ReleaseProofAsync(string release, CancellationToken cancellation = default) =>
        SendAsync<JsonElement>(HttpMethod.Get, $"/v1/releases/{Uri.EscapeDataString(release)}/proof", null, cancellation);

    /// <summary>Stored releases, the newest first.</summary>
    public async Task<IReadOnlyList<ReleaseView>> ReleasesAsync(CancellationToken cancellation = default) => (await SendAsync<ReleaseList>(HttpMethod.Get, "/v1/releases", null, cancellation)).Releases;

    /// <summary>Agents.</summary>
    public async Task<IReadOnlyList<AgentView>> AgentsAsync(CancellationToken cancellation = default) => (await SendAsync<AgentList>(HttpMethod.Get, "/v1/agents", null, cancellation)).Agents;

    /// <summary>Creates an agent.</summary>
    public Task<AgentView> CreateAgentAsync(AgentCall call, CancellationToken cancellation = default) => SendAsync<AgentView>(HttpMethod.Post, "/v1/agents", call, cancellation);

    /// <summary>Adds a key to an agent.</summary>
    public Task<AgentView> RotateAgentAsync(string agentId, KeyCall call, CancellationToken cancellation = default) => SendAsync<AgentView>(HttpMethod.Post, $"/v1/agents/{agentId}/keys", call, cancellation);

    /// <summary>Revokes an agent for good.</summary>
    public Task<AgentView> RevokeAgentAsync(string agentId, string reason, CancellationToken cancellation = default) =>
        SendAsync<AgentView>(HttpMethod.Delete, $"/v1/agents/{agentId}?reason={Uri.EscapeDataString(reason)}", null, cancellation);

    /// <summary>People.</summary>
    public async Task<IReadOnlyList<PersonView>> PeopleAsync(CancellationToken cancellation = default) => (await SendAsync<PersonList>(HttpMethod.Get, "/v1/people", null, cancellation)).People;

    /// <summary>Adds a person.</summary>
    public Task<PersonView> AddPersonAsync(PersonCall call, CancellationToken cancellation = default) => SendAsync<PersonView>(HttpMethod.Post, "/v1/people", call, cancellation);

    /// <summary>Passkeys of a person.</summary>
    public async Task<IReadOnlyList<PasskeyView>> PasskeysAsync(string username, CancellationToken cancellation = default) =>
        (await SendAsync<PasskeyList>(HttpMethod.Get, $"/v1/people/{Uri.EscapeDataString(username)}/passkeys", null, cancellation)).Passkeys;

    /// <summary>Removes a passkey of a person who has lost it.</summary>
    public async Task RemovePasskeyAsync(string username, string credentialId, CancellationToken cancellation = default) =>
        (await WireSender.SendAsync(http, HttpMethod.Delete, $"/v1/people/{Uri.EscapeDataString(username)}/passkeys/{Uri.EscapeDataString(credentialId)}", null, session, cancellation)).Dispose();

    /// <summary>Sessions of a person.</summary>
    public async Task<IReadOnlyList<SessionListView>> SessionsAsync(string username, CancellationToken cancellation = default) =>
        (await SendAsync<SessionList>(HttpMethod.Get, $"/v1/people/{Uri.EscapeDataString(username)}/sessions", null, cancellation)).Sessions;

    /// <summary>Ends every session of a person.</summary>
    public Task<EndedSessionsView> EndSessionsAsync(string username, CancellationToken cancellation = default) =>
        SendAsync<EndedSessionsView>(HttpMethod.Delete, $"/v1/people/{Uri.EscapeDataString(username)}/sessions", null, cancellation);

    /// <summary>Locks a person out of everything, at once.</summary>
    public Task<PersonView> LockPersonAsync(string username, LockCall call, CancellationToken cancellation = default) =>
        SendAsync<PersonView>(HttpMethod.Post, $"/v1/people/{Uri.EscapeDataString(username)}/lock", call, cancellation);

    /// <summary>Lets a locked person sign in again.</summary>
    public Task<PersonView> UnlockPersonAsync(string username, CancellationToken cancellation = default) =>
        SendAsync<PersonView>(HttpMethod.Delete, $"/v1/people/{Uri.EscapeDataString(username)}/lock", null, cancellation);

    /// <summary>Lets an agent act on one's behalf; the answer carries the token.</summary>
    public Task<DelegationView> DelegateAsync(DelegationCall call, CancellationToken cancellation = default) => SendAsync<DelegationView>(HttpMethod.Post, "/v1/delegations", call, cancellation);

    /// <summary>One's own delegations in force.</summary>
    public async Task<IReadOnlyList<DelegationView>> DelegationsAsync(CancellationToken cancellation = default) =>
        (await SendAsync<DelegationList>(HttpMethod.Get, "/v1/delegations", null, cancellation)).Delegations;

    /// <summary>Takes a delegation back.</summary>
    public async Task RevokeDelegationAsync(string id, CancellationToken cancellation = default) =>
        (await WireSender.SendAsync(http, HttpMethod.Delete, "/v1/delegations/" + Uri.EscapeDataString(id), null, session, cancellation)).Dispose();

    /// <summary>Links a person to their account in another system.</summary>
    public Task<LinkView> LinkPersonAsync(string username, LinkCall call, CancellationToken cancellation = default) =>
        SendAsync<LinkView>(HttpMethod.Post, $"/v1/people/{Uri.EscapeDataString(username)}/links", call, cancellation);

    /// <summary>Ends such a link.</summary>
    public Task<LinkView> UnlinkPersonAsync(string username, LinkCall call, CancellationToken cancellation = default) =>
        SendAsync<LinkView>(HttpMethod.Delete, $"/v1/people/{Uri.EscapeDataString(username)}/links/{Uri.EscapeDataString(call.System)}/{Uri.EscapeDataString(call.Account)}", null, cancellation);

    /// <summary>Deliveries to other systems; without a state, those that wait or are dead.</summary>
    public async Task<IReadOnlyList<DeliveryView>> DeliveriesAsync(string? state, CancellationToken cancellation = default) =>
        (await SendAsync<DeliveryList>(HttpMethod.Get, "/v1/outbox" + (state is null ? "" : "?state=" + Uri.EscapeDataString(state)), null, cancellation)).Deliveries;

    /// <summary>One delivery.</summary>
    public Task<DeliveryView> DeliveryAsync(string id, CancellationToken cancellation = default) => SendAsync<DeliveryView>(HttpMethod.Get, "/v1/outbox/" + Uri.EscapeDataString(id), null, cancellation);

    /// <summary>Sends a dead delivery again.</summary>
    public Task<DeliveryView> RetryDeliveryAsync(string id, CancellationToken cancellation = default) => SendAsync<DeliveryView>(HttpMethod.Post, $"/v1/outbox/{Uri.EscapeDataString(id)}/retry", null, cancellation);

    /// <summary>Drops a delivery.</summary>
    public Task<DeliveryView> DropDeliveryAsync(string id, CancellationToken cancellation = default) => SendAsync<DeliveryView>(HttpMethod.Post, $"/v1/outbox/{Uri.EscapeDataString(id)}/drop", null, cancellation);

    /// <summary>Text of an address, for exports and documents.</summary>
    public async Task<string> TextAsync(string path, CancellationToken cancellation = default)
    {
        using var answer = await WireSender.SendAsync(http, HttpMethod.Get, path, null, session, cancellation);
        return await answer.Content.ReadAsStringAsync(cancellation);
    }

    /// <summary>Takes a checkpoint over everything recorded so far, with the cosignatures that can be had.</summary>
    public async Task<string> CheckpointAsync(CancellationToken cancellation = default)
    {
        using var answer = await WireSender.SendAsync(http, HttpMethod.Post, "/v1/audit/checkpoint", null, session, cancellation);
        return await answer.Content.ReadAsStringAsync(cancellation);
    }

    /// <summary>Keys of the log and of its witnesses.</summary>
    public Task<AuditTrust> AuditTrustAsync(CancellationToken cancellation = default) => SendAsync<AuditTrust>(HttpMethod.Get, "/v1/audit/trust", null, cancellation);

    /// <summary>Replaces the log's key.</summary>
    public Task<KeyRotationView> RotateLogKeyAsync(CancellationToken cancellation = default) => SendAsync<KeyRotationView>(HttpMethod.Post, "/v1/audit/rotate-key", null, cancellation);

    /// <summary>Erases payloads.</summary>
    public Task<ErasureView> EraseAsync(EraseCall call, CancellationToken cancellation = default) => SendAsync<ErasureView>(HttpMethod.Post, "/v1/audit/erase", call, cancellation);

    /// <summary>How it runs: counted from the audit log.</summary>
    /// <param name="period"><c>24h</c>, <c>7d</c> or <c>30d</c>.</param>
    /// <param name="workflow">One workflow; null for all.</param>
    /// <param name="cancellation">Cancels waiting.</param>
    public Task<OperationsReport> OperationsAsync(string period, string? workflow, CancellationToken cancellation = default) =>
        SendAsync<OperationsReport>(HttpMethod.Get, $"/v1/reports/operations?period={Uri.EscapeDataString(period)}{(workflow is null ? "" : $"&workflow={Uri.EscapeDataString(workflow)}")}", null, cancellation);

    private Task<T> SendAsync<T>(HttpMethod method, string path, object? body, CancellationToken cancellation) =>
        WireSender.SendAsync<T>(http, method, path, body, session, cancellation);
}
