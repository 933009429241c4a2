using System.Security.Cryptography;
using System.Text.Json;
using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Identity;
using Sallyport.Contracts.Wire;

namespace Sallyport.Client;

/// <summary>How a proposal was answered: an action, or a problem.</summary>
/// <param name="Action">The action, when it was taken in.</param>
/// <param name="Problem">Why not, or what is in doubt.</param>
public sealed record ProposalReply(ActionView? Action, Problem? Problem);

/// <summary>An agent's identity as the command line writes it to a file.</summary>
/// <param name="Server">The server's URL.</param>
/// <param name="AgentId">Client id.</param>
/// <param name="Kid">Key id.</param>
/// <param name="PrivateKey">PKCS #8, PEM.</param>
public sealed record AgentCredential(string Server, string AgentId, string Kid, string PrivateKey);

/// <summary>What an agent's program uses: gets and renews its token, opens tasks, calls tools.</summary>
public sealed class AgentClient : IDisposable
{
    private static readonly TimeSpan RenewBefore = TimeSpan.FromSeconds(30);
    private readonly HttpClient _http;
    private readonly AgentCredential _credential;
    private readonly TimeProvider _time;
    private readonly ECDsa _key = ECDsa.Create();
    private readonly SemaphoreSlim _renewing = new(1, 1);
    private (string Token, DateTimeOffset RenewAt)? _token;

    /// <summary>Uses a credential.</summary>
    /// <param name="credential">The agent's identity.</param>
    /// <param name="http">Client whose base address is the server; null for one of its own.</param>
    /// <param name="time">The clock.</param>
    public AgentClient(AgentCredential credential, HttpClient? http = null, TimeProvider? time = null)
    {
        _credential = credential;
        _http = http ?? new HttpClient { BaseAddress = new Uri(credential.Server), Timeout = TimeSpan.FromSeconds(100) };
        _time = time ?? TimeProvider.System;
        _key.ImportFromPem(credential.PrivateKey);
    }

    /// <summary>Opens a task.</summary>
    /// <exception cref="SallyportProblemException">The server refused.</exception>
    public async Task<TaskView> OpenTaskAsync(TaskCall call, CancellationToken cancellation = default) =>
        await WireSender.SendAsync<TaskView>(_http, HttpMethod.Post, "/v1/tasks", call, await TokenAsync(cancellation), cancellation);

    /// <summary>Calls a tool that changes state. Retrying with the same key is always safe.</summary>
    public async Task<ProposalReply> ProposeAsync(string tool, ActionCall call, CancellationToken cancellation = default)
    {
        try
        {
            return new ProposalReply(await WireSender.SendAsync<ActionView>(_http, HttpMethod.Post, $"/v1/tools/{tool}/actions", call, await TokenAsync(cancellation), cancellation), null);
        }
        catch (SallyportProblemException refused)
        {
            return new ProposalReply(null, refused.Problem);
        }
    }

    /// <summary>Calls a tool that reads.</summary>
    /// <exception cref="SallyportProblemException">The server refused.</exception>
    public async Task<JsonElement> ReadAsync(string tool, JsonElement arguments, string taskId, CancellationToken cancellation = default) =>
        (await WireSender.SendAsync<ReadView>(_http, HttpMethod.Post, $"/v1/tools/{tool}/actions", new ActionCall(arguments, taskId), await TokenAsync(cancellation), cancellation)).Result;

    /// <summary>Looks at an action, waiting for its end for up to 60 seconds.</summary>
    /// <exception cref="SallyportProblemException">There is no such action of this agent.</exception>
    public async Task<ActionView> GetActionAsync(string actionId, int waitSeconds = 0, CancellationToken cancellation = default) =>
        await WireSender.SendAsync<ActionView>(_http, HttpMethod.Get, $"/v1/actions/{actionId}?wait={waitSeconds}s", null, await TokenAsync(cancellation), cancellation);

    /// <summary>Calls an action off.</summary>
    /// <exception cref="SallyportProblemException">Its effect may have left.</exception>
    public async Task<ActionView> CancelAsync(string actionId, CancellationToken cancellation = default) =>
        await WireSender.SendAsync<ActionView>(_http, HttpMethod.Post, $"/v1/actions/{actionId}/cancel", null, await TokenAsync(cancellation), cancellation);

    /// <summary>Proposes the rollback of an action.</summary>
    public async Task<ProposalReply> CompensateAsync(string actionId, CancellationToken cancellation = default)
    {
        try
        {
            return new ProposalReply(await WireSender.SendAsync<ActionView>(_http, HttpMethod.Post, $"/v1/actions/{actionId}/compensate", null, await TokenAsync(cancellation), cancellation), null);
        }
        catch (SallyportProblemException refused)
        {
            return new ProposalReply(null, refused.Problem);
        }
    }

    /// <summary>The access token, renewed when it is about to end.</summary>
    /// <exception cref="HttpRequestException">The server refused the credential or cannot be reached.</exception>
    public async Task<string> TokenAsync(CancellationToken cancellation = default)
    {
        await _renewing.WaitAsync(cancellation);
        try
        {
            var now = _time.GetUtcNow();
            if (_token is { } current && current.RenewAt > now) return current.Token;
            var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
            using var form = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "client_credentials",
                ["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                ["client_assertion"] = ClientAssertionWriter.Create(_key, _credential.Kid, _credential.AgentId, _credential.Server, id, now),
            });
            using var answer = await _http.PostAsync("/oauth/token", form, cancellation);
            var text = await answer.Content.ReadAsStringAsync(cancellation);
            if (!answer.IsSuccessStatusCode) throw new HttpRequestException($"The token endpoint answered {(int)answer.StatusCode}: {text}", null, answer.StatusCode);
            var token = JsonSerializer.Deserialize<TokenView>(text, WireJson.Options)!;
            _token = (token.AccessToken, now + TimeSpan.FromSeconds(token.ExpiresIn) - RenewBefore);
            return token.AccessToken;
        }
        finally
        {
            _renewing.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _key.Dispose();
        _renewing.Dispose();
    }
}
