using System.Text.Json.Nodes;
using System.Threading.Channels;
using Sallyport.Actions;
using Sallyport.Approvals;
using Sallyport.Audit;
using Sallyport.Connectors.Slack;
using Sallyport.Contracts.Errors;
using Sallyport.Identity;
using Sallyport.Protocol;

namespace Sallyport.Server.Integrations;

/// <summary>
/// Turns pressed buttons into answers: finds the person behind the Slack account and lets the engine decide whether they may. The message
/// itself is changed by the outbox, from what the log then says.
/// </summary>
internal sealed partial class SlackAnswers(
    SlackApi slack, bool trustAddresses, PeopleLinks links, ApprovalQueue queue, ActionSignals signals, IAuditStore audit, ApprovalNotices notices, TimeProvider time,
    ILogger<SlackAnswers> logger) : BackgroundService
{
    private const string Tenant = "default";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private readonly Channel<SlackPress> _presses = Channel.CreateBounded<SlackPress>(new BoundedChannelOptions(256) { SingleReader = true });

    /// <summary>Takes a press; false when too many wait.</summary>
    internal bool TryAdd(SlackPress press) => _presses.Writer.TryWrite(press);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var press in _presses.Reader.ReadAllAsync(stoppingToken)) await HandleAsync(press, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What was not answered was not decided; whoever pressed sees the message unchanged.
        }
    }

    private async Task HandleAsync(SlackPress press, CancellationToken stopping)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(stopping, limit.Token);
        try
        {
            await slack.RespondAsync(press.ResponseUrl, await AnswerAsync(press, linked.Token), linked.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            Log.NotAnswered(logger, "no answer in time");
        }
        catch (StoreUnavailableException fault)
        {
            Log.StoreUnavailable(logger, fault);
        }
    }

    /// <summary>What the person is told; only they see it.</summary>
    private async Task<string> AnswerAsync(SlackPress press, CancellationToken cancellation)
    {
        var link = notices.Link(Uri.EscapeDataString(press.Approval));
        if (await PersonAsync(press, cancellation) is not { } person)
        {
            await audit.AppendAsync(Tenant, new AuditDraft("approval.unknown_person", "system")
            {
                Fields = new JsonObject { ["system"] = "slack", ["approval"] = press.Approval }, Payload = new JsonObject { ["account"] = press.UserId }, Correlations = [press.Approval],
            }, cancellation);
            return "Your Slack account is not linked to a person here, so nothing was decided. Ask an administrator to link it.";
        }

        if (press.Action == SlackButtons.Deny) return $"A denial needs your reason. Give it here: {link}";
        var result = await queue.DecideAsync(person, new ApprovalAnswer(press.Approval, Approve: true, press.Digest, Reason: null, Via: "slack"), cancellation);
        if (result.Error is not { } error)
        {
            signals.Changed(result.Action!);
            return "Your approval is recorded.";
        }

        // Step-up, a changed statement, a missing right: the console shows which and what to do.
        return error == ErrorCatalogue.AlreadyDecided ? "This is decided already, or you have answered it." : $"Nothing was decided ({error.Code}): {error.Title} {error.Remedy} {link}";
    }

    /// <summary>By an administrator's link first; by the workspace's address only where that is configured.</summary>
    private async Task<HumanPrincipal?> PersonAsync(SlackPress press, CancellationToken cancellation)
    {
        if (await links.FindAsync(Tenant, new ExternalIdentity("slack", press.UserId, null), cancellation) is { } linked) return linked;
        return trustAddresses && await slack.UserAsync(press.UserId, cancellation) is { } known ? await links.FindAsync(Tenant, known, cancellation) : null;
    }

    private static partial class Log
    {
        [LoggerMessage(6070, LogLevel.Warning, "A press in Slack was not answered: {Why}.")]
        internal static partial void NotAnswered(ILogger logger, string why);

        [LoggerMessage(6071, LogLevel.Error, "A press in Slack could not be handled: the store is unavailable.")]
        internal static partial void StoreUnavailable(ILogger logger, Exception fault);
    }
}
